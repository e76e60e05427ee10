import { execFileSync } from "node:child_process";
import {
  type ActionContext,
  aloneNodeInputs,
  type Control,
  controlText,
  heldFor,
  loadLeft,
  modelInputs,
  nodeOf,
  openRun,
  reachOf,
  readInputs,
  StageError,
  saveArtifact,
  stopSignal,
  watchControl,
  withGitHub,
} from "@slipway/action-kit";
import { changeOf } from "@slipway/agents";
import {
  type AgentResult,
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
import { z } from "zod";
import { workOn } from "./agent-work.ts";
import { draftKeeper, earlierWork } from "./earlier-work.ts";
import { variablesOf } from "./variables.ts";

/** Between two turns of the model, the server is asked at most this often whether the run was paused. */
const LOOK_EVERY_MS = 20_000;

/** Has an agent make the node's change and hands it over, finished or not; writes nothing. */
export async function execute(context: ActionContext): Promise<void> {
  const { runner } = context;
  const inputs = readInputs(runner, {
    ...aloneNodeInputs,
    ...modelInputs,
    "executor-variables": z.string().optional(),
    "http-executor-secret": z.string().optional(),
  });
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
    const before = await look();
    if (before !== "RUN") return stopped(context, controlText(before));
    const attempt = claim ?? Math.max(1, node.claims);
    let paused = false;
    const result = await workOn(context, github, {
      state,
      spec: state.spec as Spec,
      node,
      attempt,
      startSha: headOf(context.environment.workspace),
      earlier: alone ? undefined : await earlierWork(context, inputs.token, state, node, claim),
      reach: reachOf(context, inputs, state.policy),
      variables: variablesOf(runner, inputs["executor-variables"] ?? "", inputs["model-api-key"]),
      httpSecret: inputs["http-executor-secret"] ?? null,
      stop: stopSignal(process),
      keep: draftKeeper(context, {
        runId: state.runId,
        nodeId: node.plan.id,
        attempt,
        claim: claim ?? "alone",
      }),
      interrupted: async () => {
        const control = await look(LOOK_EVERY_MS);
        paused = control !== "RUN";
        return control === "RUN" ? null : controlText(control);
      },
    });
    const draft = changeOf(result, { attempt, paused });
    await save(context, claim ?? "alone", draft, result.artifactsOut);
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
  const account = by.accounted
    ? { usage: NO_USAGE, cost: document.cost ?? document.usage }
    : { usage: document.usage };
  await save(context, claim, { ...document, attempt: claim, ...account }, []);
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

const headOf = (workDir: string): string =>
  execFileSync("git", ["rev-parse", "HEAD"], { cwd: workDir, encoding: "utf8" }).trim();

async function save(
  { runner, environment }: ActionContext,
  claim: number | "alone",
  document: ChangeArtifact,
  documents: AgentResult["artifactsOut"],
): Promise<void> {
  const name = artifactName.change(document.nodeId, claim);
  await saveArtifact(environment, name, [
    { name: "change.json", content: JSON.stringify(document) },
    ...documents.map(({ name, text }) => ({ name, content: text || "\n" })),
  ]);
  runner.setOutput("outcome", document.interrupted ? "interrupted" : document.outcome);
  runner.setOutput("artifact", name);
  runner.addSummary(changeSummary(document));
  if (claim === "alone")
    runner.addSummary(
      `\nAsked for alone: handed out as the artifact \`${name}\`; nothing was published and the run's record is as it was.`,
    );
}
