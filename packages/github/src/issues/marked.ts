import { hasMarker, type IssueRef, type Marker } from "@slipway/model";
import { ensure } from "../client/ensure.ts";
import { isInsider } from "../comments.ts";
import type { GitHubContext } from "../context.ts";

type Context = Pick<GitHubContext, "octokit" | "owner" | "repo" | "log" | "sleep">;

/** GitHub's clock and this job's need not agree. */
const MARGIN_MS = 3_600_000;

export interface MarkedIssue {
  /** What it is, for the log: `issue of the dry run r-…`. */
  readonly what: string;
  readonly marker: Marker;
  /** The issue is younger than this (ISO 8601). */
  readonly since: string;
  readonly title: string;
  /** With the marker in it, on a line of its own. */
  readonly body: string;
}

/**
 * The one issue of a run that stands for no node, found by its marker or made. It carries no label, since making labels
 * would be another write. Requests: 1 for each 100 issues that changed since, and 1 when it is made.
 */
export async function ensureMarkedIssue(
  context: Context,
  { what, marker, since, title, body }: MarkedIssue,
): Promise<IssueRef> {
  const { octokit, owner, repo } = context;
  const { value } = await ensure<IssueRef>(context, {
    what,
    find: async () => {
      const issues = await octokit.paginate("GET /repos/{owner}/{repo}/issues", {
        owner,
        repo,
        state: "all",
        since: new Date(Date.parse(since) - MARGIN_MS).toISOString(),
        per_page: 100,
      });
      const found = issues.find((issue) => hasMarker(issue.body, marker) && isInsider(issue));
      return found && { number: found.number, id: Number(found.id) };
    },
    create: async () => {
      const { data } = await octokit.request("POST /repos/{owner}/{repo}/issues", {
        owner,
        repo,
        title,
        body,
      });
      return { number: data.number, id: Number(data.id) };
    },
  });
  return value;
}
