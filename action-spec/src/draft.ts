import {
  type ActionContext,
  checkOutIntegration,
  holdsClaim,
  modelInputs,
  modelOptions,
  openRun,
  readInputs,
  StageError,
  saveArtifact,
  saveFailure,
  stageInputs,
  usageOf,
  withGitHub,
} from "@slipway/action-kit";
import { createAnthropicClient, draftSpec, repositoryContext } from "@slipway/agents";
import { artifactName, runStateOf, type SpecArtifact } from "@slipway/model";

/** Room for what the repository looks like: some 15,000 tokens. */
const CONTEXT_CHARACTERS = 60_000;

/** Asks the model for a specification and hands it over; writes nothing. */
export async function draft(context: ActionContext): Promise<void> {
  const { runner, environment } = context;
  const inputs = readInputs(runner, { ...stageInputs, ...modelInputs });
  const runId = inputs["run-id"];
  await withGitHub(context, inputs.token, async (github) => {
    const state = await openRun(context, github, runId).read();
    if (state.control !== "RUN" || !holdsClaim(state.stages.spec, inputs.claim)) {
      runner.info(`Nothing to draft: the run is ${runStateOf(state)}.`);
      return;
    }
    try {
      await checkOutIntegration(context, github, inputs.token, state);
      const { spec, usage } = await draftSpec({
        client: createAnthropicClient(modelOptions(runner, inputs)),
        policy: state.policy,
        runId,
        attempt: inputs.claim,
        idea: state.idea,
        repository: { name: state.repository, description: null },
        context: await repositoryContext({
          workDir: environment.workspace,
          budgetCharacters: CONTEXT_CHARACTERS,
          focus: state.idea,
        }),
        trouble: state.stages.spec.trouble,
      });
      const document: SpecArtifact = { kind: "spec", runId, spec, usage };
      await saveArtifact(environment, artifactName.spec(inputs.claim), [
        { name: "spec.json", content: JSON.stringify(document) },
      ]);
      runner.addSummary(
        `### Specification: ${spec.title}\n\n${spec.requirements.length} requirements, ${spec.acceptance.length} acceptance criteria.`,
      );
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      await saveFailure(environment, "spec", inputs.claim, reason, usageOf(error));
      throw error instanceof Error ? error : new StageError(reason);
    }
  });
}
