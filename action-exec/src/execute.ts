import { execFileSync } from "node:child_process";
import {
  type ActionContext,
  aloneNodeInputs,
  type Control,
  controlText,
  heldFor,
  loadLeft,
  modelInputs,
  modelOptions,
  nodeOf,
  openRun,
  readInputs,
  StageError,
  saveArtifact,
  watchControl,
  withGitHub,
} from "@slipway/action-kit";
import { type ChangeDraft, createAnthropicClient, executeNode, repositoryContext } from "@slipway/agents";
import {
  artifactName,
  type ChangeArtifact,
  changeArtifactSchema,
  changeSummary,
  NO_USAGE,
  type NodeState,
  noteSummary,
  RefusalError,
  type RunState,
  runStateOf,
  type Spec,
} from "@slipway/model";

/** Wall time of one execution, below the job's own limit so that what was done is still handed over. */
const SECONDS_MAX = 100 * 60;
/** Room for what the repository looks like: some 10,000 tokens. */
const CONTEXT_CHARACTERS = 40_000;
/** Between two turns of the model, the server is asked at most this often whether the run was paused. */
const LOOK_EVERY_MS = 20_000;

/** Has an agent make the node's change and hands it over, finished or not; writes nothing. */
export async function execute(context: ActionContext): Promise<void> {
  const { runner } = context;
  const inputs = readInputs(runner, { ...aloneNodeInputs, ...modelInputs });
  const { claim } = inputs;
  await withGitHub(context, inputs.token, async (github) => {
    const head = await openRun(context, github, inputs["run-id"]).head();
    const { state } = head;
    const node = nodeOf(state, inputs["node-id"]);
    const alone = claim === undefined;
    if (alone) refuseAlone(state, node);
    else if (!heldFor(context, node.plan.id, node, claim) || state.control !== "RUN" || !state.spec)
      return stopped(context, `The run is ${runStateOf(state)}.`);
    if (!alone && (await takeUp(context, inputs.token, state, node, claim))) return;
    const watch = watchControl(github, state.runId, head);
    // Whoever asks for one stage alone wants it whatever the run does.
    const look = async (everyMs?: number): Promise<Control> => (alone ? "RUN" : watch.look(everyMs));
    const prepared = await prepare(context, state, node);
    const before = await look();
    if (before !== "RUN") return stopped(context, controlText(before));
    const draft = await executeNode({
      client: createAnthropicClient(modelOptions(runner, inputs)),
      policy: state.policy,
      runId: state.runId,
      attempt: claim ?? Math.max(1, node.claims),
      ...prepared,
      interrupted: async () => {
        const control = await look(LOOK_EVERY_MS);
        return control === "RUN" ? null : controlText(control);
      },
      env: context.env,
      onStep: (line) => runner.info(line),
    });
    await handOver(context, state, node, claim ?? "alone", draft);
    const after = await look();
    if (after !== "RUN" && !draft.interrupted)
      runner.addSummary(`\n${controlText(after)} The change is kept.`);
    if (draft.outcome === "unfinished" && !draft.interrupted)
      throw new StageError(
        `The agent did not finish ${node.plan.id}: ${draft.reason} What it did is saved as the artifact ${artifactName.change(node.plan.id, claim ?? "alone")}.`,
      );
  });
}

/** Hands over again what an earlier claim had finished before it broke off; false when there is nothing of the kind. */
async function takeUp(
  context: ActionContext,
  token: string,
  state: RunState,
  node: NodeState,
  claim: number,
): Promise<boolean> {
  const { id } = node.plan;
  const left = await loadLeft(
    context,
    token,
    // Once it is published, the ledger has its cost.
    { left: node.left, claim, accounted: node.status !== "IN_PROGRESS" },
    (earlier) => artifactName.change(id, earlier),
    "change.json",
    changeArtifactSchema,
    (change) => change.runId === state.runId && change.nodeId === id && change.outcome === "finished",
  );
  if (!left) return false;
  const { document, by } = left;
  const usage = by.accounted ? NO_USAGE : document.usage;
  await save(context, claim, { ...document, attempt: claim, usage }, "");
  return true;
}

function stopped({ runner }: ActionContext, reason: string): void {
  runner.info(`Nothing is executed. ${reason}`);
  runner.addSummary(noteSummary("Nothing was executed", reason));
  runner.setOutput("outcome", "stopped");
}

/** Parents have no change of their own; without a specification there is nothing to keep to. */
function refuseAlone(state: RunState, node: NodeState): void {
  const { id } = node.plan;
  if (!state.spec) throw new RefusalError(`Run ${state.runId} has no specification yet.`);
  if (state.nodes.some((other) => other.plan.parent === id && other.plan.kind !== "defect"))
    throw new RefusalError(`${id} has children: an agent executes its tasks, not ${id} itself.`);
}

async function prepare({ environment }: ActionContext, state: RunState, node: NodeState) {
  const workDir = environment.workspace;
  const { limits } = state.policy;
  return {
    workDir,
    startSha: execFileSync("git", ["rev-parse", "HEAD"], { cwd: workDir, encoding: "utf8" }).trim(),
    node: node.plan,
    spec: state.spec as Spec,
    context: await repositoryContext({
      workDir,
      budgetCharacters: CONTEXT_CHARACTERS,
      focus: `${node.plan.title}\n${node.plan.objective}\n${node.trouble ?? ""}`,
    }),
    trouble: node.trouble,
    limits: { steps: limits.steps, seconds: SECONDS_MAX, files: limits.files, bytes: limits.bytes },
  };
}

/** Saved whatever came of it: it was paid for (rule 8). */
async function handOver(
  context: ActionContext,
  state: RunState,
  node: NodeState,
  claim: number | "alone",
  draft: ChangeDraft,
): Promise<void> {
  const document: ChangeArtifact = {
    kind: "change",
    runId: state.runId,
    nodeId: node.plan.id,
    attempt: claim === "alone" ? Math.max(1, node.claims) : claim,
    outcome: draft.outcome,
    reason: draft.reason,
    ...(draft.interrupted ? { interrupted: true } : {}),
    startSha: draft.startSha,
    files: [...draft.files],
    title: draft.title,
    summary: draft.summary,
    usage: draft.usage,
  };
  await save(context, claim, document, draft.trajectory);
}

async function save(
  { runner, environment }: ActionContext,
  claim: number | "alone",
  document: ChangeArtifact,
  trajectory: string,
): Promise<void> {
  const name = artifactName.change(document.nodeId, claim);
  await saveArtifact(environment, name, [
    { name: "change.json", content: JSON.stringify(document) },
    { name: "trajectory.jsonl", content: trajectory || "\n" },
  ]);
  runner.setOutput("outcome", document.interrupted ? "interrupted" : document.outcome);
  runner.setOutput("artifact", name);
  runner.addSummary(changeSummary(document));
  if (claim === "alone")
    runner.addSummary(
      `\nAsked for alone: handed out as the artifact \`${name}\`; nothing was published and the run's record is as it was.`,
    );
}
