import { matchesGlob } from "@slipway/agents";
import {
  type ChangeSize,
  childrenOf,
  type Evidence,
  isLeaf,
  type NodeState,
  newest,
  type Risk,
  type RunState,
  riskOf,
  treeOf,
} from "@slipway/model";

/** How risky a node's change is, by what the gate has read of it. Null when it read nothing: that counts as failed. */
export function nodeRisk(state: RunState, node: NodeState, evidence: readonly Evidence[]): Risk | null {
  const checks = newest(evidence, "checks");
  if (!checks) return null;
  return changeRisk(state, node, checks, newest(evidence, "review")?.risk ?? null);
}

/**
 * The risk that a change has by itself: a floor, which a reviewer may raise.
 *
 * @param raised what a reviewing agent makes of it
 */
export function changeRisk(
  state: RunState,
  node: NodeState,
  change: ChangeSize,
  raised: { level: Risk["level"]; reason: string } | null = null,
): Risk {
  const input = { node: node.plan, change, intoIntegration: node.plan.parent === null, raised };
  return riskOf({ ...input, parts: partsOf(state, node, change) }, state.policy, matchesGlob);
}

/**
 * The judged risks of what a parent is made of. A child whose risk nobody told (a person merged it, say) is taken to be
 * as risky as all that is in its parent.
 */
function partsOf(state: RunState, node: NodeState, change: ChangeSize): { nodeId: string; risk: Risk }[] {
  // Of a task or a defect the whole change is looked at, what its defects brought included.
  if (isLeaf(node)) return [];
  const done = childrenOf(treeOf(state.nodes), node.plan.id).filter((child) => child.status === "DONE");
  return done.flatMap((child) => {
    const nodeId = child.plan.id;
    if (child.risk) return [{ nodeId, risk: child.risk }];
    // Without a pull request there was nothing to merge.
    if (child.pull === null) return [];
    const whole = { node: child.plan, change, intoIntegration: false, raised: null, parts: [] };
    return [{ nodeId, risk: riskOf(whole, state.policy, matchesGlob) }];
  });
}
