import { SUITE_LABEL } from "@slipway/model";
import { isMissing } from "./client/errors.ts";
import { isInsider } from "./comments.ts";
import type { GitHubContext } from "./context.ts";
import { placeOf } from "./markers.ts";

type Context = Pick<GitHubContext, "octokit" | "owner" | "repo">;

/** A pull request as it stands. */
export interface SeenPull {
  readonly number: number;
  readonly state: "open" | "closed";
  readonly merged: boolean;
  /** The commit that the merge made; null before. */
  readonly mergeSha: string | null;
  readonly headRef: string;
  readonly headSha: string;
  readonly baseRef: string;
  readonly draft: boolean;
  readonly title: string;
  readonly updatedAt: string;
  readonly closedAt: string | null;
  /** Run and node that its hidden marker names; null when it is not ours (a fork's and an outsider's never are). */
  readonly runId: string | null;
  readonly nodeId: string | null;
}

export interface SeenIssue {
  readonly number: number;
  /** Database id, as relations want it. */
  readonly id: number;
  readonly state: "open" | "closed";
  readonly stateReason: string | null;
  readonly labels: readonly string[];
  /** Name of its issue type. */
  readonly type: string | null;
  readonly title: string;
  /** Issue above it, when that is in this repository; null when there is none. Undefined: the server does not say. */
  readonly parent: number | null | undefined;
  readonly updatedAt: string;
  readonly closedAt: string | null;
  readonly runId: string | null;
  readonly nodeId: string | null;
  readonly isPull: false;
}

/** Few have changed since the last look, and a page of pull requests holds what changed before it as well; all are many. */
const pullsPerPage = (since: string | null): number => (since === null ? 100 : 50);

/**
 * Pull requests that changed at `since` or later (all when null), newest change first.
 * Requests: 1, and 1 for each 50 that changed (100 when all are asked for).
 */
export async function listChangedPulls(
  { octokit, owner, repo }: Context,
  since: string | null,
): Promise<SeenPull[]> {
  const from = since === null ? Number.NEGATIVE_INFINITY : Date.parse(since);
  const perPage = pullsPerPage(since);
  const seen = new Map<number, SeenPull>();
  for (let page = 1; ; page++) {
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/pulls", {
      owner,
      repo,
      state: "all",
      sort: "updated",
      direction: "desc",
      per_page: perPage,
      page,
    });
    const changed = data.filter((raw) => Date.parse(raw.updated_at) >= from);
    for (const raw of changed) {
      // One that changes meanwhile moves the others down a place, so that a page may repeat one of the last.
      if (seen.has(raw.number)) continue;
      const own = raw.head.repo?.full_name.toLowerCase() === `${owner}/${repo}`.toLowerCase();
      const place = own && isInsider(raw) ? placeOf(raw.body, "pull") : undefined;
      seen.set(raw.number, {
        number: raw.number,
        state: raw.state === "open" ? "open" : "closed",
        merged: raw.merged_at !== null,
        mergeSha: raw.merged_at === null ? null : raw.merge_commit_sha,
        headRef: raw.head.ref,
        headSha: raw.head.sha,
        baseRef: raw.base.ref,
        draft: raw.draft ?? false,
        title: raw.title,
        updatedAt: raw.updated_at,
        closedAt: raw.closed_at,
        runId: place?.runId ?? null,
        nodeId: place?.nodeId ?? null,
      });
    }
    if (changed.length < data.length || data.length < perPage) return [...seen.values()];
  }
}

/**
 * The suite's issues that changed at `since` or later (all when null), newest change first. Since a time, also those
 * that have lost the suite's label are found, by their marker or number. Requests: 1, and 1 for each 100 issues and pull
 * requests of the repository that changed (of the suite's when all are asked for).
 *
 * @param known issues that are the suite's, whatever is written there now
 */
export async function listChangedIssues(
  { octokit, owner, repo }: Context,
  since: string | null,
  known: ReadonlySet<number> = new Set(),
): Promise<SeenIssue[]> {
  const items = await octokit.paginate("GET /repos/{owner}/{repo}/issues", {
    owner,
    repo,
    state: "all",
    sort: "updated",
    direction: "desc",
    per_page: 100,
    ...(since === null ? { labels: SUITE_LABEL } : { since }),
  });
  const seen = new Map<number, SeenIssue>();
  for (const raw of items) {
    if (raw.pull_request !== undefined || seen.has(raw.number)) continue;
    const labels = raw.labels.map((label) => (typeof label === "string" ? label : (label.name ?? "")));
    const place = isInsider(raw) ? placeOf(raw.body, "node") : undefined;
    if (place === undefined && !labels.includes(SUITE_LABEL) && !known.has(raw.number)) continue;
    seen.set(raw.number, {
      number: raw.number,
      id: Number(raw.id),
      state: raw.state === "closed" ? "closed" : "open",
      stateReason: raw.state_reason ?? null,
      labels,
      type: raw.type?.name ?? null,
      title: raw.title,
      parent: parentOf(raw, `${owner}/${repo}`),
      updatedAt: raw.updated_at,
      closedAt: raw.closed_at,
      runId: place?.runId ?? null,
      nodeId: place?.nodeId ?? null,
      isPull: false,
    });
  }
  return [...seen.values()];
}

/** The place in a run that an issue's marker names; undefined when it is none of ours or not there. Requests: 1. */
export async function readIssuePlace(
  { octokit, owner, repo }: Context,
  issue: number,
): Promise<{ runId: string; nodeId: string } | undefined> {
  try {
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}", {
      owner,
      repo,
      issue_number: issue,
    });
    return isInsider(data) ? placeOf(data.body, "node") : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

interface Relations {
  readonly parent_issue_url?: string | null;
  readonly sub_issues_summary?: unknown;
}

/** The parent that an issue names with itself. Undefined on a server that has no sub-issues. */
export function parentOf(raw: Relations, repository: string): number | null | undefined {
  if (raw.sub_issues_summary === undefined && raw.parent_issue_url === undefined) return undefined;
  const [, where, number] = /\/repos\/([^/]+\/[^/]+)\/issues\/(\d+)$/.exec(raw.parent_issue_url ?? "") ?? [];
  return where?.toLowerCase() === repository.toLowerCase() ? Number(number) : null;
}

export interface Closer {
  readonly login: string;
  readonly type: "User" | "Bot" | "Organization" | "Mannequin";
}

/**
 * Who closed an issue, or closed or merged a pull request; null when it is open or the account is gone.
 * Requests: 1.
 */
export async function readCloser({ octokit, owner, repo }: Context, issue: number): Promise<Closer | null> {
  const { data } = await octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}", {
    owner,
    repo,
    issue_number: issue,
  });
  if (data.state !== "closed" || !data.closed_by) return null;
  return { login: data.closed_by.login, type: data.closed_by.type as Closer["type"] };
}

/** The issue of this repository above an issue; null when there is none. Requests: 1. */
export async function readParent(
  { octokit, owner, repo }: Context,
  issueNumber: number,
): Promise<number | null> {
  try {
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}/parent", {
      owner,
      repo,
      issue_number: issueNumber,
    });
    return data.repository_url.toLowerCase().endsWith(`/repos/${owner}/${repo}`.toLowerCase())
      ? data.number
      : null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
