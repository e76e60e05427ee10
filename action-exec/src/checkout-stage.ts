import {
  type ActionContext,
  aloneNodeInputs,
  checkoutFor,
  nodeOf,
  openRun,
  readInputs,
  withGitHub,
} from "@slipway/action-kit";
import type { GitHub } from "@slipway/github";
import type { NodeState, RunState } from "@slipway/model";
import { changeInputs, presentChange } from "./present-change.ts";
import { startPoint } from "./start-point.ts";

/** Checks out the commit that the node's change starts from. */
export function checkoutStart(context: ActionContext): Promise<void> {
  const inputs = readInputs(context.runner, aloneNodeInputs);
  return checkoutOf(context, inputs, startPoint);
}

/** Checks out the head of the node's change, and names head and base to the steps that judge it. */
export function checkoutChange(context: ActionContext): Promise<void> {
  const inputs = readInputs(context.runner, { ...aloneNodeInputs, ...changeInputs });
  return checkoutOf(context, inputs, async (github, state, node) => {
    const { headSha, baseSha } = await presentChange(github, state, node, inputs);
    context.runner.setOutput("head-sha", headSha);
    context.runner.setOutput("base-sha", baseSha);
    return headSha;
  });
}

async function checkoutOf(
  context: ActionContext,
  inputs: { "run-id": string; "node-id": string; token: string },
  commit: (github: GitHub, state: RunState, node: NodeState) => Promise<string>,
): Promise<void> {
  await withGitHub(context, inputs.token, async (github) => {
    const state = await openRun(context, github, inputs["run-id"]).read();
    const sha = await commit(github, state, nodeOf(state, inputs["node-id"]));
    await checkoutFor(context, inputs.token, state, sha);
    context.runner.info(`Checked out ${sha}.`);
  });
}
