import type { NodeStatus } from "../schema/common.ts";
import type { NodeState } from "../schema/state.ts";
import { descendantsOf, type Tree } from "../tree.ts";

/** Nothing has happened to the node yet. */
export function isStartless(node: NodeState): boolean {
  return node.status === "NEW" && node.lease === null && node.claims === 0 && !node.hold;
}

/** The status that people are shown: a parent is under way as soon as something below it is. */
export function shownStatus(tree: Tree<NodeState>, node: NodeState): NodeStatus {
  if (node.status !== "NEW") return node.status;
  return descendantsOf(tree, node.plan.id).every(isStartless) ? "NEW" : "IN_PROGRESS";
}
