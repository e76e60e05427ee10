import { hasMarker, type IssueRef, SUITE_LABEL } from "@slipway/model";
import { isMissing } from "../client/errors.ts";
import type { GitHubContext } from "../context.ts";
import { parentOf } from "../observe.ts";

export interface FoundIssue extends IssueRef {
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly state: "open" | "closed";
  readonly stateReason: string | null;
  /** Name of its issue type. */
  readonly type: string | null;
  /** Issue above it; null when there is none in this repository. Undefined: the server does not say. */
  readonly parent: number | null | undefined;
  /** Issues that it waits for, open or closed. Undefined: the server does not say. */
  readonly blockers: number | undefined;
}

type Context = Pick<GitHubContext, "octokit" | "owner" | "repo">;

/**
 * The suite's issues, oldest first. Requests: 1 for each 100 that changed since `since`.
 *
 * @param since only issues that changed since then (ISO 8601); a run's issues are younger than the run
 */
export async function listSuiteIssues(
  { octokit, owner, repo }: Context,
  since?: string,
): Promise<FoundIssue[]> {
  const items = await octokit.paginate("GET /repos/{owner}/{repo}/issues", {
    owner,
    repo,
    labels: SUITE_LABEL,
    state: "all",
    sort: "created",
    direction: "asc",
    per_page: 100,
    ...(since === undefined ? {} : { since: earlier(since) }),
  });
  return items.filter((item) => item.pull_request === undefined).map(foundIssue);
}

/** An hour before: this machine's clock and GitHub's need not agree. */
function earlier(time: string): string {
  return new Date(Date.parse(time) - 3_600_000).toISOString();
}

/** The oldest issue of a node, should there ever be two. */
export function issueOfNode(
  issues: readonly FoundIssue[],
  runId: string,
  nodeId: string,
): FoundIssue | undefined {
  return issues.find((issue) => hasMarker(issue.body, { what: "node", runId, nodeId }));
}

/**
 * One issue by its number, as a run has recorded it. Undefined when it was deleted, or moved to another repository.
 * Requests: 1.
 */
export async function findIssue(
  { octokit, owner, repo }: Context,
  number: number,
): Promise<FoundIssue | undefined> {
  try {
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}", {
      owner,
      repo,
      issue_number: number,
    });
    // Octokit follows the redirect of an issue that was transferred.
    const here = data.repository_url.toLowerCase().endsWith(`/repos/${owner}/${repo}`.toLowerCase());
    return here ? foundIssue(data) : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

interface RawIssue {
  readonly number: number;
  readonly id: number | bigint;
  readonly title: string;
  readonly body?: string | null | undefined;
  readonly state: string;
  readonly state_reason?: string | null;
  readonly labels: readonly (string | { readonly name?: string | undefined })[];
  readonly type?: { readonly name?: string } | null;
  readonly repository_url: string;
  readonly parent_issue_url?: string | null;
  readonly sub_issues_summary?: unknown;
  readonly issue_dependencies_summary?: { readonly total_blocked_by: number };
}

export function foundIssue(raw: RawIssue): FoundIssue {
  const repository = /\/repos\/([^/]+\/[^/]+)$/.exec(raw.repository_url)?.[1] ?? "";
  return {
    number: raw.number,
    id: Number(raw.id),
    title: raw.title,
    body: raw.body ?? "",
    state: raw.state === "closed" ? "closed" : "open",
    stateReason: raw.state_reason ?? null,
    labels: raw.labels.map((label) => (typeof label === "string" ? label : (label.name ?? ""))),
    type: raw.type?.name ?? null,
    parent: parentOf(raw, repository),
    blockers: raw.issue_dependencies_summary?.total_blocked_by,
  };
}
