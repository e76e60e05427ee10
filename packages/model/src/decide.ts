import { stateAfter } from "./append.ts";
import { budgetSpent } from "./budget.ts";
import { approvalWanted, isApproved, newest } from "./gates.ts";
import { questionsText, waitsForAnswers } from "./questions.ts";
import { isLimited, runStateOf } from "./run-state.ts";
import { NO_USAGE, type RunStage } from "./schema/common.ts";
import type { Lease, LedgerEvent, NodeMode } from "./schema/event.ts";
import type { NodeState, RunState } from "./schema/state.ts";
import type { GateName } from "./schema/verdict.ts";
import {
  blockerIndex,
  type Readiness,
  readinessOf,
  rootOf,
  starvationOf,
  type Tree,
  treeOf,
} from "./tree.ts";
import { namesOf } from "./view/room.ts";

/** Who decides, and what it has read of the world. Time and ids come from outside. */
export interface Turn {
  /** ISO 8601. */
  readonly now: string;
  readonly workflowRunId: number;
  readonly runAttempt: number;
  /** Workflow runs known to have ended: nothing can come of a lease of theirs, it is taken over. */
  readonly endedRuns: ReadonlySet<number>;
  /** Nodes whose outside wait (a required check, a draft) has come to an end, one way or the other. */
  readonly settled?: ReadonlySet<string>;
}

export interface NodeWork {
  readonly nodeId: string;
  readonly mode: NodeMode;
  readonly claim: number;
}

/** What is to be done next. */
export type Work =
  | { readonly kind: "stage"; readonly stage: RunStage; readonly claim: number }
  | { readonly kind: "nodes"; readonly nodes: readonly NodeWork[] }
  /** Something is being done elsewhere and will dispatch the next turn; or the sweep will, when a limit is over. */
  | { readonly kind: "busy"; readonly reason: string }
  /** Nothing moves until a person acts. */
  | { readonly kind: "person"; readonly reason: string }
  | { readonly kind: "over"; readonly reason: string };

export interface Decision {
  readonly events: readonly LedgerEvent[];
  readonly work: Work;
}

/**
 * What comes next in a run: which work to claim, or why there is none. Pure and deterministic; deciding
 * again on the state that its events lead to claims nothing twice.
 */
export function decide(state: RunState, turn: Turn): Decision {
  const over = whyOver(state);
  if (over) return { events: [], work: { kind: "over", reason: over } };
  if (state.control === "PAUSED")
    return { events: [], work: { kind: "person", reason: "The run is paused: `resume` continues it." } };
  if (isLimited(state, turn.now)) return { events: [], work: { kind: "busy", reason: limitedText(state) } };
  for (const stage of ["spec", "plan", "issues"] as const) {
    if (stage === "plan" && waitsForAnswers(state))
      return { events: [], work: { kind: "person", reason: questionsText(state) } };
    if (state.stages[stage].status !== "done") return decideStage(state, stage, turn);
  }
  if (state.dryRun) return complete([]);
  const root = rootOf(state);
  if (root?.status !== "DONE") return decideNodes(state, turn);
  if (state.stages.release.status !== "done") {
    if (!state.policy.release.enabled) return complete([]);
    return decideStage(state, "release", turn);
  }
  return complete([]);
}

function whyOver(state: RunState): string | undefined {
  switch (runStateOf(state)) {
    case "DONE":
      return "The run is done.";
    case "CANCELLED":
      return "The run was cancelled.";
    case "FAILED":
      return `The run failed: ${state.failure ?? "no reason was recorded"} \`retry\` continues it.`;
    default:
      return undefined;
  }
}

function complete(events: readonly LedgerEvent[]): Decision {
  return {
    events: [...events, { type: "run.completed" }],
    work: { kind: "over", reason: "The run is done." },
  };
}

