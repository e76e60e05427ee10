import { branchOf } from "./branches.ts";
import { defaultNext } from "./fold-start.ts";
import type { LedgerEvent } from "./schema/event.ts";
import type { Hold, NodeState, RunState } from "./schema/state.ts";
import { descendantsOf, treeOf } from "./tree.ts";
import { moveProblem } from "./tree-move.ts";

/** Events that take in what people did on GitHub. */
export type SeenEvent = Extract<
  LedgerEvent,
  {
    type:
      | `issue.${"closed" | "reopened" | "retitled" | "relabelled" | "moved"}`
      | `pull.${string}`
      | `branch.${string}`;
  }
>;

/** As many notes as a person reads. */
const NOTES_MAX = 20;

export function noted(state: RunState, at: string, text: string): RunState {
  return { ...state, notes: [...state.notes, { at, text }].slice(-NOTES_MAX) };
}

/**
 * What a person's doing makes of a run. It is followed where the rules of the tree allow it, and said in the notes
 * in any case; it is never fought.
 */
export function foldSeen(
  state: RunState,
  event: SeenEvent,
  at: string,
  change: (update: (node: NodeState) => NodeState) => RunState,
): RunState {
  const { nodeId, by } = event;
  const say = (next: RunState, text: string) => noted(next, at, text);
  switch (event.type) {
    case "issue.closed": {
      const reason = `${by} closed the issue of ${nodeId}: reopen it, or \`retry ${nodeId}\`, to go on with it.`;
      return say(
        change((node) => held(node, { kind: "issueClosed", by, at: event.at, reason })),
        reason,
      );
    }
    case "issue.reopened":
      return say(
        change((node) => (node.hold?.kind === "issueClosed" ? unheld(node) : node)),
        `${by} reopened the issue of ${nodeId}.`,
      );
    case "issue.retitled":
      return say(
        // Its branch may be there already: it keeps the name that the old title gave it.
        change((node) => ({
          ...node,
          branch: node.branch ?? (node.issue ? branchOf(node) : null),
          plan: { ...node.plan, title: event.title },
        })),
        `${by} gave ${nodeId} another title.`,
      );
    case "issue.relabelled":
      return say(
        change((node) => ({ ...node, labels: relabelled(node, event.added, event.removed) })),
        `${by} changed the labels of ${nodeId}.`,
      );
    case "issue.moved":
      return moved(state, event, say, change);
    case "pull.closed": {
      const reason = `${by} closed pull request #${event.pull} of ${nodeId}: reopen it to have it checked again, or \`retry ${nodeId}\` to have the change made anew.`;
      return say(
        change((node) => ({
          ...held(node, { kind: "pullClosed", by, at: event.at, reason }),
          status: "NEW",
          evidence: [],
          verdict: null,
        })),
        reason,
      );
    }
    case "pull.reopened":
      return say(
        change((node) =>
          node.hold?.kind === "pullClosed"
            ? { ...node, hold: null, trouble: null, status: "REVIEW", next: "verify", resumedAt: at }
            : node,
        ),
        `${by} reopened pull request #${event.pull} of ${nodeId}.`,
      );
    case "pull.merged":
      return mergedByPerson(state, event, at, say, change);
    case "branch.moved":
      return say(
        change((node) => ({
          ...node,
          subject: null,
          evidence: [],
          verdict: null,
          status: node.hold ? node.status : "REVIEW",
          next: "verify",
        })),
        event.forced
          ? `${by} force-pushed the branch of ${nodeId} to ${event.headSha.slice(0, 7)}: it is checked again.`
          : `${by} pushed to the branch of ${nodeId} (${event.headSha.slice(0, 7)}): it is checked again.`,
      );
    case "branch.lost":
      return say(
        event.restoredAt === null
          ? change((node) => ({
              ...node,
              subject: null,
              evidence: [],
              verdict: null,
              branch: null,
              next: defaultNext(node),
            }))
          : state,
        event.restoredAt === null
          ? `The branch of ${nodeId} was deleted and its commit is gone: the change is made anew.`
          : `The branch of ${nodeId} was deleted: it was restored at ${event.restoredAt.slice(0, 7)}.`,
      );
  }
}

type Say = (state: RunState, text: string) => RunState;
type Change = (update: (node: NodeState) => NodeState) => RunState;

function held(node: NodeState, hold: Hold): NodeState {
  if (node.status === "DONE") return node;
  return { ...node, hold, status: "BLOCKED", trouble: hold.reason };
}

function unheld(node: NodeState): NodeState {
  if (!node.hold) return node;
  return { ...node, hold: null, trouble: null, status: node.pull === null ? "NEW" : "REVIEW" };
}

function relabelled(node: NodeState, added: readonly string[], removed: readonly string[]) {
  const { labels } = node;
  return {
    added: [...new Set([...labels.added.filter((label) => !removed.includes(label)), ...added])].sort(),
    removed: [...new Set([...labels.removed.filter((label) => !added.includes(label)), ...removed])].sort(),
  };
}

function moved(
  state: RunState,
  event: Extract<SeenEvent, { type: "issue.moved" }>,
  say: Say,
  change: Change,
): RunState {
  const { nodeId, parentId, by } = event;
  const problem = moveProblem(state.nodes, nodeId, parentId, state.policy.limits.depth);
  if (problem !== undefined)
    return say(state, `${by} moved the issue of ${nodeId}; the run does not follow: ${problem}`);
  return say(
    change((node) => ({ ...node, plan: { ...node.plan, parent: parentId } })),
    `${by} moved ${nodeId} below ${parentId ?? "nothing"}.`,
  );
}

function mergedByPerson(
  state: RunState,
  event: Extract<SeenEvent, { type: "pull.merged" }>,
  at: string,
  say: Say,
  change: Change,
): RunState {
  const { nodeId, by, pull, mergeSha } = event;
  const open = descendantsOf(treeOf(state.nodes), nodeId).filter((node) => node.status !== "DONE");
  if (open.length > 0) {
    return say(
      change((node) => ({
        ...node,
        // What is still to come from below needs a pull request of its own.
        pull: null,
        subject: null,
        evidence: [],
        verdict: null,
        hold: null,
        status: node.lease ? node.status : "NEW",
        next: "verify",
      })),
      `${by} merged pull request #${pull} of ${nodeId} although ${open.length} below it are open: what is still to come gets another one.`,
    );
  }
  return say(
    change((node) => ({
      ...node,
      status: "DONE",
      lease: null,
      pull,
      mergeSha,
      hold: null,
      trouble: null,
      left: [],
      finishedAt: at,
    })),
    `${by} merged pull request #${pull} of ${nodeId}.`,
  );
}
