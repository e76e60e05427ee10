import {
  type ActionContext,
  heldFor,
  loadJsonArtifact,
  openRun,
  orHandFailureOver,
  readInputs,
  StageError,
  stageInputs,
  withGitHub,
} from "@slipway/action-kit";
import {
  artifactName,
  judgePlan,
  type LedgerEvent,
  type PlanArtifact,
  planArtifactSchema,
  planSummary,
  planVerdictText,
  type RunState,
  runStateOf,
} from "@slipway/model";

/** Validates what the drafting job handed over, against the rules once more, and records it. */
export async function record(context: ActionContext): Promise<void> {
  const { runner, environment } = context;
  const inputs = readInputs(runner, stageInputs);
  const { claim } = inputs;
  const runId = inputs["run-id"];
  const document = await loadJsonArtifact(
    environment,
    artifactName.plan(claim),
    "plan.json",
    planArtifactSchema,
    { isDue: true },
  );
  await withGitHub(context, inputs.token, async (github) => {
    const run = openRun(context, github, runId);
    // Told as a failure of its own: what was found wanting is not gone on from.
    if (document) {
      const now = await run.read();
      await orHandFailureOver(environment, "plan", claim, async () => refuseUnsound(document, now));
    }
    const events = (state: RunState): LedgerEvent[] => {
      if (!heldFor(context, "The plan stage", state.stages.plan, claim)) return [];
      // What was paid for is kept, also when the run was paused meanwhile.
      if (document) return [recorded(claim, document)];
      const reason =
        state.control === "RUN"
          ? "Nothing was planned."
          : `The run is ${runStateOf(state)}: nothing was planned.`;
      return [{ type: "stage.released", stage: "plan", claim, reason }];
    };
    const state = await run.append(events);
    runner.addSummary(document ? planSummary(document, "recorded") : "### Nothing was planned");
    if (document && state.spec)
      runner.addSummary(`\n${planVerdictText(judgePlan(document.plan, state.spec, state.policy))}`);
    if (state.control === "RUN") await run.advance();
  });
}

function recorded(claim: number, { plan, usage, agents }: PlanArtifact): LedgerEvent {
  return { type: "plan.recorded", claim, plan, usage, ...(agents ? { agents } : {}) };
}

function refuseUnsound(document: PlanArtifact, state: RunState): void {
  if (document.runId !== state.runId)
    throw new StageError(`The plan that was handed over is of run ${document.runId}, not of ${state.runId}.`);
  if (!state.spec || document.specHash !== state.specHash)
    throw new StageError("The plan was made for another specification than the one on record.");
  const { verdict, problems } = judgePlan(document.plan, state.spec, state.policy);
  if (verdict === "FAIL")
    throw new StageError(`The plan cannot be carried out: ${problems.slice(0, 10).join(" ")}`);
}
