import {
  type ActionContext,
  aloneInputs,
  type Checkoutable,
  checkOutIntegration,
  controlText,
  earlierPulls,
  heldFor,
  loadLeft,
  modelInputs,
  openRun,
  orHandFailureOver,
  reachOf,
  readInputs,
  readPolicy,
  readTriggerEvent,
  saveArtifact,
  watchControl,
  withGitHub,
} from "@slipway/action-kit";
import {
  agentContexts,
  CRITERIA_AGENT,
  deepenSpec,
  draftSpec,
  embeddedCatalog,
  missingCommand,
  openModels,
  refuseDisagreement,
  SPEC_AGENT,
  type SpecRequest,
  withOverrides,
} from "@slipway/agents";
import { type GitHub, readAgentFiles } from "@slipway/github";
import {
  addUsage,
  artifactName,
  ConfigurationError,
  depthOf,
  ideaSchema,
  noteSummary,
  type Policy,
  runIdFor,
  runIdSchema,
  runStateOf,
  type SpecArtifact,
  specArtifactSchema,
  specSummary,
} from "@slipway/model";

const draftInputs = {
  ...aloneInputs,
  ...modelInputs,
  "run-id": runIdSchema.optional(),
  idea: ideaSchema.optional(),
};
type Inputs = ReturnType<typeof readInputs<typeof draftInputs>>;

/** Asks the model for a specification and hands it over; writes nothing. */
export async function draft(context: ActionContext): Promise<void> {
  const inputs = readInputs(context.runner, draftInputs);
  const { "run-id": runId, claim, idea } = inputs;
  if (idea === undefined && (runId === undefined || claim === undefined))
    throw new ConfigurationError(
      "The inputs of this action are not right: give an idea, for a draft alone, or run-id and claim.",
    );
  await withGitHub(context, inputs.token, async (github) => {
    if (runId !== undefined && claim !== undefined) await draftOfTurn(context, github, inputs, runId, claim);
    else if (idea !== undefined) await draftAlone(context, github, inputs, idea);
  });
}

async function draftOfTurn(
  context: ActionContext,
  github: GitHub,
  inputs: Inputs,
  runId: string,
  claim: number,
): Promise<void> {
  const { runner, environment } = context;
  const head = await openRun(context, github, runId).head();
  const { state } = head;
  const { spec: stage } = state.stages;
  if (!heldFor(context, "The spec stage", stage, claim) || state.control !== "RUN")
    return nothing(context, `The run is ${runStateOf(state)}.`);
  const left = await loadLeft(
    context,
    inputs.token,
    { left: stage.left, claim },
    artifactName.spec,
    "spec.json",
    specArtifactSchema,
    (document) => document.runId === runId,
  );
  if (left) return void (await handOver(context, left.document, claim));
  const watch = watchControl(github, runId, head);
  await orHandFailureOver(environment, "spec", claim, async () => {
    await prepare(context, github, inputs, state);
    const before = await watch.look();
    if (before !== "RUN") return nothing(context, controlText(before));
    const document = await ask(context, github, inputs, {
      policy: state.policy,
      integrationBranch: state.integrationBranch,
      runId,
      attempt: claim,
      idea: state.idea,
      repository: state.repository,
      // Given back without a failure, there is nothing for the next one to mend.
      trouble: stage.failures > 0 ? stage.trouble : null,
      answered:
        state.spec && state.questions.answered.length > 0
          ? { former: state.spec, answers: state.questions.answered }
          : null,
    });
    await handOver(context, document, claim);
    const after = await watch.look();
    if (after !== "RUN") runner.addSummary(`\n${controlText(after)} The specification is kept.`);
  });
}

/** For whoever wants to see what would be specified: no run is started and nothing is recorded. */
async function draftAlone(
  context: ActionContext,
  github: GitHub,
  inputs: Inputs,
  idea: string,
): Promise<void> {
  const { environment, runner } = context;
  const branch = readTriggerEvent(environment).repository.default_branch;
  const policy = await readPolicy(github, branch);
  const repository = `${environment.owner}/${environment.repo}`;
  const integrationBranch = policy.integrationBranch ?? branch;
  await prepare(context, github, inputs, { policy, repository, integrationBranch });
  // Named like a run's, so that what the model is sent can be told apart; there is no such run.
  const runId = runIdFor(`${repository}#${environment.workflowRunId}`, github.now());
  const document = await ask(context, github, inputs, {
    policy,
    integrationBranch,
    runId,
    attempt: 1,
    idea,
    repository,
    trouble: null,
    answered: null,
  });
  const name = await handOver(context, document, "alone");
  runner.addSummary(`\nAsked for alone: handed out as the artifact \`${name}\`; no run was started.`);
}

async function prepare(
  context: ActionContext,
  github: GitHub,
  inputs: Inputs,
  of: Checkoutable & { readonly policy: Policy },
): Promise<void> {
  await checkOutIntegration(context, github, inputs.token, of);
  // Said before anything is paid for or shown to anyone.
  const missing = await missingCommand({ workDir: context.environment.workspace, qa: of.policy.qa });
  if (missing) throw new ConfigurationError(missing);
}

interface Asked {
  readonly policy: Policy;
  readonly integrationBranch: string;
  readonly runId: string;
  readonly attempt: number;
  readonly idea: string;
  readonly repository: string;
  readonly trouble: string | null;
  readonly answered: NonNullable<SpecRequest["answered"]> | null;
}

async function ask(
  context: ActionContext,
  github: GitHub,
  inputs: Inputs,
  { repository, integrationBranch, ...asked }: Asked,
): Promise<SpecArtifact> {
  const { runner, environment } = context;
  const { policy, runId } = asked;
  const catalog = await withOverrides(embeddedCatalog(), await readAgentFiles(github, integrationBranch));
  refuseDisagreement(catalog, policy);
  const contextOf = agentContexts(catalog, {
    workDir: environment.workspace,
    focus: asked.idea,
    pullRequests: () => earlierPulls(context, github),
  });
  const base = {
    ...asked,
    client: openModels(policy, reachOf(context, inputs, policy)),
    catalog,
    context: await contextOf(SPEC_AGENT),
  };
  const drafted = await draftSpec({ ...base, repository: { name: repository, description: null } });
  if (depthOf(drafted.spec, policy) !== "full") return { kind: "spec", runId, ...drafted };
  const { spec, details, usage, notes, agents } = await deepenSpec({
    ...base,
    spec: drafted.spec,
    criteriaContext: await contextOf(CRITERIA_AGENT),
  });
  for (const note of notes) runner.warning(note);
  return {
    kind: "spec",
    runId,
    spec,
    ...(details ? { details } : {}),
    usage: addUsage(drafted.usage, usage),
    agents: [...new Set([...drafted.agents, ...agents])],
  };
}

/** Saved at once: it was paid for (rule 8). */
async function handOver(
  { runner, environment }: ActionContext,
  document: SpecArtifact,
  claim: number | "alone",
): Promise<string> {
  const name = artifactName.spec(claim);
  await saveArtifact(environment, name, [{ name: "spec.json", content: JSON.stringify(document) }]);
  runner.addSummary(specSummary(document, "drafted"));
  return name;
}

function nothing({ runner }: ActionContext, reason: string): void {
  runner.info(`Nothing is drafted. ${reason}`);
  runner.addSummary(noteSummary("Nothing was drafted", reason));
}
