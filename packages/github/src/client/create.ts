import type { Clock, GitHubApi, GitHubContext, Log } from "../context.ts";
import { SYSTEM_CLOCK } from "../context.ts";
import { createGitRemote, type GitRemote } from "../git/remote.ts";
import { paginator } from "./pages.ts";
import {
  API_VERSION,
  createSender,
  DEFAULT_MAX_WAIT_MS,
  type LimitCounts,
  type Send,
  type Wire,
} from "./sender.ts";

export interface GitHubOptions {
  readonly token: string;
  /** `https://api.github.com`, no trailing slash (GITHUB_API_URL). */
  readonly apiUrl: string;
  /** `https://github.com`, no trailing slash (GITHUB_SERVER_URL): where git goes. */
  readonly serverUrl: string;
  readonly owner: string;
  readonly repo: string;
  /** `slipway/0.1.0 (action-orchestrator)` */
  readonly userAgent: string;
  readonly log: Log;
  readonly clock?: Clock;
  /** The process environment; git is given the few variables named in `git/process.ts`, nothing else. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder for temporary bare repositories. Default: the system's. */
  readonly tempDir?: string;
  /** Longest single wait for a limit. Default: an hour and a minute; a job on GitHub has six hours. */
  readonly maxWaitMs?: number;
  /** No wait ends later than this. Default: none; {@link GitHubContext.within} sets a nearer one for a part of the work. */
  readonly deadline?: Date;
  /** Longest time for one request. Default: 60 s. */
  readonly requestTimeoutMs?: number;
}

export interface GitHub extends GitHubContext, Readonly<LimitCounts> {
  /** API requests sent so far, repeats included. Git over HTTPS does not count against the API's limits. */
  readonly requests: number;
  /** The same by route, in order of first use: `POST /repos/{owner}/{repo}/issues` → 7. */
  readonly requestsByRoute: ReadonlyMap<string, number>;
  /** Removes the temporary repository. */
  close(): Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 60_000;

/**
 * Everything that the suite does to one repository on GitHub goes through the object made here. Cheap to make:
 * Octokit is loaded with the first API request, the git repository is made with the first git command.
 */
export function createGitHub(options: GitHubOptions): GitHub {
  const clock = options.clock ?? SYSTEM_CLOCK;
  const { log } = options;
  const counts = new Map<string, number>();
  const met: LimitCounts = { refused: 0, waitedMs: 0 };
  let requests = 0;
  let notAfter = options.deadline?.getTime();
  const git: GitRemote = createGitRemote({
    url: `${options.serverUrl}/${options.owner}/${options.repo}.git`,
    token: options.token,
    environment: options.environment,
    log,
    clock,
    ...(options.tempDir === undefined ? {} : { tempDir: options.tempDir }),
  });
  const send = createSender({
    clock,
    log,
    maxWaitMs: options.maxWaitMs ?? DEFAULT_MAX_WAIT_MS,
    notAfter: () => notAfter,
    counts: met,
    onRequest: (route) => {
      requests++;
      counts.set(route, (counts.get(route) ?? 0) + 1);
    },
  });
  let loading: Promise<GitHubApi> | undefined;
  const load = (): Promise<GitHubApi> => {
    loading ??= loadOctokit(options, send);
    return loading;
  };
  return {
    ...clock,
    log,
    git,
    owner: options.owner,
    repo: options.repo,
    octokit: {
      request: async (route, parameters) => (await load()).request(route, parameters),
      paginate: async (route, parameters) => (await load()).paginate(route, parameters),
    },
    lacks: new Set(),
    within: async (deadline, work) => {
      const before = notAfter;
      notAfter = Math.min(before ?? Number.POSITIVE_INFINITY, deadline.getTime());
      try {
        return await work();
      } finally {
        notAfter = before;
      }
    },
    get requests() {
      return requests;
    },
    get refused() {
      return met.refused;
    },
    get waitedMs() {
      return met.waitedMs;
    },
    requestsByRoute: counts,
    close: () => git.close(),
  };
}

async function loadOctokit(options: GitHubOptions, send: Send): Promise<GitHubApi> {
  const { Octokit } = await import("@octokit/core");
  const octokit = new Octokit({
    auth: options.token,
    baseUrl: options.apiUrl,
    userAgent: options.userAgent,
    log: { debug: () => undefined, info: () => undefined, warn: options.log.warn, error: options.log.warn },
  });
  octokit.hook.wrap("request", (request, parameters) => {
    const wire = parameters.request as Wire;
    // Changed in place: hooks further in are bound to this very object and never see another.
    parameters.headers["x-github-api-version"] = API_VERSION;
    return send(parameters.method, parameters.url, wire, async () => {
      wire.signal = AbortSignal.timeout(options.requestTimeoutMs ?? DEFAULT_TIMEOUT_MS);
      return await request(parameters);
    });
  });
  return {
    request: octokit.request as unknown as GitHubApi["request"],
    paginate: paginator(octokit.request),
  };
}
