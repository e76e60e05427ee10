/** Finding what a path names, or answering 404. */

import { isEmpty, resolveCommit } from "../git/refs.ts";
import { covers, isIntegration } from "../http/auth.ts";
import { type Call, numberParam } from "../http/call.ts";
import { ApiError, notFound } from "../http/errors.ts";
import type { IssueRecord, PullIssue } from "../store/records.ts";
import { isPull } from "../store/store.ts";

/** An issue or pull request by `{issue_number}`. */
export function issueOf(call: Call): IssueRecord {
  const issue = call.repository.issues.get(numberParam(call, "issue_number"));
  if (!issue) throw notFound();
  requireSubject(call, issue);
  return issue;
}

export function pullOf(call: Call): PullIssue {
  const issue = call.repository.issues.get(numberParam(call, "pull_number"));
  if (!issue || !isPull(issue)) throw notFound();
  return issue;
}

/**
 * Routes that serve both issues and pull requests admit either permission; which of them counts depends on what the
 * number turns out to be: for an issue only `issues` does.
 */
export function requireSubject(call: Call, issue: IssueRecord): void {
  const { actor, repository } = call;
  if (!isIntegration(actor) || issue.pull || !covers(actor, repository)) return;
  const write = call.method !== "GET" && call.method !== "HEAD";
  const given = actor.permissions.issues ?? "none";
  if (given === "write" || (!write && (given === "read" || repository.visibility === "public"))) return;
  throw new ApiError(403, "Resource not accessible by integration");
}

/** The commit that a ref names. @throws ApiError 409 for an empty repository, 404/422 when there is none. */
export async function commitOf(call: Call, ref: string): Promise<string> {
  const sha = await resolveCommit(call.git, ref);
  if (sha) return sha;
  if (await isEmpty(call.git)) throw new ApiError(409, "Git Repository is empty.");
  throw new ApiError(422, `No commit found for SHA: ${ref}`);
}
