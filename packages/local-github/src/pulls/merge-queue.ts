/**
 * Merge queues: pull requests are merged one after another, each as the very commit whose checks were asked for.
 * https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue
 * One pull request is built at a time, which GitHub can be set to as well.
 */

import { deliverMergeGroup, deliverPull } from "../events/deliver.ts";
import { readCommit } from "../git/objects.ts";
import { branchHead, removeRef, setRef, swapRef } from "../git/refs.ts";
import { ApiError } from "../http/errors.ts";
import { noteEvent } from "../issues/state.ts";
import type { PullIssue, RepositoryRecord, UserRecord } from "../store/records.ts";
import type { Cause, World } from "../world.ts";
import { land, refuseWorkflowChange } from "./merge.ts";
import { mergedCommit } from "./merge-commit.ts";
import { listed } from "./ref-changes.ts";
import { rulesOf, unmetChecks, unmetRules, unverified, violations } from "./rules.ts";

/** Milliseconds that a group's checks may take. */
export const QUEUE_TIMEOUT = 3_600_000;
/** How often a base that moves under the queue is taken up again. */
const REBUILDS = 5;

/** As the `dequeued` webhook has it. */
export type DequeueReason = "CI_FAILURE" | "CI_TIMEOUT" | "MERGE_CONFLICT" | "MANUAL" | "QUEUE_CLEARED";

interface Entry {
  readonly pull: PullIssue;
  readonly headSha: string;
  readonly base: string;
  readonly cause: Cause;
}

export interface MergeQueues {
  /**
   * Puts a pull request at the end of its base's queue.
   * @throws ApiError 405 when the rules do not let it in yet, or the branch has no queue
   */
  enqueue(pull: PullIssue, cause: Cause): Promise<void>;
  has(pull: PullIssue): boolean;
  /** Pull requests of a branch's queue, the next one first. */
  numbers(repository: RepositoryRecord, branch: string): readonly number[];
  /** Empties all queues without a word; what is being merged is merged. */
  stop(): void;
}

type Outcome = { readonly kind: "passed" } | { readonly kind: "failed"; readonly reason: DequeueReason };

export function createMergeQueues(world: World): MergeQueues {
  const queues = new Map<string, Entry[]>();
  const stopping = new AbortController();
  const keyOf = (repository: RepositoryRecord, branch: string) => `${repository.id}:${branch}`;
  const find = (pull: PullIssue) => [...queues.values()].flat().find((entry) => entry.pull === pull);

  async function drain(queue: Entry[]): Promise<void> {
    for (let entry = queue[0]; entry && !stopping.signal.aborted; entry = queue[0]) {
      try {
        const outcome = await take(world, entry, stopping.signal);
        queue.shift();
        if (outcome.kind === "failed") await dequeue(world, entry, outcome.reason);
      } catch (error) {
        if (queue[0] === entry) queue.shift();
        process.emitWarning(`The merge queue failed at #${entry.pull.number}: ${String(error)}`);
      }
    }
  }

  return {
    async enqueue(pull, cause) {
      const { repository } = pull;
      const { base, head } = pull.pull;
      if (!rulesOf(repository, base.ref).mergeQueue) {
        throw new ApiError(405, `The branch ${base.ref} has no merge queue.`);
      }
      const unmet = [...unmetRules(pull), ...(await unverified(world, pull))];
      if (unmet.length > 0) throw new ApiError(405, violations(unmet));
      if (!cause.changesWorkflows) {
        await refuseWorkflowChange(world.git(repository), `refs/heads/${base.ref}`, head.sha);
      }
      if (find(pull)) return;
      const key = keyOf(repository, base.ref);
      const queue = queues.get(key) ?? [];
      queues.set(key, queue);
      queue.push({ pull, headSha: head.sha, base: base.ref, cause });
      noteEvent(world, pull, "added_to_merge_queue", cause);
      await deliverPull(world, pull, "enqueued", cause);
      if (queue.length === 1) void drain(queue);
    },
    has: (pull) => find(pull) !== undefined,
    numbers: (repository, branch) =>
      (queues.get(keyOf(repository, branch)) ?? []).map(({ pull }) => pull.number),
    stop() {
      stopping.abort();
      for (const queue of queues.values()) queue.length = 0;
    },
  };
}

