import { httpFailure, isUnclear } from "../client/errors.ts";
import type { GitHubContext } from "../context.ts";
import {
  type AsyncMerge,
  type AsyncMergeRequest,
  commitWords,
  type MergeWords,
  pollMerge,
  submitMerge,
} from "./merge-async.ts";
import { isMethodRefusal, type MergeMethod } from "./methods.ts";
import { getPull } from "./pull.ts";

type Context = Pick<GitHubContext, "octokit" | "owner" | "repo" | "log" | "sleep" | "now" | "lacks">;

export interface MergeWay {
  readonly method: MergeMethod;
  /** Words of the commit that it makes; asked for only when this way is gone. None: a rebase. */
  readonly words?: () => MergeWords | Promise<MergeWords>;
}

export interface MethodRefusal {
  readonly method: MergeMethod;
  /** GitHub's. */
  readonly reason: string;
}

export interface MergePull {
  readonly number: number;
  /** Head that was judged. */
  readonly sha: string;
  /** The way that is wanted, then those that will do where it is not allowed. */
  readonly ways: readonly MergeWay[];
  /** When to stop waiting for GitHub, or for a merge queue. Default: five minutes from now. */
  readonly deadline?: Date;
}

export type MergedPull =
  /** `found`: it was merged before this call, or by a request whose answer was lost. */
  | { readonly kind: "merged"; readonly sha: string; readonly found: boolean }
  /** The head is not the judged one: the verdict is void. */
  | { readonly kind: "moved"; readonly headSha: string }
  /** The base moved while GitHub was merging; trying again is right, after looking whether the verdict still holds. */
  | { readonly kind: "baseModified" }
  /** A conflict, a rule, a failed required check, a draft: GitHub's reason. */
  | { readonly kind: "notMergeable"; readonly reason: string }
  /** Settings and rules allow none of the ways. */
  | { readonly kind: "noMethod"; readonly refusals: readonly MethodRefusal[] }
  /**
   * Asked for, and not decided by the deadline: it stands in the branch's merge queue, or GitHub is still at it. It is
   * merged, or stays open, without another request; the pull request tells.
   */
  | { readonly kind: "queued"; readonly where: "queue" | "background" };

const ATTEMPTS = 3;
const DEFAULT_PATIENCE_MS = 5 * 60_000;
/** A merge takes a second or two. */
const POLL_MS = [400, 1_000, 2_000, 4_000, 8_000, 15_000] as const;
/** A queue waits for checks. */
const QUEUE_POLL_MS = [2_000, 5_000, 10_000, 20_000, 30_000] as const;

type Tried = MergedPull | { readonly kind: "methodRefused"; readonly reason: string };

/**
 * Merges a pull request at exactly one head: by the asynchronous merge, which respects a merge queue, or by the plain
 * one on a server without it; by the first way that the repository's settings and the branch's rules let through.
 * Requests: 2 or 3 when it merges at once, 1 by the plain merge; 1 more when it does not; 2 (plain: 1) for each way that
 * is refused.
 */
export async function mergePull(context: Context, merge: MergePull): Promise<MergedPull> {
  const deadline = merge.deadline?.getTime() ?? context.now().getTime() + DEFAULT_PATIENCE_MS;
  const { number, sha } = merge;
  const refusals: MethodRefusal[] = [];
  for (const { method, words } of merge.ways) {
    const request = { number, sha, method, words: (await words?.()) ?? null };
    const tried = await mergeBy(context, request, deadline);
    if (tried.kind !== "methodRefused") return tried;
    context.log.info(`Pull request #${number} is not merged by the method ${method}: ${tried.reason}`);
    refusals.push({ method, reason: tried.reason });
  }
  return { kind: "noMethod", refusals };
}

async function mergeBy(context: Context, merge: AsyncMergeRequest, deadline: number): Promise<Tried> {
  for (let attempt = 1; ; attempt++) {
    let done: Tried | "absent";
    try {
      done = context.lacks.has("merge-async") ? "absent" : await mergeAsync(context, merge, deadline);
      if (done === "absent") {
        if (!context.lacks.has("merge-async"))
          context.log.info(
            "This GitHub has no asynchronous merge; pull requests are merged by the plain one.",
          );
        context.lacks.add("merge-async");
        done = await mergePlain(context, merge);
      }
      return done;
    } catch (error) {
      if (!isUnclear(error)) throw error;
      await context.sleep(1_000 * attempt);
      const standing = await standingOf(context, merge);
      if (standing) return standing;
      if (attempt >= ATTEMPTS) throw error;
      context.log.warn(
        `Pull request #${merge.number} is not merged after an unclear answer; trying again (${attempt + 1} of ${ATTEMPTS}).`,
      );
    }
  }
}

