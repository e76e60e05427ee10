import type { GitHub } from "@slipway/github";
import { baseBranchOf, type NodeState, RefusalError, type RunState, shaSchema } from "@slipway/model";

/** The change to be judged; where a stage is asked for alone, the one that is there now. */
export const changeInputs = { "head-sha": shaSchema.optional(), "base-sha": shaSchema.optional() };

/**
 * The commits given, else those at which the node's branch and its base stand.
 *
 * @throws RefusalError when the node has no branch, or one of the two is gone
 */
export async function presentChange(
  github: GitHub,
  state: RunState,
  node: NodeState,
  given: { "head-sha"?: string | undefined; "base-sha"?: string | undefined },
): Promise<{ headSha: string; baseSha: string }> {
  const { "head-sha": headSha, "base-sha": baseSha } = given;
  if (headSha !== undefined && baseSha !== undefined) return { headSha, baseSha };
  const { id } = node.plan;
  if (!node.branch)
    throw new RefusalError(`${id} has no branch yet (it is ${node.status}): there is no change to look at.`);
  const base = baseBranchOf(state, node);
  const heads = await github.git.lsRemote([`refs/heads/${base}`, `refs/heads/${node.branch}`]);
  const found = { headSha: heads.get(`refs/heads/${node.branch}`), baseSha: heads.get(`refs/heads/${base}`) };
  const gone = !found.headSha ? node.branch : !found.baseSha ? base : undefined;
  if (gone !== undefined)
    throw new RefusalError(
      `The branch ${gone} of ${id} is gone: name the change by its commits (headSha and baseSha).`,
    );
  return { headSha: found.headSha ?? "", baseSha: found.baseSha ?? "" };
}
