import {
  type ActionContext,
  checkOutIntegration,
  holdsClaim,
  modelInputs,
  modelOptions,
  openRun,
  orHandFailureOver,
  readInputs,
  saveArtifact,
  stageInputs,
  withGitHub,
} from "@slipway/action-kit";
import { createAnthropicClient, draftPlan, repositoryContext } from "@slipway/agents";
import { artifactName, checkPlan, type PlanArtifact, runStateOf } from "@slipway/model";

/** Room for what the repository looks like: some 15,000 tokens. */
const CONTEXT_CHARACTERS = 60_000;

/** Asks the model for a tree, held against the rules of the tree, and hands it over; writes nothing. */
export async function draft(context: ActionContext): Promise<void> {
  const { runner, environment } = context;
  const inputs = readInputs(runner, { ...stageInputs, ...modelInputs });
  const runId = inputs["run-id"];
  await withGitHub(context, inputs.token, async (github) => {
    const state = await openRun(context, github, runId).read();
    const { spec, specHash } = state;
    if (state.control !== "RUN" || !spec || !specHash || !holdsClaim(state.stages.plan, inputs.claim)) {
      runner.info(`Nothing to plan: the run is ${runStateOf(state)}.`);
      return;
    }
    await orHandFailureOver(environment, "plan", inputs.claim, async () => {
      await checkOutIntegration(context, github, inputs.token, state);
      const { plan, usage } = await draftPlan({
        client: createAnthropicClient(modelOptions(runner, inputs)),
        policy: state.policy,
        runId,
        attempt: inputs.claim,
        spec,
        context: await repositoryContext({
          workDir: environment.workspace,
          budgetCharacters: CONTEXT_CHARACTERS,
          focus: state.idea,
        }),
        check: (candidate) => checkPlan(candidate, spec, state.policy),
        trouble: state.stages.plan.trouble,
      });
      const document: PlanArtifact = { kind: "plan", runId, specHash, plan, usage };
      await saveArtifact(environment, artifactName.plan(inputs.claim), [
        { name: "plan.json", content: JSON.stringify(document) },
      ]);
      runner.addSummary(`### Plan\n\n${plan.nodes.length} nodes.`);
    });
  });
}
