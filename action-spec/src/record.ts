import {
  type ActionContext,
  heldFor,
  loadJsonArtifact,
  openRun,
  readInputs,
  StageError,
  stageInputs,
  withGitHub,
} from "@slipway/action-kit";
import {
  artifactName,
  type LedgerEvent,
  type RunState,
  runStateOf,
  type SpecArtifact,
  specArtifactSchema,
  specSummary,
} from "@slipway/model";

/** Validates what the drafting job handed over and records it. */
export async function record(context: ActionContext): Promise<void> {
  const { runner, environment } = context;
  const inputs = readInputs(runner, stageInputs);
  const { claim } = inputs;
  const runId = inputs["run-id"];
  const document = await loadJsonArtifact(
    environment,
    artifactName.spec(claim),
    "spec.json",
    specArtifactSchema,
    { isDue: true },
  );
  if (document && document.runId !== runId)
    throw new StageError(
      `The specification that was handed over is of run ${document.runId}, not of ${runId}.`,
    );
  await withGitHub(context, inputs.token, async (github) => {
    const run = openRun(context, github, runId);
    const events = (state: RunState): LedgerEvent[] => {
      if (!heldFor(context, "The spec stage", state.stages.spec, claim)) return [];
      // What was paid for is kept, also when the run was paused meanwhile.
      if (document) return [recorded(claim, document)];
      const reason =
        state.control === "RUN"
          ? "Nothing was drafted."
          : `The run is ${runStateOf(state)}: nothing was drafted.`;
      return [{ type: "stage.released", stage: "spec", claim, reason }];
    };
    const state = await run.append(events);
    runner.addSummary(document ? specSummary(document, "recorded") : "### Nothing was drafted");
    if (state.control === "RUN") await run.advance();
  });
}

function recorded(claim: number, { spec, details, usage, agents }: SpecArtifact): LedgerEvent {
  return {
    type: "spec.recorded",
    claim,
    spec,
    ...(details ? { details } : {}),
    usage,
    ...(agents ? { agents } : {}),
  };
}
