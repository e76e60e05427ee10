import { type GitHub, mergeInto } from "@slipway/github";
import { ancestorsOf, type NodeState, type RunState, treeOf } from "@slipway/model";

/** Nodes elsewhere in the tree whose merged change a node builds on: its own dependencies and those of what it is part of. */
export function dependenciesAcross(state: RunState, node: NodeState): NodeState[] {
  const tree = treeOf(state.nodes);
  const named = [node, ...ancestorsOf(tree, node.plan.id)].flatMap((member) => member.plan.dependsOn);
  return [...new Set(named)].flatMap((id) => {
    const dependency = tree.byId.get(id);
    // What was merged into the same branch is there already.
    return dependency?.mergeSha && dependency.plan.parent !== node.plan.parent ? [dependency] : [];
  });
}

/**
 * Merges what a node's dependencies delivered elsewhere into a branch. What is in it already costs a look and changes
 * nothing.
 *
 * @returns a sentence when one of them conflicts with the branch
 */
export async function bringDependencies(
  github: GitHub,
  state: RunState,
  node: NodeState,
  branch: string,
): Promise<string | undefined> {
  for (const { plan, mergeSha } of dependenciesAcross(state, node)) {
    if (mergeSha === null) continue;
    const message = `chore: bring ${plan.id} into ${branch}`;
    const merged = await mergeInto(github, { branch, head: mergeSha, message });
    if (merged.kind === "conflict")
      return `${plan.id}, which ${node.plan.id} depends on, conflicts with ${branch}: merge them by hand, then \`retry\`.`;
  }
  return undefined;
}
