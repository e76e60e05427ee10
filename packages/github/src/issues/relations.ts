import type { IssueRef } from "@slipway/model";
import { httpFailure, isAlreadyThere, isMissing, statusOf } from "../client/errors.ts";
import type { GitHubContext } from "../context.ts";

type Context = Pick<GitHubContext, "octokit" | "owner" | "repo" | "log">;

/** Said once when the server has no such endpoint (GitHub Enterprise Server) or the repository does not offer it. */
export type Unsupported = { readonly supported: false; readonly reason: string };
export type Related = {
  readonly supported: true;
  readonly writes: number;
  readonly notes: readonly string[];
};

/** Children that GitHub allows an issue to have. */
const MAX_CHILDREN = 100;

/**
 * Makes `children` the native sub-issues of `parent`, in this order; those that people added stay among them.
 * Requests: 1 for each 100 sub-issues that are there (none when `fresh`), 1 for each one added or moved.
 *
 * @param fresh the parent has just been made, so it has no children yet
 */
export async function syncSubIssues(
  context: Context,
  parent: IssueRef,
  children: readonly IssueRef[],
  fresh: boolean,
): Promise<Related | Unsupported> {
  const at = { owner: context.owner, repo: context.repo, issue_number: parent.number };
  const notes: string[] = [];
  let writes = 0;
  try {
    const there = fresh
      ? []
      : await context.octokit.paginate("GET /repos/{owner}/{repo}/issues/{issue_number}/sub_issues", {
          ...at,
          per_page: 100,
        });
    const order: number[] = there.map(({ id }) => Number(id));
    for (const child of children.filter(({ id }) => !order.includes(id))) {
      if (order.length >= MAX_CHILDREN) {
        notes.push(
          `#${child.number} is not shown as a sub-issue of #${parent.number}: GitHub allows ${MAX_CHILDREN}.`,
        );
        continue;
      }
      try {
        await context.octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/sub_issues", {
          ...at,
          sub_issue_id: child.id,
          replace_parent: true,
          // Adding a child twice is refused, not doubled.
          request: { repeatable: true },
        });
        writes++;
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
      order.push(child.id);
    }
    for (const { id, after } of moves(
      order,
      children.map((child) => child.id),
    )) {
      await context.octokit.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}/sub_issues/priority", {
        ...at,
        sub_issue_id: id,
        after_id: after,
      });
      writes++;
      order.splice(order.indexOf(id), 1);
      order.splice(order.indexOf(after) + 1, 0, id);
    }
  } catch (error) {
    return unsupported(error, "sub-issues");
  }
  return { supported: true, writes, notes };
}

/**
 * The moves that bring `wanted` (all of them in `order`) into their order among themselves: each one that stands
 * before its predecessor goes right behind it. Empty when the order is already right.
 */
export function moves(order: readonly number[], wanted: readonly number[]): { id: number; after: number }[] {
  const result: { id: number; after: number }[] = [];
  const now = [...order];
  wanted.forEach((id, index) => {
    const previous = wanted[index - 1];
    if (previous === undefined || !now.includes(id) || !now.includes(previous)) return;
    if (now.indexOf(id) > now.indexOf(previous)) return;
    result.push({ id, after: previous });
    now.splice(now.indexOf(id), 1);
    now.splice(now.indexOf(previous) + 1, 0, id);
  });
  return result;
}

/**
 * Makes `issue` blocked by exactly `blockers`, as far as it is about `ours`: dependencies on other issues, which
 * people added, stay. Requests: 1 for each 100 dependencies that are there (none when `fresh`), 1 for each change.
 */
export async function syncBlockedBy(
  context: Context,
  issue: IssueRef,
  blockers: readonly IssueRef[],
  ours: ReadonlySet<number>,
  fresh: boolean,
): Promise<Related | Unsupported> {
  const at = { owner: context.owner, repo: context.repo, issue_number: issue.number };
  let writes = 0;
  try {
    const there = fresh
      ? []
      : await context.octokit.paginate(
          "GET /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by",
          {
            ...at,
            per_page: 100,
          },
        );
    const ids = new Set(there.map(({ id }) => Number(id)));
    for (const blocker of blockers.filter(({ id }) => !ids.has(id))) {
      try {
        await context.octokit.request(
          "POST /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by",
          {
            ...at,
            issue_id: blocker.id,
            request: { repeatable: true },
          },
        );
        writes++;
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    }
    const wanted = new Set(blockers.map(({ id }) => id));
    for (const id of [...ids].filter((other) => ours.has(other) && !wanted.has(other))) {
      await context.octokit.request(
        "DELETE /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by/{issue_id}",
        { ...at, issue_id: id },
      );
      writes++;
    }
  } catch (error) {
    return unsupported(error, "issue dependencies");
  }
  return { supported: true, writes, notes: [] };
}

function isDuplicate(error: unknown): boolean {
  if (isAlreadyThere(error)) return true;
  return statusOf(error) === 422 && /already|duplicate/i.test(httpFailure(error)?.message ?? "");
}

/** @throws the error itself unless it says that the endpoint is not there */
function unsupported(error: unknown, what: string): Unsupported {
  if (!isMissing(error)) throw error;
  return {
    supported: false,
    reason: `This GitHub has no ${what} for the repository (HTTP ${statusOf(error)}); the issues' texts and labels show the tree instead.`,
  };
}
