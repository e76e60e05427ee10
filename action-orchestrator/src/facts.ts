import type { CheckState, Closer } from "@slipway/github";
import {
  type LedgerEvent,
  type NodeState,
  newest,
  outsideWait,
  type RunState,
  runStateOf,
  stateAfter,
} from "@slipway/model";
import type { Change, Seen } from "./changes.ts";
import type { Doing } from "./read-trigger.ts";

/** What had to be asked or done to tell what the changes mean. */
export interface Answers {
  /** Who closed an issue or pull request, by its number; null when the account is gone. */
  readonly closers: ReadonlyMap<number, Closer | null>;
  /** Nodes whose branch no longer holds the commit that was there. */
  readonly forced: ReadonlySet<string>;
  /** Nodes whose branch holds nothing more than what jobs of the run put on it. */
  readonly own: ReadonlySet<string>;
  /** Where lost branches were made again, by node; null when their commit is gone. */
  readonly restored: ReadonlyMap<string, string | null>;
}

/** Issues and pull requests of which must be known who closed them. */
export function closersAskedFor(changes: readonly Change[]): number[] {
  return changes.flatMap((change) => {
    if (change.kind === "pullMerged" || change.kind === "pullClosed") return [change.pull.number];
    return change.kind === "issueClosed" ? [change.issue.number] : [];
  });
}

const SOMEONE = "Someone";
/** It pushed, and broke off before it could say so. */
const A_JOB = "A job of this run";

/** The events that changes come to. Closings by an account that is no person are nobody's wish. */
export function factsOf(
  changes: readonly Change[],
  seen: Pick<Seen, "heads">,
  answers: Answers,
  doing: Doing | null,
): LedgerEvent[] {
  const facts = changes.flatMap((change) => factOf(change, seen, answers, doing));
  const closed = new Set(facts.flatMap((fact) => (fact.type === "issue.closed" ? [fact.nodeId] : [])));
  // Whoever closes both wants nothing of it: one is enough to set it aside.
  return facts.filter((fact) => fact.type !== "pull.closed" || !closed.has(fact.nodeId));
}

function factOf(
  change: Change,
  seen: Pick<Seen, "heads">,
  { closers, forced, own, restored }: Answers,
  doing: Doing | null,
): LedgerEvent[] {
  const { nodeId } = change;
  const doer = (at: Omit<Doing, "login">) => {
    const same = doing && (Object.keys(at) as (keyof typeof at)[]).some((key) => doing[key] === at[key]);
    return same ? doing.login : SOMEONE;
  };
  const closer = (number: number) => closers.get(number)?.login ?? SOMEONE;
  const isPerson = (number: number) => (closers.get(number)?.type ?? "User") === "User";
  switch (change.kind) {
    case "pullMerged": {
      const { number, mergeSha, baseRef } = change.pull;
      const sha = mergeSha ?? seen.heads.get(baseRef);
      if (sha === undefined) return [];
      return [{ type: "pull.merged", nodeId, by: closer(number), pull: number, mergeSha: sha }];
    }
    case "pullClosed": {
      const { number, closedAt, updatedAt } = change.pull;
      if (!isPerson(number)) return [];
      return [{ type: "pull.closed", nodeId, by: closer(number), pull: number, at: closedAt ?? updatedAt }];
    }
    case "pullReopened": {
      const { number } = change.pull;
      return [{ type: "pull.reopened", nodeId, by: doer({ pull: number }), pull: number }];
    }
    case "branchMoved":
      return [
        {
          type: "branch.moved",
          nodeId,
          by: own.has(nodeId) ? A_JOB : doer({ branch: change.branch }),
          headSha: change.to,
          forced: forced.has(nodeId),
        },
      ];
    case "branchLost": {
      const restoredAt = restored.get(nodeId);
      if (restoredAt === undefined) return [];
      return [{ type: "branch.lost", nodeId, by: doer({ branch: change.branch }), restoredAt }];
    }
    case "issueClosed": {
      const { number, closedAt, updatedAt } = change.issue;
      if (!isPerson(number)) return [];
      return [{ type: "issue.closed", nodeId, by: closer(number), at: closedAt ?? updatedAt }];
    }
    case "issueReopened":
      return [{ type: "issue.reopened", nodeId, by: doer({ issue: change.issue.number }) }];
    case "retitled":
      return [
        { type: "issue.retitled", nodeId, by: doer({ issue: change.issue.number }), title: change.title },
      ];
    case "relabelled":
      return [
        {
          type: "issue.relabelled",
          nodeId,
          by: doer({ issue: change.issue.number }),
          added: [...change.added],
          removed: [...change.removed],
        },
      ];
    case "moved":
      return [
        { type: "issue.moved", nodeId, by: doer({ issue: change.issue.number }), parentId: change.parentId },
      ];
  }
}

