import {
  type ActionContext,
  holdsClaim,
  loadJsonArtifact,
  openRun,
  readInputs,
  StageError,
  stageInputs,
  withGitHub,
} from "@slipway/action-kit";
import {
  artifactName,
  checkPlan,
  type LedgerEvent,
  type PlanArtifact,
  planArtifactSchema,
  type RunState,
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
  );
  await withGitHub(context, inputs.token, async (github) => {
    const run = openRun(context, github, runId);
    if (document) refuseUnsound(document, await run.read());
    const events = (state: RunState): LedgerEvent[] => {
      if (!holdsClaim(state.stages.plan, claim)) return [];
      // What was paid for is kept, also when the run was paused meanwhile.
      if (document) return [{ type: "plan.recorded", claim, plan: document.plan, usage: document.usage }];
      return [{ type: "stage.released", stage: "plan", claim, reason: "Nothing was planned." }];
    };
    const state = await run.append(events);
    runner.addSummary(
      document ? `### Plan recorded: ${document.plan.nodes.length} nodes` : "### Nothing was planned",
    );
    if (state.control === "RUN") await run.advance();
  });
}

function refuseUnsound(document: PlanArtifact, state: RunState): void {
  if (document.runId !== state.runId)
    throw new StageError(`The plan that was handed over is of run ${document.runId}, not of ${state.runId}.`);
  if (!state.spec || document.specHash !== state.specHash)
    throw new StageError("The plan was made for another specification than the one on record.");
  const problems = checkPlan(document.plan, state.spec, state.policy);
  if (problems.length > 0)
    throw new StageError(`The plan cannot be carried out: ${problems.slice(0, 10).join(" ")}`);
}
