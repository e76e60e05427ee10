import {
  type ActionContext,
  aloneInputs,
  type Control,
  controlText,
  heldFor,
  holdsClaim,
  nodeOf,
  openRun,
  type RunSession,
  readInputs,
  watchControl,
  withGitHub,
} from "@slipway/action-kit";
import {
  type GitHub,
  type KeptByPeople,
  type LedgerHead,
  labelsOf,
  type SyncedIssues,
  syncIssues,
} from "@slipway/github";
import {
  issueSection,
  issuesSummary,
  type LedgerEvent,
  noteSummary,
  RefusalError,
  type RunState,
  runStateOf,
  stateAfter,
} from "@slipway/model";
import { writeDocuments } from "./documents.ts";
import { drawDryRun } from "./dry-run.ts";

/** The job has an hour; what is not drawn by then is drawn when the sync is continued. */
const PATIENCE_MS = 50 * 60_000;

/** Draws the tree as issues and records their numbers. Repeating it writes only what differs. */
export async function sync(context: ActionContext): Promise<void> {
  const { token } = readInputs(context.runner, aloneInputs);
  await withGitHub(context, token, (github) => syncRun(context, github), PATIENCE_MS);
}

async function syncRun(context: ActionContext, github: GitHub): Promise<void> {
  const { runner } = context;
  const { claim, "run-id": runId } = readInputs(runner, aloneInputs);
  const run = openRun(context, github, runId);
  const head = await run.head();
  const { state } = head;
  if (claim === undefined) return syncAlone(context, run, state);
  if (!heldFor(context, "The issues stage", state.stages.issues, claim)) {
    runner.info(`Nothing to sync: the run is ${runStateOf(state)}.`);
    return;
  }
  if (state.control !== "RUN") return giveBack(context, run, claim, state.control);
  if (state.dryRun) {
    const number = await drawDryRun(github, state);
    await run.append((newest) =>
      holdsClaim(newest.stages.issues, claim) ? [{ type: "issues.synced", claim, issues: [] }] : [],
    );
    runner.addSummary(
      `### Dry run\n\nThe plan is written down in issue #${number}. Nothing else was written.`,
    );
    await run.advance();
    return;
  }
  const synced = await drawUntilPaused(context, github, head);
  if (typeof synced === "string") return giveBack(context, run, claim, synced);
  const recorded: LedgerEvent = { type: "issues.synced", claim, issues: [...synced.issues] };
  const stamp = { at: github.now().toISOString(), by: context.environment.actor };
  const notes = await writeDocuments(context, github, stateAfter(state, [recorded], stamp));
  await run.append((newest) => (holdsClaim(newest.stages.issues, claim) ? [recorded, ...notes] : []));
  runner.addSummary(issuesSummary(synced));
  await run.advance();
}

/** What is drawn stays drawn: the next sync goes on from there. */
async function giveBack(
  { runner }: ActionContext,
  run: RunSession,
  claim: number,
  control: Stopped,
): Promise<void> {
  const reason = `${controlText(control)} The issues that are there stay; the rest follows when the run goes on.`;
  await run.append((newest) =>
    holdsClaim(newest.stages.issues, claim)
      ? [{ type: "stage.released", stage: "issues", claim, reason }]
      : [],
  );
  runner.info(reason);
  runner.addSummary(noteSummary("The issues are not all drawn", reason));
  // The turn tells what has come to rest; and goes on, where the run was resumed meanwhile.
  await run.advance();
}

type Stopped = Exclude<Control, "RUN">;

/** Thrown between two steps of a sync, to leave it where it is. */
class StoppedSync extends Error {
  readonly control: Stopped;

  constructor(control: Stopped) {
    super(controlText(control));
    this.control = control;
  }
}

/** A sync takes its time; between two steps of it the server is asked at most this often whether the run was paused. */
const LOOK_EVERY_MS = 20_000;

