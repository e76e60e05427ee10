import {
  type ActionContext,
  aloneInputs,
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
  saveArtifact,
  watchControl,
  withGitHub,
} from "@slipway/action-kit";
import {
  afterSpending,
  agentContexts,
  draftPlan,
  draftRoadmap,
  embeddedCatalog,
  openModels,
  PLAN_AGENT,
  ROADMAP_AGENT,
  withOverrides,
} from "@slipway/agents";
import { type GitHub, readAgentFiles } from "@slipway/github";
import {
  addUsage,
  artifactName,
  checkPlan,
  depthOf,
  judgePlan,
  NO_USAGE,
  noteSummary,
  type PlanArtifact,
  planArtifactSchema,
  planSummary,
  planVerdictText,
  RefusalError,
  type RunState,
  runStateOf,
  type Spec,
} from "@slipway/model";

const draftInputs = { ...aloneInputs, ...modelInputs };
type Inputs = ReturnType<typeof readInputs<typeof draftInputs>>;

/** Asks the model for a tree, held against the rules of the tree, and hands it over; writes nothing. */
export async function draft(context: ActionContext): Promise<void> {
  const { runner, environment } = context;
  const inputs = readInputs(runner, draftInputs);
  const { claim, "run-id": runId } = inputs;
  await withGitHub(context, inputs.token, async (github) => {
    const head = await openRun(context, github, runId).head();
    const { state } = head;
    const { spec, specHash } = state;
    if (claim === undefined) {
      if (!spec || !specHash)
        throw new RefusalError(`Run ${runId} has no specification yet: there is nothing to plan.`);
      await checkOutIntegration(context, github, inputs.token, state);
      const name = await plan(context, github, inputs, state, spec, specHash);
      runner.addSummary(
        `\nAsked for alone: handed out as the artifact \`${name}\`; the run's record is as it was.`,
      );
      return;
    }
    const { plan: stage } = state.stages;
    if (!heldFor(context, "The plan stage", stage, claim) || state.control !== "RUN" || !spec || !specHash)
      return nothing(context, `The run is ${runStateOf(state)}.`);
    const left = await loadLeft(
      context,
      inputs.token,
      { left: stage.left, claim },
      artifactName.plan,
      "plan.json",
      planArtifactSchema,
      (document) => document.runId === runId && document.specHash === specHash,
    );
    if (left) return void (await handOver(context, inputs, state, spec, left.document));
    const watch = watchControl(github, runId, head);
    await orHandFailureOver(environment, "plan", claim, async () => {
      await checkOutIntegration(context, github, inputs.token, state);
      const before = await watch.look();
      if (before !== "RUN") return nothing(context, controlText(before));
      await plan(context, github, inputs, state, spec, specHash);
      const after = await watch.look();
      if (after !== "RUN") runner.addSummary(`\n${controlText(after)} The plan is kept.`);
    });
  });
}

async function plan(
  context: ActionContext,
  github: GitHub,
  inputs: Inputs,
  state: RunState,
  spec: Spec,
  specHash: string,
): Promise<string> {
  const { policy, runId } = state;
  const { claims, failures, trouble } = state.stages.plan;
  const catalog = await withOverrides(
    embeddedCatalog(),
    await readAgentFiles(github, state.integrationBranch),
  );
  const contextOf = agentContexts(catalog, {
    workDir: context.environment.workspace,
    focus: focusOf(state.idea, spec),
    pullRequests: () => earlierPulls(context, github),
  });
  const base = {
    client: openModels(policy, reachOf(context, inputs, policy)),
    catalog,
    policy,
    runId,
    attempt: inputs.claim ?? Math.max(1, claims),
    spec,
  };
  // A large specification is cut into features first, so that each part of the plan is one that can be held in the head.
  const cut =
    depthOf(spec, policy) === "full"
      ? await draftRoadmap({ ...base, context: await contextOf(ROADMAP_AGENT) })
      : undefined;
  const { plan, usage, agents } = await afterSpending(cut?.usage ?? NO_USAGE, async () =>
    draftPlan({
      ...base,
      context: await contextOf(PLAN_AGENT),
      ...(cut ? { roadmap: cut.roadmap } : {}),
      check: (candidate) => checkPlan(candidate, spec, policy),
      // Given back without a failure, there is nothing for the next one to mend.
      trouble: failures > 0 ? trouble : null,
    }),
  );
  const document: PlanArtifact = {
    kind: "plan",
    runId,
    specHash,
    plan,
    usage: addUsage(cut?.usage ?? NO_USAGE, usage),
    agents: [...(cut?.agents ?? []), ...agents],
  };
  return await handOver(context, inputs, state, spec, document);
}

/** The files that idea and specification name are what the tree is about. */
const focusOf = (idea: string, spec: Spec): string =>
  [idea, ...spec.requirements.map(({ text }) => text)].join("\n");

/** Saved at once, since it was paid for (rule 8). */
async function handOver(
  { runner, environment }: ActionContext,
  inputs: Inputs,
  { policy }: RunState,
  spec: Spec,
  document: PlanArtifact,
): Promise<string> {
  const name = artifactName.plan(inputs.claim ?? "alone");
  await saveArtifact(environment, name, [{ name: "plan.json", content: JSON.stringify(document) }]);
  runner.addSummary(planSummary(document, "drafted"));
  runner.addSummary(`\n${planVerdictText(judgePlan(document.plan, spec, policy))}`);
  return name;
}

function nothing({ runner }: ActionContext, reason: string): void {
  runner.info(`Nothing is planned. ${reason}`);
  runner.addSummary(noteSummary("Nothing was planned", reason));
}
