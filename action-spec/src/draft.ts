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
import { createAnthropicClient, draftSpec, missingCommand, repositoryContext } from "@slipway/agents";
import { artifactName, ConfigurationError, runStateOf, type SpecArtifact } from "@slipway/model";

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
    await orHandFailureOver(environment, "spec", inputs.claim, async () => {
      await checkOutIntegration(context, github, inputs.token, state);
      // Said before anything is paid for or shown to anyone.
      const missing = await missingCommand({ workDir: environment.workspace, qa: state.policy.qa });
      if (missing) throw new ConfigurationError(missing);
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
    });
  });
}