async function drawUntilPaused(
  context: ActionContext,
  github: GitHub,
  head: LedgerHead,
): Promise<SyncedIssues | Stopped> {
  const watch = watchControl(github, head.state.runId, head);
  let control: Control = "RUN";
  try {
    return await draw(context, github, head.state, () => {
      if (control !== "RUN") throw new StoppedSync(control);
      // Looked at beside the writes, which wait for nothing but GitHub's limits.
      void watch.look(LOOK_EVERY_MS).then((now) => {
        control = now;
      });
    });
  } catch (error) {
    if (error instanceof StoppedSync) return error.control;
    throw error;
  }
}

function draw(
  { runner }: ActionContext,
  github: GitHub,
  state: RunState,
  between: () => void = () => undefined,
): Promise<SyncedIssues> {
  const finished = state.stages.issues.status === "done";
  const known = state.nodes.flatMap(({ plan, issue }) => (issue ? [[plan.id, issue.number] as const] : []));
  let told = 0;
  return syncIssues(github, {
    runId: state.runId,
    nodes: state.nodes.map((node) => node.plan),
    renderBody: (plan, numbers) => issueSection(state, nodeOf(state, plan.id), numbers),
    since: state.startedAt,
    // Before a sync has finished, a missing link is one that is still to be made, not one that a person took away.
    ...(finished ? { known: new Map(known) } : {}),
    closed: new Set(state.nodes.filter((node) => node.status === "DONE").map((node) => node.plan.id)),
    kept: keptBy(state),
    deadline: new Date(github.now().getTime() + PATIENCE_MS),
    progress: (done, total) => {
      // Nothing is left to stop after the last one.
      if (done < total) between();
      const tenth = Math.floor((done * 10) / total);
      if (tenth === told) return;
      told = tenth;
      runner.info(`${done} of ${total} steps: ${tenth * 10} %`);
    },
  });
}

/** What people changed and the run has taken in: it is as it should be. */
function keptBy(state: RunState): KeptByPeople {
  const labels = state.nodes.flatMap(({ plan, labels: { added, removed } }) =>
    added.length + removed.length > 0
      ? [[plan.id, [...labelsOf(plan.kind).filter((label) => !removed.includes(label)), ...added]] as const]
      : [],
  );
  return {
    states: new Set(state.nodes.filter((node) => node.hold).map((node) => node.plan.id)),
    labels: new Map(labels),
  };
}

/** How many issues there are, and what people changed that stays as they left it. */
/** Draws the issues of a run once more, whatever it is doing; numbers are recorded where there were none. */
async function syncAlone(context: ActionContext, run: RunSession, state: RunState): Promise<void> {
  const { runner } = context;
  if (state.nodes.length === 0)
    throw new RefusalError(`Run ${state.runId} has no plan yet: there are no issues to sync.`);
  if (state.dryRun)
    throw new RefusalError(`Run ${state.runId} is a dry run: its plan is one issue, and stays so.`);
  if (state.stages.issues.lease)
    throw new RefusalError(
      `The issues of run ${state.runId} are being synced by workflow run ${state.stages.issues.lease.workflowRunId}: wait for its end.`,
    );
  if (state.stages.issues.status !== "done")
    throw new RefusalError(
      `The issues of run ${state.runId} are made in a turn of the run itself, which has not come yet: \`resume\` it, or send \`advance\`.`,
    );
  const synced = await draw(context, run.github, state);
  const known = new Map(state.nodes.map((node) => [node.plan.id, node.issue?.number]));
  const fresh = synced.issues.filter(({ nodeId, issue }) => known.get(nodeId) !== issue.number);
  if (fresh.length > 0)
    await run.append((newest) =>
      // Not while a turn is at it: that one records what it finds.
      newest.stages.issues.lease
        ? []
        : [{ type: "issues.synced", claim: Math.max(1, newest.stages.issues.claims), issues: fresh }],
    );
  runner.addSummary(
    `${issuesSummary(synced)}\n\nAsked for alone${fresh.length > 0 ? `: ${fresh.length} new numbers were recorded` : "; the run's record is as it was"}.`,
  );
}
