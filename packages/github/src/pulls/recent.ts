import { errorText } from "@slipway/model";
import { LimitReachedError, refusalOf } from "../client/errors.ts";
import type { GitHubContext } from "../context.ts";
import { pullOf } from "./pull.ts";

/** A pull request as somebody remembers it who goes on with the work. */
export interface RecentPull {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: "merged" | "closed" | "open";
  /** ISO time at which it got into this state. */
  readonly at: string;
  /** Not read: a list of pull requests does not tell them. */
  readonly paths: readonly string[];
}

export type RecentPulls =
  | { readonly kind: "read"; readonly pulls: readonly RecentPull[] }
  /** A token that may not, a repository without pull requests, a server that does not answer. */
  | { readonly kind: "unreadable"; readonly why: string };

/** GitHub's own largest page. */
const PAGE = 100;

/**
 * The pull requests that were last touched, newest first; 100 at most. They are there to be read by a model, so that
 * nobody fails without them. Requests: 1.
 *
 * @throws LimitReachedError
 */
export async function recentPulls({
  octokit,
  owner,
  repo,
}: Pick<GitHubContext, "octokit" | "owner" | "repo">): Promise<RecentPulls> {
  const asked = { owner, repo, state: "all", sort: "updated", direction: "desc", per_page: PAGE } as const;
  try {
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/pulls", asked);
    const pulls = data.map((raw) => {
      const { number, title, body, state } = pullOf(raw);
      return { number, title, body, state, at: raw.merged_at ?? raw.closed_at ?? raw.created_at, paths: [] };
    });
    return { kind: "read", pulls };
  } catch (error) {
    if (error instanceof LimitReachedError || refusalOf(error) === undefined) throw error;
    return { kind: "unreadable", why: errorText(error) };
  }
}
