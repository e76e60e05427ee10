import {
  type ActionContext,
  aloneInputs,
  checkoutFor,
  controlText,
  heldFor,
  loadJsonArtifact,
  loadLeft,
  modelInputs,
  openRun,
  reachOf,
  readInputs,
  saveArtifact,
  watchControl,
  withGitHub,
} from "@slipway/action-kit";
import {
  agentOf,
  contextPacks,
  contextText,
  embeddedCatalog,
  ModelAnswerError,
  ModelFailure,
  openModels,
  RELEASE_AGENT,
  withOverrides,
  wordedNotes,
  writeReleaseNotes,
} from "@slipway/agents";
import { type GitHub, readAgentFiles } from "@slipway/github";
import {
  addUsage,
  artifactName,
  budgetSpent,
  ConfigurationError,
  errorText,
  NO_USAGE,
  type NotesArtifact,
  noteSummary,
  notesArtifactSchema,
  notesSummary,
  type Release,
  type RunState,
  releaseArtifactSchema,
  runStateOf,
  type Usage,
} from "@slipway/model";

const releaseInputs = { ...aloneInputs, ...modelInputs };
type Inputs = ReturnType<typeof readInputs<typeof releaseInputs>>;

/**
 * Has the release manager word the notes of what an earlier step computed, and hands them over; writes nothing. A model
 * that fails is no failure of the release: what is handed over says so, and what was paid.
 */
export async function release(context: ActionContext): Promise<void> {
  const { runner, environment } = context;
  const inputs = readInputs(runner, releaseInputs);
  const { claim, "run-id": runId } = inputs;
  await withGitHub(context, inputs.token, async (github) => {
    const head = await openRun(context, github, runId).head();
    const { state } = head;
    if (state.policy.release.notes !== "agent")
      return runner.info("The policy has the notes made from the trace: no agent is asked.");
    if (claim !== undefined) {
      if (!heldFor(context, "The release stage", state.stages.release, claim))
        return nothing(context, `The run is ${runStateOf(state)}.`);
      const control = await watchControl(github, runId, head).look();
      if (control !== "RUN") return nothing(context, controlText(control));
    }
    const name = artifactName.release(claim ?? "alone");
    const planned = await loadJsonArtifact(environment, name, "release.json", releaseArtifactSchema, {
      isDue: true,
    });
    const to = planned?.runId === runId ? planned.release : null;
    if (!to) return nothing(context, planned?.reason ?? "Nothing was computed that could be released.");
    const left = await leftNotes(context, inputs, state, to);
    if (left && left.words !== null) return await handOver(context, claim, left, to);
    const worded = await word(context, github, inputs, state, to);
    await handOver(context, claim, { ...worded, usage: addUsage(left?.usage ?? NO_USAGE, worded.usage) }, to);
  });
}

/** What an earlier claim, or an earlier attempt of this job, was given for this very release: it is on no account yet. */
async function leftNotes(
  context: ActionContext,
  { claim, token }: Inputs,
  { runId, stages }: RunState,
  to: Release,
): Promise<NotesArtifact | undefined> {
  if (claim === undefined) return undefined;
  const left = await loadLeft(
    context,
    token,
    { left: stages.release.left, claim },
    artifactName.notes,
    "notes.json",
    notesArtifactSchema,
    ({ sha, version, ...of }) => of.runId === runId && sha === to.sha && version === to.version,
  );
  return left?.document;
}

async function word(
  context: ActionContext,
  github: GitHub,
  inputs: Inputs,
  state: RunState,
  to: Release,
): Promise<NotesArtifact> {
  const { runId, policy } = state;
  const made = (words: NotesArtifact["words"], reason: string, usage: Usage): NotesArtifact => ({
    kind: "notes",
    runId,
    sha: to.sha,
    version: to.version,
    agent: RELEASE_AGENT,
    words,
    reason: reason.slice(0, 2_000),
    usage,
  });
  const spent = budgetSpent(state);
  // Notes there are without it: nothing is spent on them beyond what a person has granted.
  if (spent) return { ...made(null, `No agent was asked, since ${spent}.`, NO_USAGE), asked: false };
  try {
    const { answer, usage } = await writeReleaseNotes({
      client: openModels(policy, reachOf(context, inputs, policy)),
      ...(await material(context, github, inputs, state, to)),
      policy,
      runId,
      attempt: inputs.claim ?? Math.max(1, state.stages.release.claims),
      version: to.version,
      spec: state.spec,
      entries: to.entries,
    });
    return made(answer, `The notes of ${to.tag} are worded.`, usage);
  } catch (error) {
    const isOurs = error instanceof ModelFailure || error instanceof ModelAnswerError;
    if (!isOurs && !(error instanceof ConfigurationError)) throw error;
    context.runner.warning(
      `The notes of ${to.tag} are not worded, and made from the trace: ${errorText(error)}`,
    );
    return made(null, errorText(error), isOurs ? (error.usage ?? NO_USAGE) : NO_USAGE);
  }
}

/** What the repository says of its agents and shows to them, at the commit that is released. */
async function material(
  context: ActionContext,
  github: GitHub,
  { token }: Inputs,
  state: RunState,
  { sha, entries }: Release,
) {
  const catalog = await withOverrides(
    embeddedCatalog(),
    await readAgentFiles(github, state.integrationBranch),
  );
  await checkoutFor(context, token, state, sha);
  const packs = await contextPacks(agentOf(catalog, RELEASE_AGENT).context, {
    workDir: context.environment.workspace,
    focus: entries.map(({ subject }) => subject).join("\n"),
    pullRequests: state.nodes.flatMap(({ plan, pull, summary, finishedAt }) =>
      pull === null || summary === null || finishedAt === null
        ? []
        : [{ number: pull, title: plan.title, body: summary, state: "merged", at: finishedAt, paths: [] }],
    ),
  });
  return { catalog, context: contextText(packs) };
}

/** Saved at once: it was paid for (rule 8). */
async function handOver(
  { runner, environment }: ActionContext,
  claim: number | undefined,
  document: NotesArtifact,
  to: Release,
): Promise<void> {
  const name = artifactName.notes(claim ?? "alone");
  await saveArtifact(environment, name, [
    { name: "notes.json", content: JSON.stringify(document) },
    { name: "notes.md", content: `${document.words ? wordedNotes(to, document.words) : to.notes}\n` },
  ]);
  runner.setOutput("artifact", name);
  runner.addSummary(notesSummary(document, to.tag));
  if (claim === undefined)
    runner.addSummary(`\nAsked for alone: handed out as the artifact \`${name}\`; nothing was published.`);
}

function nothing({ runner }: ActionContext, reason: string): void {
  runner.info(`No notes are worded. ${reason}`);
  runner.addSummary(noteSummary("No notes were worded", reason));
}
