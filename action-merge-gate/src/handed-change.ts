import { type ActionContext, loadJsonArtifact, StageError } from "@slipway/action-kit";
import { checkPaths } from "@slipway/agents";
import {
  artifactName,
  type ChangeArtifact,
  changeArtifactSchema,
  isLeaf,
  type NodeState,
} from "@slipway/model";
import type { NodeRun } from "./node-run.ts";

/** The change that the agent's job handed over for this claim; undefined when there was nothing to execute. */
export async function readChange(
  context: ActionContext,
  { node, claim, state }: NodeRun,
): Promise<ChangeArtifact | undefined> {
  const change = await loadJsonArtifact(
    context.environment,
    artifactName.change(node.plan.id, claim),
    "change.json",
    changeArtifactSchema,
    { isDue: isLeaf(node) && node.status === "IN_PROGRESS" },
  );
  if (change && (change.runId !== state.runId || change.nodeId !== node.plan.id)) {
    throw new StageError(`The change that was handed over is of ${change.nodeId} in run ${change.runId}.`);
  }
  return change;
}

/** Why a change that was handed over is not published; undefined when it is. The agent's job is not trusted with this. */
export function refusalOf(change: ChangeArtifact, { state, node }: NodeRun): string | undefined {
  if (change.outcome === "unfinished")
    return withTrouble(node, `The agent did not finish ${node.plan.id}: ${change.reason}`);
  if (change.files.length === 0 && !isFurtherWork(node)) {
    const words =
      change.summary.trim() === "" ? "It gave no reason." : `The agent's words: ${change.summary}`;
    return withTrouble(node, `${node.plan.id} came back without a change. ${words}`);
  }
  const problems = checkPaths(change.files, state.policy);
  return problems.length > 0 ? problems.join(" ").slice(0, 2_000) : undefined;
}

/** An agent that goes on from kept work may find that nothing is missing. */
export const isFurtherWork = ({ branch, pull }: NodeState): boolean => branch !== null && pull === null;

/** What stood in the way before still does: the files of a conflict, say. */
function withTrouble(node: NodeState, reason: string): string {
  const before =
    node.trouble === null || reason.includes(node.trouble) ? "" : ` Before that: ${node.trouble}`;
  return `${reason.slice(0, 1_000)}${before}`.slice(0, 2_000);
}
