import { InternalError } from "./errors.ts";
import { branchName } from "./names.ts";
import type { NodeState, RunState } from "./schema/state.ts";
import { ancestorsOf, treeOf } from "./tree.ts";

/** Branch of a node: the one it was published on, else the one its issue and title give it. */
export function branchOf(node: NodeState): string {
  if (node.branch) return node.branch;
  if (!node.issue) throw new InternalError(`${node.plan.id} has no issue yet, so its branch has no name.`);
  return branchName(node.plan.kind, node.issue.number, node.plan.title);
}

/** Branch that a node's pull request goes into: that of its parent, or the integration branch. */
export function baseBranchOf(state: RunState, node: NodeState): string {
  const parent = state.nodes.find((item) => item.plan.id === node.plan.parent);
  return parent ? branchOf(parent) : state.integrationBranch;
}

/** From the root's branch down to the one that a node's change goes into, each with the branch it starts from. */
export function branchChain(state: RunState, node: NodeState): { branch: string; from: string }[] {
  const above = ancestorsOf(treeOf(state.nodes), node.plan.id).reverse();
  return above.map((ancestor) => ({ branch: branchOf(ancestor), from: baseBranchOf(state, ancestor) }));
}