function decideStage(state: RunState, stage: RunStage, turn: Turn): Decision {
  const { status, lease, claims, trouble } = state.stages[stage];
  if (status === "failed") {
    const reason = failedText(stage, state.stages[stage].failures, trouble ?? "no reason was recorded");
    return {
      events: [{ type: "run.failed", reason: reason.slice(0, 2_000) }],
      work: { kind: "over", reason },
    };
  }
  if (lease && !isLost(lease, turn))
    return { events: [], work: { kind: "busy", reason: `The ${stage} stage is in progress.` } };
  const events: LedgerEvent[] = lease
    ? [{ type: "stage.failed", stage, claim: lease.claim, reason: lostText(lease), brokeOff: true }]
    : [];
  if (lease && state.stages[stage].failures + 1 >= state.policy.limits.attempts) {
    const reason = failedText(stage, state.stages[stage].failures + 1, lostText(lease));
    return { events: [...events, { type: "run.failed", reason }], work: { kind: "over", reason } };
  }
  const claim = claims + 1;
  return {
    events: [...events, { type: "stage.claimed", stage, lease: leaseFor(state, turn, claim) }],
    work: { kind: "stage", stage, claim },
  };
}

function decideNodes(state: RunState, turn: Turn): Decision {
  const lost = state.nodes.filter((node) => node.lease && isLost(node.lease, turn));
  const takenOver = lost.map(
    (node): LedgerEvent => ({
      type: "node.failed",
      nodeId: node.plan.id,
      claim: node.lease?.claim ?? 1,
      reason: lostText(node.lease),
      usage: NO_USAGE,
      brokeOff: true,
    }),
  );
  // What a lost claim does to its node is the fold's to say: claims are made on that state.
  const { nodes } = stateAfter(state, takenOver, { at: turn.now, by: "slipway" });
  const tree = treeOf(nodes);
  const blockers = blockerIndex(tree);
  const busy = nodes.filter((node) => node.lease).length;
  const spent = budgetSpent(state);
  const ready = nodes.flatMap((node) => {
    if (readinessOf(tree, node, blockers).kind !== "ready") return [];
    const mode = nextMode(state, tree, node, turn.settled);
    return mode === null || (spent && mode === "execute") ? [] : [{ node, mode }];
  });
  const chosen = ready.slice(0, Math.max(0, state.policy.limits.parallel - busy));
  const work = chosen.map(
    ({ node, mode }): NodeWork => ({ nodeId: node.plan.id, mode, claim: node.claims + 1 }),
  );
  const claims = work.map(
    (item): LedgerEvent => ({
      type: "node.claimed",
      nodeId: item.nodeId,
      mode: item.mode,
      lease: leaseFor(state, turn, item.claim),
    }),
  );
  if (work.length > 0) return { events: [...takenOver, ...claims], work: { kind: "nodes", nodes: work } };
  if (busy > 0)
    return {
      events: takenOver,
      work: { kind: "busy", reason: `${busy} of ${nodes.length} nodes are in progress.` },
    };
  return {
    events: takenOver,
    work: { kind: "person", reason: standstill({ ...state, nodes: [...nodes] }, tree, nodes) },
  };
}

/** Parents have no change of their own to execute, whatever the plan calls them. */
export function modeOf(tree: Tree<NodeState>, node: NodeState): NodeMode {
  const planned = (tree.children.get(node.plan.id) ?? []).some((child) => child.plan.kind !== "defect");
  return planned ? "verify" : node.next;
}

/** What a claim of a ready node would do; null while the node waits for somebody outside. */
function nextMode(
  state: RunState,
  tree: Tree<NodeState>,
  node: NodeState,
  settled: ReadonlySet<string> | undefined,
): NodeMode | null {
  switch (outsideWait(state, node)) {
    case "none":
      // Judged and not merged yet: a pause or a lost job came between. What was checked is not checked anew.
      return node.verdict?.outcome === "mergeable" && node.subject ? "gate" : modeOf(tree, node);
    case "over":
      return "gate";
    case "waiting":
      return settled?.has(node.plan.id) ? "gate" : null;
  }
}

const OUTSIDE: readonly GateName[] = ["approval", "checks", "risk"];

/**
 * Whether a judged node waits for what no job of ours can bring: an approval, the repository's own checks, a draft
 * that a person marks ready. `over`: all that it waited for is known to be there.
 */
