import { deliveriesOf, dependenciesAcross, holdsAny } from "@slipway/action-kit";
import type { GitHub } from "@slipway/github";
import { baseBranchOf, branchOf, ConfigurationError, type NodeState, type RunState } from "@slipway/model";

/**
 * The commit that an agent starts from: its own branch where one stands and only has to be mended or gone on with, else
 * the newest commit of the branch that the change goes into. After a conflict the change is made anew on
 * that newest commit.
 */
export async function startPoint(github: GitHub, state: RunState, node: NodeState): Promise<string> {
  const base = `refs/heads/${baseBranchOf(state, node)}`;
  const own = `refs/heads/${branchOf(node)}`;
  const heads = await github.git.lsRemote([base, own]);
  const ownHead = heads.get(own);
  // A recorded branch without a pull request keeps what an execution had done when the run was paused.
  if (ownHead && node.branch && (node.subject || node.pull === null)) return ownHead;
  const baseHead = heads.get(base);
  if (!baseHead)
    throw new ConfigurationError(
      `The branch ${base.slice(11)} that ${node.plan.id} starts from does not exist: was it deleted? \`retry\` makes it again.`,
    );
  // What was delivered elsewhere in the tree is on a branch of the node's own until the node is published.
  if (ownHead && !node.branch && !(await hasDependencies(github, state, node, baseHead))) return ownHead;
  return baseHead;
}

/** Whether what the node builds on is in a commit already. */
async function hasDependencies(
  github: GitHub,
  state: RunState,
  node: NodeState,
  commit: string,
): Promise<boolean> {
  for (const dependency of dependenciesAcross(state, node)) {
    const deliveries = await deliveriesOf(github, state, node, dependency);
    if (deliveries.length > 0 && !(await holdsAny(github, commit, deliveries))) return false;
  }
  return true;
}
