/**
 * What each route asks of a token. Source: the "fine-grained access tokens" section that GitHub's REST reference has
 * at every endpoint, and the `x-accepted-github-permissions` header of its answers.
 */

import type { Role } from "../store/records.ts";

export interface Access {
  /** Any one of these workflow permissions is enough. */
  readonly keys: readonly string[];
  readonly level: "read" | "write";
  /** The role that a person needs. */
  readonly role: Role;
  /** `read` of a public repository is not enough: one must be signed in. */
  readonly signedIn?: true;
}

function access(keys: string, level: "read" | "write", role: Role = level): Access {
  return { keys: keys.split("|"), level, role };
}

const R = "/repos/{owner}/{repo}";
const METADATA = access("metadata", "read");
const CONTENTS = access("contents", "read");
const CONTENTS_WRITE = access("contents", "write");
const PULLS = access("pull-requests", "read");
const PULLS_WRITE = access("pull-requests", "write");
const ISSUES = access("issues", "read");
const ISSUES_WRITE = access("issues", "write", "triage");
const EITHER = access("issues|pull-requests", "read");
const EITHER_WRITE = access("issues|pull-requests", "write", "triage");
const ACTIONS = access("actions", "read");
const ACTIONS_WRITE = access("actions", "write");
const CHECKS = access("checks", "read");
const CHECKS_WRITE = access("checks", "write");
const STATUSES = access("statuses", "read");

