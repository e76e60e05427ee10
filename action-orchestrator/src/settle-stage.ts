import {
  type ActionContext,
  holdsClaim,
  limitReason,
  loadFailure,
  numberInput,
  openRun,
  readInputs,
  withGitHub,
  workflowRunUrl,
} from "@slipway/action-kit";
import { failureSummary, noteSummary, runIdSchema, runStageSchema } from "@slipway/model";

/** Gives back the claim of a stage whose jobs ended without a result, with the reason that they left. */
export async function settleStage(context: ActionContext, token: string): Promise<void> {
  const { runner, environment } = context;
  const inputs = readInputs(runner, { "run-id": runIdSchema, stage: runStageSchema, claim: numberInput });
  await withGitHub(context, token, async (github) => {
    const run = openRun(context, github, inputs["run-id"]);
    const state = await run.read();
    if (!holdsClaim(state.stages[inputs.stage], inputs.claim)) {
      runner.info(`The ${inputs.stage} stage is not held by claim ${inputs.claim}: nothing to settle.`);
      return;
    }
    const left = await loadFailure(environment, inputs.stage, inputs.claim);
    const reason =
      left?.reason ?? `The ${inputs.stage} stage ended without a result: see ${workflowRunUrl(environment)}.`;
    const limit = limitReason(state, github.now());
    if (limit !== undefined) {
      await run.append((newest) =>
        holdsClaim(newest.stages[inputs.stage], inputs.claim)
          ? [
              {
                type: "stage.released",
                stage: inputs.stage,
                claim: inputs.claim,
                reason: limit,
                brokeOff: true,
              },
            ]
          : [],
      );
      runner.addSummary(noteSummary(`The ${inputs.stage} stage is given back`, limit));
      return;
    }
    await run.append((newest) =>
      holdsClaim(newest.stages[inputs.stage], inputs.claim)
        ? [
            {
              type: "stage.failed",
              stage: inputs.stage,
              claim: inputs.claim,
              reason,
              ...(left?.final ? { final: true } : {}),
              ...(left ? { usage: left.usage } : {}),
              ...(left && !left.keeps ? {} : { brokeOff: true }),
            },
          ]
        : [],
    );
    runner.addSummary(failureSummary(`The ${inputs.stage} stage failed`, reason));
    await run.advance();
  });
}
