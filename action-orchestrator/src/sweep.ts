import { type ActionContext, askForTurn, withGitHub } from "@slipway/action-kit";
import { type GitHub, hasEnded, readLedger, workflowRunState } from "@slipway/github";
import { decide, errorText, holdersOf, isLimited, ledgerRef, type RunState } from "@slipway/model";
import { checksAwaited, standsStill, waitingNodes } from "./facts.ts";
import { SWEEP_EVENT } from "./read-trigger.ts";
import { redrawStatus } from "./redraw-status.ts";

/** Ended runs whose ledger has not moved for so long are not read any more. */
const QUIET_DAYS = 3;
const DAY_MS = 86_400_000;

/**
 * Looks at every run and asks for a turn of those that have come to a standstill which no person has to end: a
 * continuation was lost, a job was killed, or a check of somebody else's may have ended.
 */
export async function sweep(context: ActionContext, token: string): Promise<void> {
  const { runner } = context;
  await withGitHub(context, token, async (github) => {
    const told: string[] = [];
    for (const runId of await liveRuns(github)) {
      const state = await readRun(github, runId, context);
      if (!state) continue;
      const why = await reasonToTurn(github, state, context);
      if (why === undefined) {
        // Its last turn may have been killed before it could show what it had recorded.
        if (hasComeToRest(state, github.now())) await redrawStatus(context, github, state);
        continue;
      }
      await askForTurn(github, runId, SWEEP_EVENT);
      told.push(`- \`${runId}\`: ${why}`);
    }
    const text = told.length > 0 ? told.join("\n") : "No run needs a turn.";
    runner.info(text);
    runner.addSummary(`### Sweep\n\n${text}`);
  });
}

/** Runs that may still be going on. One fetch for all of them, of commits alone. */
async function liveRuns(github: GitHub): Promise<string[]> {
  const all = ledgerRef("*");
  const prefix = ledgerRef("");
  if ((await github.git.lsRemote([all])).size === 0) return [];
  await github.git.fetch([`+${all}:${all}`], { depth: 1, filter: "tree:0" });
  const listed = await github.git.run([
    "for-each-ref",
    "--format=%(committerdate:unix) %(refname) %(subject)",
    prefix,
  ]);
  const quiet = github.now().getTime() - QUIET_DAYS * DAY_MS;
  return listed.stdout
    .toString("utf8")
    .split("\n")
    .flatMap((line) => {
      const [, seconds = "", ref = "", subject = ""] = /^(\d+) (\S+) (.*)$/.exec(line) ?? [];
      // The newest commit of an ended run says so; a later one would say something else.
      const over = /\brun\.(completed|cancelled)\b/.test(subject) && Number(seconds) * 1_000 < quiet;
      return ref === "" || over ? [] : [ref.slice(prefix.length)];
    });
}

async function readRun(
  github: GitHub,
  runId: string,
  { runner }: ActionContext,
): Promise<RunState | undefined> {
  try {
    return (await readLedger(github.git, runId))?.state;
  } catch (error) {
    // One damaged ledger must not keep the others from going on.
    runner.warning(`${runId}: ${errorText(error)}`);
    return undefined;
  }
}

/** So long after its last event the hourly sweep, which may be late or left out, looks at what is shown of a run. */
const SHOWN_MS = 3 * 3_600_000;

/** Whether nobody is at it, lately. Requests for what is shown: 1 where that is as it should be. Pure. */
export function hasComeToRest(state: RunState, now: Date): boolean {
  return holdersOf(state).length === 0 && now.getTime() - Date.parse(state.updatedAt) < SHOWN_MS;
}

async function reasonToTurn(
  github: GitHub,
  state: RunState,
  context: ActionContext,
): Promise<string | undefined> {
  const ended = await endedAmong(github, holdersOf(state), context.environment.workflowRunId);
  return needsTurn(state, github.now().toISOString(), ended);
}

/** Those that have ended: nothing can come of a claim of theirs. Requests: 1 each. */
export async function endedAmong(
  github: GitHub,
  workflowRuns: readonly number[],
  own: number,
): Promise<Set<number>> {
  const ended = new Set<number>();
  for (const id of workflowRuns)
    if (id !== own && hasEnded(await workflowRunState(github, id))) ended.add(id);
  return ended;
}

/**
 * Why a run needs a turn that nothing else is going to start; undefined when it needs none. Pure.
 *
 * @param ended workflow runs known to have ended
 */
export function needsTurn(state: RunState, now: string, ended: ReadonlySet<number>): string | undefined {
  if (standsStill(state)) return undefined;
  // Also of work whose job has ended: what it left is taken up when there is room.
  if (isLimited(state, now)) return undefined;
  if (holdersOf(state).some((id) => ended.has(id))) return "a workflow run that held work of it has ended.";
  const { work, events } = decide(state, { now, workflowRunId: 0, runAttempt: 1, endedRuns: ended });
  if (work.kind === "stage") return `the ${work.stage} stage is free, and nobody has taken it up.`;
  if (work.kind === "nodes")
    return `${work.nodes.map(({ nodeId }) => nodeId).join(", ")} can go on, and nobody has taken that up.`;
  if (events.length > 0) return "its end was not recorded.";
  const waiting = waitingNodes(state).filter((node) => checksAwaited(node).length > 0);
  return waiting.length > 0
    ? `${waiting.map(({ plan }) => plan.id).join(", ")} waits for checks, which may have ended.`
    : undefined;
}