/** By `METHOD template`, below `/repos/{owner}/{repo}`. */
const TABLE: Readonly<Record<string, Access>> = {
  "GET ": METADATA,
  "POST /dispatches": CONTENTS_WRITE,
  "GET /collaborators": { ...METADATA, role: "write", signedIn: true },
  "GET /collaborators/{username}": METADATA,
  "GET /collaborators/{username}/permission": METADATA,

  "GET /actions/permissions/workflow": METADATA,
  "GET /actions/workflows": ACTIONS,
  "GET /actions/workflows/{workflow_id}": ACTIONS,
  "POST /actions/workflows/{workflow_id}/dispatches": ACTIONS_WRITE,
  "GET /actions/workflows/{workflow_id}/runs": ACTIONS,
  "GET /actions/runs": ACTIONS,
  "GET /actions/runs/{run_id}": ACTIONS,
  "POST /actions/runs/{run_id}/cancel": ACTIONS_WRITE,
  "POST /actions/runs/{run_id}/approve": ACTIONS_WRITE,
  "POST /actions/runs/{run_id}/rerun": ACTIONS_WRITE,
  "POST /actions/runs/{run_id}/rerun-failed-jobs": ACTIONS_WRITE,
  "GET /actions/runs/{run_id}/jobs": ACTIONS,
  "GET /actions/runs/{run_id}/attempts/{attempt_number}/jobs": ACTIONS,
  "GET /actions/runs/{run_id}/logs": { ...ACTIONS, signedIn: true },
  "GET /actions/runs/{run_id}/attempts/{attempt_number}/logs": { ...ACTIONS, signedIn: true },
  "GET /actions/jobs/{job_id}": ACTIONS,
  "GET /actions/jobs/{job_id}/logs": { ...ACTIONS, signedIn: true },
  "GET /actions/runs/{run_id}/artifacts": ACTIONS,
  "GET /actions/artifacts": ACTIONS,
  "GET /actions/artifacts/{artifact_id}": ACTIONS,
  "GET /actions/artifacts/{artifact_id}/{archive_format}": { ...ACTIONS, signedIn: true },
  "DELETE /actions/artifacts/{artifact_id}": ACTIONS_WRITE,

  "GET /issues": EITHER,
  "POST /issues": access("issues", "write", "read"),
  "GET /issues/{issue_number}": EITHER,
  "PATCH /issues/{issue_number}": access("issues|pull-requests", "write", "read"),
  "GET /issues/{issue_number}/comments": EITHER,
  "POST /issues/{issue_number}/comments": access("issues|pull-requests", "write", "read"),
  "GET /issues/comments": EITHER,
  "GET /issues/comments/{comment_id}": EITHER,
  "PATCH /issues/comments/{comment_id}": access("issues|pull-requests", "write", "read"),
  "DELETE /issues/comments/{comment_id}": access("issues|pull-requests", "write", "read"),
  "GET /issues/{issue_number}/reactions": ISSUES,
  "POST /issues/{issue_number}/reactions": access("issues", "write", "read"),
  "DELETE /issues/{issue_number}/reactions/{reaction_id}": access("issues", "write", "read"),
  "GET /issues/comments/{comment_id}/reactions": EITHER,
  "POST /issues/comments/{comment_id}/reactions": access("issues|pull-requests", "write", "read"),
  "DELETE /issues/comments/{comment_id}/reactions/{reaction_id}": access(
    "issues|pull-requests",
    "write",
    "read",
  ),
  "GET /issues/{issue_number}/labels": EITHER,
  "POST /issues/{issue_number}/labels": EITHER_WRITE,
  "PUT /issues/{issue_number}/labels": EITHER_WRITE,
  "DELETE /issues/{issue_number}/labels": EITHER_WRITE,
  "DELETE /issues/{issue_number}/labels/{name}": EITHER_WRITE,
  "POST /issues/{issue_number}/assignees": EITHER_WRITE,
  "DELETE /issues/{issue_number}/assignees": EITHER_WRITE,
  "PUT /issues/{issue_number}/lock": EITHER_WRITE,
  "DELETE /issues/{issue_number}/lock": EITHER_WRITE,
  "GET /issues/{issue_number}/events": EITHER,
  "GET /issues/{issue_number}/timeline": EITHER,
  "GET /issues/{issue_number}/sub_issues": ISSUES,
  "POST /issues/{issue_number}/sub_issues": ISSUES_WRITE,
  "DELETE /issues/{issue_number}/sub_issue": ISSUES_WRITE,
  "PATCH /issues/{issue_number}/sub_issues/priority": ISSUES_WRITE,
  "GET /issues/{issue_number}/parent": ISSUES,
  "GET /issues/{issue_number}/dependencies/blocked_by": ISSUES,
  "POST /issues/{issue_number}/dependencies/blocked_by": ISSUES_WRITE,
  "DELETE /issues/{issue_number}/dependencies/blocked_by/{issue_id}": ISSUES_WRITE,
  "GET /issues/{issue_number}/dependencies/blocking": ISSUES,
  "GET /labels": EITHER,
  "POST /labels": { ...EITHER_WRITE, role: "write" },
  "GET /labels/{name}": EITHER,
  "PATCH /labels/{name}": { ...EITHER_WRITE, role: "write" },
  "DELETE /labels/{name}": { ...EITHER_WRITE, role: "write" },
  "GET /milestones": EITHER,
  "GET /issue-types": ISSUES,

  "POST /git/blobs": CONTENTS_WRITE,
  "GET /git/blobs/{file_sha}": CONTENTS,
  "POST /git/trees": CONTENTS_WRITE,
  "GET /git/trees/{tree_sha}": CONTENTS,
  "POST /git/commits": CONTENTS_WRITE,
  "GET /git/commits/{commit_sha}": CONTENTS,
  "POST /git/tags": CONTENTS_WRITE,
  "GET /git/tags/{tag_sha}": CONTENTS,
  "POST /git/refs": CONTENTS_WRITE,
  "GET /git/ref/{ref}": CONTENTS,
  "GET /git/matching-refs/{ref}": CONTENTS,
  "PATCH /git/refs/{ref}": CONTENTS_WRITE,
  "DELETE /git/refs/{ref}": CONTENTS_WRITE,
  "GET /contents/{path}": CONTENTS,
  "GET /readme": CONTENTS,
  "PUT /contents/{path}": CONTENTS_WRITE,
  "DELETE /contents/{path}": CONTENTS_WRITE,
  "GET /branches": CONTENTS,
  "GET /branches/{branch}": CONTENTS,
  "GET /rules/branches/{branch}": METADATA,
  "GET /branches/{branch}/protection": METADATA,
  "GET /branches/{branch}/protection/required_status_checks": METADATA,
  "GET /commits": CONTENTS,
  "GET /commits/{ref}": CONTENTS,
  "GET /commits/{commit_sha}/pulls": PULLS,
  "GET /compare/{basehead}": CONTENTS,
  "POST /merges": CONTENTS_WRITE,
  "GET /tags": METADATA,

  "POST /check-runs": CHECKS_WRITE,
  "GET /check-runs/{check_run_id}": CHECKS,
  "PATCH /check-runs/{check_run_id}": CHECKS_WRITE,
  "GET /check-runs/{check_run_id}/annotations": CHECKS,
  "GET /commits/{ref}/check-runs": CHECKS,
  "GET /commits/{ref}/check-suites": CHECKS,
  "GET /check-suites/{check_suite_id}": CHECKS,
  "GET /check-suites/{check_suite_id}/check-runs": CHECKS,
  "POST /statuses/{sha}": access("statuses", "write"),
  "GET /commits/{ref}/status": STATUSES,
  "GET /commits/{ref}/statuses": STATUSES,

  "GET /pulls": PULLS,
  "POST /pulls": access("pull-requests", "write", "read"),
  "GET /pulls/{pull_number}": PULLS,
  "PATCH /pulls/{pull_number}": access("pull-requests", "write", "read"),
  "GET /pulls/{pull_number}/files": PULLS,
  "GET /pulls/{pull_number}/commits": PULLS,
  "GET /pulls/{pull_number}/merge": PULLS,
  "PUT /pulls/{pull_number}/merge": CONTENTS_WRITE,
  "PUT /pulls/{pull_number}/merge-async": CONTENTS_WRITE,
  "GET /pulls/{pull_number}/merge-async/{uuid}": PULLS,
  "PUT /pulls/{pull_number}/update-branch": PULLS_WRITE,
  "GET /pulls/{pull_number}/reviews": PULLS,
  "POST /pulls/{pull_number}/reviews": access("pull-requests", "write", "read"),
  "GET /pulls/{pull_number}/reviews/{review_id}": PULLS,
  "PUT /pulls/{pull_number}/reviews/{review_id}": access("pull-requests", "write", "read"),
  "DELETE /pulls/{pull_number}/reviews/{review_id}": access("pull-requests", "write", "read"),
  "POST /pulls/{pull_number}/reviews/{review_id}/events": access("pull-requests", "write", "read"),
  "PUT /pulls/{pull_number}/reviews/{review_id}/dismissals": PULLS_WRITE,
  "GET /pulls/{pull_number}/comments": PULLS,
  "POST /pulls/{pull_number}/comments": access("pull-requests", "write", "read"),
  "GET /pulls/comments/{comment_id}": PULLS,
  "GET /pulls/{pull_number}/requested_reviewers": PULLS,
  "POST /pulls/{pull_number}/requested_reviewers": access("pull-requests", "write", "triage"),
  "DELETE /pulls/{pull_number}/requested_reviewers": access("pull-requests", "write", "triage"),

  "GET /releases": CONTENTS,
  "POST /releases": CONTENTS_WRITE,
  "GET /releases/latest": CONTENTS,
  "GET /releases/tags/{tag}": CONTENTS,
  "GET /releases/{release_id}": CONTENTS,
  "PATCH /releases/{release_id}": CONTENTS_WRITE,
  "DELETE /releases/{release_id}": CONTENTS_WRITE,
};

/** The access a route below `/repos/{owner}/{repo}` asks for; undefined for any other route. */
export function accessOf(method: string, template: string): Access | undefined {
  return template.startsWith(R) ? TABLE[`${method} ${template.slice(R.length)}`] : undefined;
}

/** `x-accepted-github-permissions`: alternatives are parted by `;`, names use underscores. */
export function acceptedHeader({ keys, level }: Access): string {
  return keys.map((key) => `${key.replaceAll("-", "_")}=${level}`).join("; ");
}