/** Who merges in the queue's name: what it does starts workflows, whoever has put the pull request in. */
function queueCause(world: World): Cause {
  const user: UserRecord = world.store.addUser("github-merge-queue[bot]", "User");
  return { user, viaJob: false, app: null, changesWorkflows: true };
}

const isStale = ({ pull, headSha, base }: Entry) =>
  pull.state !== "open" || pull.pull.head.sha !== headSha || pull.pull.base.ref !== base;

/** Builds, has checked and merges one entry. */
async function take(world: World, entry: Entry, stopped: AbortSignal): Promise<Outcome> {
  const { pull, headSha, base } = entry;
  const { repository } = pull;
  const git = world.git(repository);
  for (let round = 0; round < REBUILDS; round++) {
    if (isStale(entry)) return { kind: "failed", reason: "MANUAL" };
    const rules = rulesOf(repository, base);
    const tip = await branchHead(git, base);
    if (!tip) return { kind: "failed", reason: "QUEUE_CLEARED" };
    const cause = queueCause(world);
    const head = { ref: pull.pull.head.ref, sha: headSha };
    let sha: string;
    try {
      const input = { method: rules.mergeQueue?.method ?? "merge" };
      sha = await mergedCommit(world, git, pull, head, tip, input, entry.cause);
    } catch (error) {
      if (error instanceof ApiError) return { kind: "failed", reason: "MERGE_CONFLICT" };
      throw error;
    }
    const ref = `refs/heads/gh-readonly-queue/${base}/pr-${pull.number}-${tip}`;
    await setRef(git, ref, sha);
    try {
      const commit = listed(await readCommit(git, sha));
      const group = { ref, sha, baseRef: `refs/heads/${base}`, baseSha: tip, commit };
      deliverMergeGroup(world, repository, group, cause);
      const outcome = await checked(world, entry, sha, stopped);
      if (outcome.kind === "failed") return outcome;
      if ((await swapRef(git, `refs/heads/${base}`, sha, tip)) === "conflict") continue;
      await land(world, pull, { head, base, tip, next: sha }, cause);
      return outcome;
    } finally {
      await removeRef(git, ref);
    }
  }
  return { kind: "failed", reason: "QUEUE_CLEARED" };
}

/** Waits until the required checks have passed on the group's commit; at once when there are none. */
async function checked(world: World, entry: Entry, sha: string, stopped: AbortSignal): Promise<Outcome> {
  const { repository } = entry.pull;
  const judge = (): Outcome | undefined => {
    if (stopped.aborted || isStale(entry)) return { kind: "failed", reason: "MANUAL" };
    const unmet = unmetChecks(repository, rulesOf(repository, entry.base), sha);
    if (unmet.length === 0) return { kind: "passed" };
    return unmet.some((text) => text.includes("failing"))
      ? { kind: "failed", reason: "CI_FAILURE" }
      : undefined;
  };
  const now = judge();
  if (now) return now;
  return new Promise((resolve) => {
    const end = (outcome: Outcome | undefined) => {
      if (!outcome) return;
      for (const off of offs) off();
      resolve(outcome);
    };
    const again = () => end(judge());
    const limit = rulesOf(repository, entry.base).mergeQueue?.timeoutMs ?? QUEUE_TIMEOUT;
    const timer = setTimeout(() => end({ kind: "failed", reason: "CI_TIMEOUT" }), limit);
    timer.unref();
    stopped.addEventListener("abort", again, { once: true });
    const offs = [
      world.bus.on("checks", (told) => {
        if (told.repository === repository && told.sha === sha) again();
      }),
      world.bus.on("pull", (pull) => {
        if (pull === entry.pull) again();
      }),
      () => clearTimeout(timer),
      () => stopped.removeEventListener("abort", again),
    ];
  });
}

async function dequeue(world: World, { pull }: Entry, reason: DequeueReason): Promise<void> {
  const cause = queueCause(world);
  noteEvent(world, pull, "removed_from_merge_queue", cause);
  await deliverPull(world, pull, "dequeued", cause, { reason });
}
