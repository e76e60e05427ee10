import { cycleOf, PARENT_KINDS } from "./plan-check.ts";
import type { NodeState } from "./schema/state.ts";
import { ancestorsOf, childrenOf, descendantsOf, treeOf } from "./tree.ts";

/**
 * Why a node cannot be moved below another parent; undefined when it can. A node that has begun stays, and so does one
 * that holds such a node: its branch starts from its parent's.
 *
 * @param depth levels that a tree may have, the root counted
 */
export function moveProblem(
  nodes: readonly NodeState[],
  nodeId: string,
  parentId: string | null,
  depth: number,
): string | undefined {
  const tree = treeOf(nodes);
  const node = tree.byId.get(nodeId);
  if (!node) return `there is no node ${nodeId}.`;
  if (parentId === null) return `${nodeId} would belong to nothing.`;
  const parent = tree.byId.get(parentId);
  if (!parent) return `${parentId} is not in the tree.`;
  if (node.plan.parent === null) return `${nodeId} is the root.`;
  const below = descendantsOf(tree, nodeId);
  if ([node, ...below].some(({ claims }) => claims > 0))
    return `${nodeId} has begun: its branch starts from that of ${node.plan.parent}.`;
  if (parent.status === "DONE") return `${parentId} is done.`;
  if (!PARENT_KINDS[node.plan.kind].includes(parent.plan.kind))
    return `a ${node.plan.kind} cannot lie under a ${parent.plan.kind}.`;
  if (childrenOf(tree, node.plan.parent).length === 1)
    return `${node.plan.parent} would be left without anything to do.`;
  const levels = (id: string) => ancestorsOf(tree, id).length + 1;
  const lower = levels(parentId) + 1 - levels(nodeId);
  const deepest = Math.max(...[node, ...below].map(({ plan }) => levels(plan.id))) + lower;
  if (deepest > depth)
    return `the tree would be ${deepest} levels deep; the policy allows ${depth} (limits.depth).`;
  const plans = nodes.map((item) => (item === node ? { ...item.plan, parent: parentId } : item.plan));
  const cycle = cycleOf(plans);
  return cycle && `nothing of it could ever finish: ${cycle}.`;
}