/**
 * The facts that still say something when they are recorded: about nodes that no other turn has touched since they
 * were looked at, and not what was said already.
 */
export function newsOf(
  looked: RunState,
  newest: RunState,
  facts: readonly LedgerEvent[],
  stamp: { readonly at: string; readonly by: string },
): LedgerEvent[] {
  const before = new Map(looked.nodes.map((node) => [node.plan.id, node]));
  const same = (nodeId: string) => {
    const now = newest.nodes.find((node) => node.plan.id === nodeId);
    const then = before.get(nodeId);
    return (
      now !== undefined &&
      then !== undefined &&
      (newest.seq === looked.seq || standing(now) === standing(then))
    );
  };
  const news: LedgerEvent[] = [];
  let state = newest;
  for (const fact of facts) {
    if (!("nodeId" in fact) || fact.nodeId === null || !same(fact.nodeId)) continue;
    const after = stateAfter(state, [fact], stamp);
    if (isSaidAlready(state, after)) continue;
    news.push(fact);
    state = after;
  }
  return news;
}

const standing = ({ status, claims, lease, pull, branch, subject, hold, mergeSha }: NodeState) =>
  JSON.stringify([status, claims, lease, pull, branch, subject, hold, mergeSha]);

/** Nothing but a note came of it, and that note is there. */
function isSaidAlready(before: RunState, after: RunState): boolean {
  const note = after.notes.at(-1)?.text;
  if (!before.notes.some(({ text }) => text === note)) return false;
  const rest = (state: RunState) => JSON.stringify({ ...state, seq: 0, updatedAt: "", notes: [] });
  return rest(before) === rest(after);
}

/** Nodes that wait for what only others can bring. */
export function waitingNodes(state: RunState): NodeState[] {
  return state.nodes.filter(
    (node) =>
      node.status !== "DONE" &&
      node.status !== "BLOCKED" &&
      !node.lease &&
      !node.hold &&
      outsideWait(state, node) === "waiting",
  );
}

/** Names of required checks that a node waits for. */
export function checksAwaited(node: NodeState): string[] {
  const found = newest(node.evidence, "checks");
  if (!isPending(node, "checks") || !found) return [];
  return found.checks
    .filter(({ state }) => state === "pending" || state === "missing")
    .map(({ name }) => name);
}

/** Nodes of a run that goes on, which wait for a check on this very commit. */
export function awaitingOn(state: RunState, headSha: string): NodeState[] {
  if (standsStill(state)) return [];
  return waitingNodes(state).filter(
    (node) => node.subject?.headSha === headSha && checksAwaited(node).length > 0,
  );
}

/** Whether nothing of a run goes on until a person says so. */
export function standsStill(state: RunState): boolean {
  return ["DONE", "CANCELLED", "FAILED", "PAUSED"].includes(runStateOf(state));
}

export const awaitsDraft = (node: NodeState): boolean => isPending(node, "risk");

const isPending = (node: NodeState, name: "checks" | "risk"): boolean =>
  node.verdict?.gates.some((gate) => gate.name === name && gate.status === "pending") ?? false;

/**
 * Nodes whose outside wait is over, one way or the other.
 *
 * @param waiting nodes that are asked after: {@link waitingNodes}, or some of them
 * @param checks what reports on the head of a node, by node id
 */
export function settledOf(
  waiting: readonly NodeState[],
  seen: Pick<Seen, "pulls">,
  checks: ReadonlyMap<string, readonly CheckState[]>,
): Set<string> {
  const pulls = new Map(seen.pulls.map((pull) => [pull.number, pull]));
  return new Set(
    waiting
      .filter((node) => {
        const pull = pulls.get(node.pull ?? 0);
        if (awaitsDraft(node) && pull?.state === "open" && !pull.draft) return true;
        const awaited = checksAwaited(node);
        const reports = awaited.map((name) =>
          (checks.get(node.plan.id) ?? [])
            .filter((report) => report.name === name)
            .map((report) => report.state),
        );
        // All has reported and it waits still: for a merge queue, which tells nobody when it gives the change up.
        if (awaited.length === 0) return isPending(node, "checks");
        if (reports.some((states) => states.includes("fail"))) return true;
        return reports.every((states) => states.length > 0 && !states.includes("pending"));
      })
      .map((node) => node.plan.id),
  );
}
