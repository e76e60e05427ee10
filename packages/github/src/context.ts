import type { PaginatingEndpoints } from "@octokit/plugin-paginate-rest";
import type { Endpoints } from "@octokit/types";
import type { GitRemote } from "./git/remote.ts";

/** Where the package says what it does; an action hands in one that writes to the job's log. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
}

export const SILENT: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined };

/** Time, chance and waiting, handed in so that everything that uses them can be tested and replayed. */
export interface Clock {
  now(): Date;
  /** In [0, 1). */
  random(): number;
  sleep(milliseconds: number): Promise<void>;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => new Date(),
  random: Math.random,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** Per-request switches, read by the client's own policy (`client/policy.ts`). */
export interface RequestSwitches {
  request?: {
    /**
     * Whether repeating the request after an unclear failure can do no harm. Default: true for every method
     * but POST. Set it to true for a POST whose repetition leaves nothing visible (a Git object is named by
     * its content), to false for a PUT whose second answer would mislead (a merge).
     */
    repeatable?: boolean;
  };
}

/** The part of Octokit that the suite uses. Octokit itself is loaded with the first request, not before. */
export interface GitHubApi {
  request<Route extends keyof Endpoints>(
    route: Route,
    parameters: Endpoints[Route]["parameters"] & RequestSwitches,
  ): Promise<Endpoints[Route]["response"]>;
  /** Every item of every page (`Link: rel="next"` followed to the end). */
  paginate<Route extends keyof PaginatingEndpoints>(
    route: Route,
    parameters: PaginatingEndpoints[Route]["parameters"],
  ): Promise<PaginatingEndpoints[Route]["response"]["data"]>;
}

/** What the functions of this package work on. Nothing in it is global. */
export interface GitHubContext extends Clock {
  readonly octokit: GitHubApi;
  readonly owner: string;
  readonly repo: string;
  readonly git: GitRemote;
  readonly log: Log;
  /** What this server has turned out not to have, so that it is asked for once. */
  readonly lacks: Set<"merge-async">;
  /**
   * Does `work`, during which no wait for a limit ends after `deadline`.
   *
   * @throws LimitReachedError instead of waiting longer
   */
  within<T>(deadline: Date, work: () => Promise<T>): Promise<T>;
}
