import {
  type ActionContext,
  checkoutFor,
  nodeInputs,
  nodeOf,
  openRun,
  readInputs,
  withGitHub,
} from "@slipway/action-kit";
import { shaSchema } from "@slipway/model";
import { startPoint } from "./start-point.ts";

/** Checks out the commit that the next steps work on: the one given, else where the node's change starts. */
export async function checkoutStage(context: ActionContext): Promise<void> {
  const inputs = readInputs(context.runner, { ...nodeInputs, "head-sha": shaSchema.optional() });
  await withGitHub(context, inputs.token, async (github) => {
    const state = await openRun(context, github, inputs["run-id"]).read();
    const sha = inputs["head-sha"] ?? (await startPoint(github, state, nodeOf(state, inputs["node-id"])));
    await checkoutFor(context, inputs.token, state, sha);
    context.runner.info(`Checked out ${sha}.`);
  });
}