async function mergeAsync(
  context: Context,
  merge: AsyncMergeRequest,
  deadline: number,
): Promise<Tried | "absent"> {
  const asked = await submitMerge(context, merge);
  if (asked.kind === "absent") return "absent";
  // An earlier request of this job's predecessor for the same head is as good as our own; one for another is not.
  if (asked.kind === "pending" && asked.headSha !== "" && asked.headSha !== merge.sha) {
    const standing = await standingOf(context, merge);
    return standing ?? { kind: "notMergeable", reason: `A merge of ${asked.headSha} is under way.` };
  }
  // Merged already, by whom and at what head the pull request tells.
  if (asked.kind === "merged") {
    const standing = await standingOf(context, merge);
    return standing ?? { kind: "merged", sha: asked.sha, found: true };
  }
  const found = asked.kind === "pending" && asked.joined;
  let now: AsyncMerge = asked;
  for (let look = 0; now.kind === "pending"; look++) {
    if (!(await waits(context, POLL_MS, look, deadline))) return { kind: "queued", where: "background" };
    const next = await pollMerge(context, merge.number, now.uuid);
    // Nobody knows the request any more: what became of it, the pull request tells.
    now = next.kind === "absent" ? { kind: "failed", reason: "GitHub has lost the merge request." } : next;
  }
  switch (now.kind) {
    case "merged":
      return { kind: "merged", sha: now.sha, found };
    case "enqueued":
      return await queued(context, merge, deadline);
    case "failed":
      return await refused(context, merge, now.reason);
  }
}

async function queued(context: Context, merge: AsyncMergeRequest, deadline: number): Promise<MergedPull> {
  context.log.info(`Pull request #${merge.number} is in the merge queue of its base.`);
  for (let look = 0; ; look++) {
    if (!(await waits(context, QUEUE_POLL_MS, look, deadline))) return { kind: "queued", where: "queue" };
    let standing = await standingOf(context, merge);
    if (!standing && (await wasDequeued(context, merge.number))) {
      // A merge takes it out of the queue, too.
      standing = (await standingOf(context, merge)) ?? {
        kind: "notMergeable",
        reason: `The merge queue has put #${merge.number} out: a check failed on the merged result, it conflicts, or a person removed it.`,
      };
    }
    if (standing) return standing.kind === "merged" ? { ...standing, found: false } : standing;
  }
}

/** Whether the pull request stood in a queue and does not any more. Requests: 1 for each 100 events that it has. */
async function wasDequeued({ octokit, owner, repo }: Context, number: number): Promise<boolean> {
  const events = await octokit.paginate("GET /repos/{owner}/{repo}/issues/{issue_number}/events", {
    owner,
    repo,
    issue_number: number,
    per_page: 100,
  });
  const last = events.findLast(({ event }) => /^(added_to|removed_from)_merge_queue$/.test(event));
  return last?.event === "removed_from_merge_queue";
}

/** So many looks there are at least: what was waited for GitHub's limits may have used the patience up. */
const LOOKS_MIN = 3;

/** Waits before the next look; false when that would be after the deadline. */
async function waits(
  { now, sleep }: Context,
  steps: readonly number[],
  look: number,
  deadline: number,
): Promise<boolean> {
  const ms = steps[Math.min(look, steps.length - 1)] ?? 0;
  if (look >= LOOKS_MIN && now().getTime() + ms > deadline) return false;
  await sleep(ms);
  return true;
}

/** Source: GitHub REST API, "Merge a pull request": 405 not mergeable or base modified, 409 head moved, 422 invalid. */
async function mergePlain(context: Context, merge: AsyncMergeRequest): Promise<Tried> {
  const { octokit, owner, repo } = context;
  try {
    const { data } = await octokit.request("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", {
      owner,
      repo,
      pull_number: merge.number,
      sha: merge.sha,
      merge_method: merge.method,
      ...commitWords(merge),
      // The second answer would be 405, although the first request has merged it.
      request: { repeatable: false },
    });
    return { kind: "merged", sha: data.sha, found: false };
  } catch (error) {
    const failure = httpFailure(error);
    if (failure === undefined || ![405, 409, 422].includes(failure.status)) throw error;
    return await refused(context, merge, failure.message);
  }
}

/** Why it was not merged, by the pull request first: somebody may have merged, closed or moved it meanwhile. */
async function refused(context: Context, merge: AsyncMergeRequest, reason: string): Promise<Tried> {
  if (isMethodRefusal(reason))
    return {
      kind: "methodRefused",
      reason: plainReason(reason).replace(/^Repository rule violations found\s+/, ""),
    };
  const standing = await standingOf(context, merge);
  if (standing) return standing;
  if (/base branch was modified/i.test(reason)) return { kind: "baseModified" };
  return { kind: "notMergeable", reason: plainReason(reason) };
}

/** What the pull request itself says about its merge; undefined while it is open at the judged head. Requests: 1. */
async function standingOf(context: Context, merge: AsyncMergeRequest): Promise<MergedPull | undefined> {
  const pull = await getPull(context, merge.number);
  // Somebody may have merged another head: that is not what was asked for.
  if (pull.headSha !== merge.sha) return { kind: "moved", headSha: pull.headSha };
  if (pull.mergeSha !== null) return { kind: "merged", sha: pull.mergeSha, found: true };
  return pull.state === "open"
    ? undefined
    : { kind: "notMergeable", reason: `Pull request #${merge.number} was closed without merging.` };
}

/** GitHub's words without the link to its manual. */
function plainReason(message: string): string {
  return message.replace(/ - https?:\/\/\S+$/, "").trim();
}
