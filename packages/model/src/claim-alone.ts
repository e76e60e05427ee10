import { budgetSpent } from "./budget.ts";
import { leaseFor, modeOf, outsideWait, type Turn } from "./decide.ts";
import { runStateOf } from "./run-state.ts";
import type { LedgerEvent, NodeMode } from "./schema/event.ts";
import type { NodeState, RunState } from "./schema/state.ts";
import { blockerIndex, readinessOf, treeOf } from "./tree.ts";

/** Writing work on one node that can be asked for by itself. */
export type AloneWork = "run" | "integrate" | "branch" | "gate" | "defect";

export type AloneClaim =
  | {
      readonly kind: "claimed";
      readonly events: readonly LedgerEvent[];
      readonly claim: number;
      readonly mode: NodeMode;
    }
  /** One sentence for whoever asked. */
  | { readonly kind: "refused"; readonly reason: string };

/**
 * Claims one node for work that a person or client asks for by itself, as a turn would have claimed it: only what is
 * free, and only while the run goes on.
 */
export function claimAlone(state: RunState, nodeId: string, work: AloneWork, turn: Turn): AloneClaim {
  const reason = refusalOf(state, nodeId, work);
  if (reason !== undefined) return { kind: "refused", reason };
  const tree = treeOf(state.nodes);
  const node = tree.byId.get(nodeId) as NodeState;
  const mode = work === "run" ? modeFor(state, tree, node) : work === "gate" ? "gate" : "verify";
  if (mode === "execute") {
    const spent = budgetSpent(state);
    if (spent)
      return {
        kind: "refused",
        reason: `${nodeId} is not started, since ${spent}: \`retry\` grants it once more.`,
      };
  }
  const claim = node.claims + 1;
  return {
    kind: "claimed",
    events: [{ type: "node.claimed", nodeId, mode, lease: leaseFor(state, turn, claim) }],
    claim,
    mode,
  };
}

const modeFor = (state: RunState, tree: Parameters<typeof modeOf>[0], node: NodeState): NodeMode =>
  outsideWait(state, node) === "none" ? modeOf(tree, node) : "gate";

/** Why the run or the node cannot be worked on now; undefined when it can. */
function refusalOf(state: RunState, nodeId: string, work: AloneWork): string | undefined {
  const name = runStateOf(state);
  if (name === "DONE" || name === "CANCELLED" || name === "FAILED")
    return `Run ${state.runId} is ${name}: there is nothing to do on ${nodeId}.`;
  if (state.control === "PAUSED")
    return `Run ${state.runId} is paused, and this work would change ${nodeId}: \`resume\` it first.`;
  const tree = treeOf(state.nodes);
  const node = tree.byId.get(nodeId);
  if (!node) return `Run ${state.runId} has no node ${nodeId}.`;
  if (state.stages.issues.status !== "done")
    return `Run ${state.runId} has no issues yet (${name}): nothing is built before they are there.`;
  const readiness = readinessOf(tree, node, blockerIndex(tree));
  switch (readiness.kind) {
    case "done":
      return `${nodeId} is DONE: there is nothing to do on it.`;
    case "busy":
      return `${nodeId} is held by workflow run ${node.lease?.workflowRunId ?? "?"} (claim ${node.lease?.claim ?? "?"}): wait for its end.`;
    case "blocked":
      return `${nodeId} is ${node.hold ? "set aside" : "BLOCKED"}: ${readiness.reason}`;
    case "waiting":
      return `${nodeId} is not ready: it waits for ${readiness.on.map((other) => other.plan.id).join(", ")}.`;
    case "ready":
      return lacks(tree, node, work);
  }
}

/** What the part of the way that was asked for builds on, where the node has not come so far. */
function lacks(tree: Parameters<typeof modeOf>[0], node: NodeState, work: AloneWork): string | undefined {
  const { id } = node.plan;
  const parent = (tree.children.get(id) ?? []).some((child) => child.plan.kind !== "defect");
  switch (work) {
    case "run":
      return undefined;
    case "integrate":
    case "branch":
      return parent || node.pull !== null
        ? undefined
        : `${id} has no change to publish yet: ask for \`node.run.request\`, which makes one.`;
    case "gate":
      return node.pull !== null && node.subject
        ? undefined
        : `${id} has no pull request to judge yet: ask for \`node.run.request\` or \`node.integrate.request\`.`;
    case "defect":
      return node.verdict?.outcome === "refused"
        ? undefined
        : `${id} has no refused verdict: there is no finding to file as a defect.`;
  }
}
