import { hasMarker, type IssueRef, SUITE_LABEL } from "@slipway/model";
import type { GitHubContext } from "../context.ts";

export interface FoundIssue extends IssueRef {
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly state: "open" | "closed";
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

interface RawIssue {
  readonly number: number;
  readonly id: number | bigint;
  readonly title: string;
  readonly body?: string | null | undefined;
  readonly state: string;
  readonly labels: readonly (string | { readonly name?: string | undefined })[];
}

export function foundIssue(raw: RawIssue): FoundIssue {
  return {
    number: raw.number,
    id: Number(raw.id),
    title: raw.title,
    body: raw.body ?? "",
    state: raw.state === "closed" ? "closed" : "open",
    labels: raw.labels.map((label) => (typeof label === "string" ? label : (label.name ?? ""))),
  };
}