export function outsideWait(state: RunState, node: NodeState): "none" | "waiting" | "over" {
  const { verdict, subject } = node;
  if (verdict?.outcome !== "waiting" || !subject) return "none";
  const pending = verdict.gates.filter((gate) => gate.status === "pending").map((gate) => gate.name);
  if (!pending.every((name) => OUTSIDE.includes(name))) return "none";
  const wanted = approvalWanted(state.policy, node, node.risk);
  const reviews = newest(node.evidence, "checks")?.approvals;
  // Reviews that the branch's own rules ask for are not told by the ledger.
  const reviewed = !reviews || reviews.given >= reviews.wanted;
  const approved =
    !pending.includes("approval") ||
    (reviewed && wanted !== null && isApproved(node, subject.headSha, wanted));
  return approved && pending.every((name) => name === "approval") ? "over" : "waiting";
}

/** As many reasons as a person reads; the rest is counted. */
const REASONS_TOLD = 20;

/** Why nothing can go on, node by node; where a node starves, what it starves of. */
function standstill(state: RunState, tree: Tree<NodeState>, nodes: readonly NodeState[]): string {
  const blockers = blockerIndex(tree);
  const spent = budgetSpent(state);
  const told = nodes.flatMap((node) => {
    const { id } = node.plan;
    if (outsideWait(state, node) !== "none") return [`${id}: ${node.verdict?.sentence ?? ""}`];
    const readiness: Readiness = readinessOf(tree, node, blockers);
    switch (readiness.kind) {
      case "blocked":
        return [`${id} is ${node.hold ? "set aside" : "BLOCKED"}: ${readiness.reason}`];
      default:
        return [];
    }
  });
  const starving = starvationOf(tree, blockers).map(
    ({ node, of }) =>
      `${node.plan.id} waits for ${of.map((other) => `${other.plan.id} (${other.hold ? "set aside" : other.status})`).join(", ")}.`,
  );
  const unpaid = spent ? nodes.filter((node) => readinessOf(tree, node, blockers).kind === "ready") : [];
  const waiting = unpaid.filter((node) => outsideWait(state, node) === "none").map((node) => node.plan.id);
  const paid =
    waiting.length > 0
      ? [
          `${namesOf(waiting)} ${waiting.length === 1 ? "is" : "are"} not started, since ${spent}: \`retry\` grants it once more.`,
        ]
      : [];
  const all = [...told, ...paid, ...starving];
  const more = all.length - REASONS_TOLD;
  return (
    [...all.slice(0, REASONS_TOLD), ...(more > 0 ? [`And ${more} more nodes.`] : [])].join(" ") ||
    "Nothing is ready and nothing is in progress: this is a fault in Slipway, please report it."
  );
}

function failedText(stage: RunStage, failures: number, trouble: string): string {
  return failures === 1
    ? `The ${stage} stage failed: ${trouble}`
    : `The ${stage} stage failed ${failures} times, the last time: ${trouble}`;
}

const limitedText = ({ limitedUntil }: RunState): string =>
  `GitHub's request limit is used up until ${limitedUntil}: no work is begun before, and the hourly sweep goes on then.`;

function isLost(lease: Lease, turn: Turn): boolean {
  // The run that holds a lease may extend its stay only by finishing: an ended run can hold nothing.
  if (turn.endedRuns.has(lease.workflowRunId)) return true;
  // A rerun of the very workflow run that claimed is the holder come back.
  if (lease.workflowRunId === turn.workflowRunId) return lease.runAttempt < turn.runAttempt;
  return false;
}

function lostText(lease: Lease | null): string {
  return `Workflow run ${lease?.workflowRunId ?? "?"} ended without a result.`;
}

export function leaseFor(state: RunState, turn: Turn, claim: number): Lease {
  const expiresAt = new Date(Date.parse(turn.now) + state.policy.limits.leaseMinutes * 60_000).toISOString();
  return { workflowRunId: turn.workflowRunId, runAttempt: turn.runAttempt, expiresAt, claim };
}

/** Workflow runs whose leases have expired: worth asking GitHub whether they have ended. */
export function suspectRuns(state: RunState, now: string): number[] {
  return holdersOf(state, ({ expiresAt }) => Date.parse(expiresAt) <= Date.parse(now));
}

/** Workflow runs that hold a node or a stage, by leases of any kind or by those asked for. */
export function holdersOf(state: RunState, which: (lease: Lease) => boolean = () => true): number[] {
  const leases = [...state.nodes, ...Object.values(state.stages)].map(({ lease }) => lease);
  return [...new Set(leases.flatMap((lease) => (lease && which(lease) ? [lease.workflowRunId] : [])))];
}
