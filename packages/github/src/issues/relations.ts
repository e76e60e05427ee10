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
export const MAX_CHILDREN = 100;

export interface SubIssues {
  readonly parent: IssueRef;
  /** Children that are the parent's, or shall be; in this order. */
  readonly children: readonly IssueRef[];
  /** Ids of those that the parent does not have yet. */
  readonly link: ReadonlySet<number>;
  /** Ids of those that are taken from another parent. */
  readonly take?: ReadonlySet<number>;
  /** The parent has just been made, so it has no children yet. */
  readonly fresh: boolean;
}

/**
 * Links `link` as native sub-issues of `parent` and brings `children` into their order; those that people added stay
 * among them. Requests: 1 for each 100 sub-issues that are there (none when `fresh`, or when one child leaves nothing
 * to order), 1 for each one linked or moved.
 */
export async function syncSubIssues(
  context: Context,
  { parent, children, link, take, fresh }: SubIssues,
): Promise<Related | Unsupported> {
  const at = { owner: context.owner, repo: context.repo, issue_number: parent.number };
  const notes: string[] = [];
  let writes = 0;
  if (children.length <= 1 && link.size === 0) return { supported: true, writes, notes };
  try {
    const there = fresh
      ? []
      : await context.octokit.paginate("GET /repos/{owner}/{repo}/issues/{issue_number}/sub_issues", {
          ...at,
          per_page: 100,
        });
    const order: number[] = there.map(({ id }) => Number(id));
    for (const child of children.filter(({ id }) => link.has(id) && !order.includes(id))) {
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
          ...(take?.has(child.id) ? { replace_parent: true } : {}),
          // Adding a child twice is refused, not doubled.
          request: { repeatable: true },
        });
        writes++;
        order.push(child.id);
      } catch (error) {
        // Linked by a request whose answer was lost, or by a person to another parent a moment ago.
        if (!isDuplicate(error)) throw error;
      }
    }
    const ordered = children.map((child) => child.id).filter((id) => order.includes(id));
    for (const { id, after } of moves(order, ordered)) {
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

export interface BlockedBy {
  readonly issue: IssueRef;
  readonly blockers: readonly IssueRef[];
  /** Ids of all issues of the run: what is about them is brought to `blockers`; what people added else stays. */
  readonly ours: ReadonlySet<number>;
  /** How many it has, when that is known; none leaves nothing to read. */
  readonly there: number | undefined;
}

/**
 * Makes `issue` blocked by exactly `blockers`, as far as it is about `ours`.
 * Requests: 1 for each 100 dependencies that are there (none when there are none), 1 for each change.
 */
export async function syncBlockedBy(
  context: Context,
  { issue, blockers, ours, there: count }: BlockedBy,
): Promise<Related | Unsupported> {
  const at = { owner: context.owner, repo: context.repo, issue_number: issue.number };
  let writes = 0;
  try {
    const there =
      count === 0
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
