import { BLOCKED_LABEL } from "@slipway/model";
import { isMissing } from "../client/errors.ts";
import { upsertComment } from "../comments.ts";
import type { GitHubContext } from "../context.ts";

type Context = Pick<GitHubContext, "octokit" | "owner" | "repo" | "log" | "sleep">;

/** Closes an issue; closing a closed one changes nothing. Requests: 1. */
export async function closeIssue(
  { octokit, owner, repo }: Pick<Context, "octokit" | "owner" | "repo">,
  issue: number,
  reason: "completed" | "not_planned" = "completed",
): Promise<void> {
  await octokit.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
    owner,
    repo,
    issue_number: issue,
    state: "closed",
    state_reason: reason,
  });
}

/** Opens an issue again; one that is open stays as it is. Requests: 1. */
export async function reopenIssue(
  { octokit, owner, repo }: Pick<Context, "octokit" | "owner" | "repo">,
  issue: number,
): Promise<void> {
  await octokit.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
    owner,
    repo,
    issue_number: issue,
    state: "open",
  });
}

export interface Blocked {
  readonly issue: number;
  readonly runId: string;
  readonly nodeId: string;
  /** Why, and what a person can do about it. Markdown. */
  readonly reason: string;
}

/** Label and one comment that say that a node cannot go on without a person. Requests: 2 to 3. */
export async function setBlocked(context: Context, { issue, runId, nodeId, reason }: Blocked): Promise<void> {
  const { octokit, owner, repo } = context;
  await octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/labels", {
    owner,
    repo,
    issue_number: issue,
    labels: [BLOCKED_LABEL],
    // Adding a label that is there changes nothing.
    request: { repeatable: true },
  });
  await upsertComment(context, issue, { what: "node", runId, nodeId }, reason);
}

/** Takes the label away again; the comment stays as a record. Requests: 1. */
export async function clearBlocked(
  { octokit, owner, repo }: Pick<Context, "octokit" | "owner" | "repo">,
  issue: number,
): Promise<void> {
  try {
    await octokit.request("DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}", {
      owner,
      repo,
      issue_number: issue,
      name: BLOCKED_LABEL,
    });
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
