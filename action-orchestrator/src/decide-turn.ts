import {
  type ActionContext,
  appendTurn,
  openRun,
  readTriggerEvent,
  type TriggerEvent,
  withGitHub,
} from "@slipway/action-kit";
import { type GitHub, readLedger } from "@slipway/github";
import {
  holdersOf,
  plain,
  RefusalError,
  type RunState,
  SUMMARY_MAX,
  statusText,
  suspectRuns,
} from "@slipway/model";
import { reply } from "./answer.ts";
import {
  type Asking,
  asksAllHolders,
  commandAsked,
  hear,
  isThorough,
  recordedBy,
  runAsked,
} from "./asking.ts";
import { drawQuestions } from "./draw-questions.ts";
import { waitingNodes } from "./facts.ts";
import { type Look, lookAround, readHeads } from "./look.ts";
import { writeOutputs } from "./outputs.ts";
import { prepareClaimed } from "./prepare-claimed.ts";
import { readTrigger } from "./read-trigger.ts";
import { redrawStatus } from "./redraw-status.ts";
import { checkRelease, repair, repairsOf } from "./repair.ts";
import { settledBy } from "./settled-by.ts";
import { firstEvent, runIdOfStart } from "./start-run.ts";
import { endedAmong, sweep } from "./sweep.ts";
import { type TakenTurn, takeTurn } from "./turn.ts";

/** One turn: take in what was asked and done, claim what comes next, prepare it, and name it to the jobs that do it. */
export async function decideTurn(context: ActionContext, token: string): Promise<void> {
  const { environment } = context;
  const event = readTriggerEvent(environment);
  const trigger = readTrigger(environment.eventName, event);
  if (trigger.kind === "nothing") return tell(context, trigger.reason);
  if (trigger.kind === "sweep") return sweep(context, token);
  await withGitHub(context, token, async (github) => {
    const asked = await runAsked(github, trigger);
    if ("nothing" in asked) return tell(context, asked.nothing);
    const { asking } = asked;
    const runId = asking.kind === "start" ? runIdOfStart(context, asking.command, github.now()) : asked.runId;
    if (runId !== null) await turnOfRun(context, github, event, runId, asking);
    context.runner.addSummary(`\n<sub>${github.requests} API requests in this turn.</sub>`);
  });
}

/** Says why nothing is done, where people look for it and nowhere else. */
function tell({ runner }: ActionContext, reason: string): void {
  runner.info(reason);
  runner.addSummary(`Nothing to do. ${plain(reason)}`);
}

async function turnOfRun(
  context: ActionContext,
  github: GitHub,
  event: TriggerEvent,
  runId: string,
  asking: Asking,
): Promise<void> {
  const before = (await readLedger(github.git, runId))?.state ?? null;
  if (!before && asking.kind !== "start") {
    if (asking.kind === "dispatched")
      throw new RefusalError(`There is no run ${runId} to ${asking.command.command}.`);
    return tell(context, `There is no run ${runId}.`);
  }
  const report =
    before && asking.kind === "reported" ? await settledBy(github, before, asking.headSha) : null;
  if (report?.kind === "nothing") return tell(context, report.reason);
  const hearing = before ? await hear(github, before, asking) : null;
  if (hearing?.kind === "silent") return tell(context, hearing.reason);
  const wanted = asking.kind === "comment" ? asking.request.verb : undefined;
  const all =
    wanted === "retry" ||
    wanted === "resume" ||
    asksAllHolders(asking, asking.kind === "dispatched" ? asking.command : null);
  const at = github.now().toISOString();
  const holders = before ? (all ? holdersOf(before) : suspectRuns(before, at)) : [];
  const ended = await endedAmong(github, holders, context.environment.workflowRunId);
  const thorough = isThorough(asking);
  const doing = asking.kind === "look" ? asking.doing : null;
  // Jobs of this very workflow run that hold something are of an earlier attempt: nothing more comes of those either.
  const silent = new Set(ended).add(context.environment.workflowRunId);
  const look = before ? await lookAround(github, before, { ended: silent, thorough, doing }) : null;
  const heads =
    look?.seen.heads ?? (wanted === "approve" ? await readHeads(github) : new Map<string, string>());
  const asked = commandAsked(asking, before, heads);
  if (asked.kind === "words") {
    if (asking.kind === "comment") await reply(github, saidIn(asking), asked.outcome);
    return;
  }
  const by = recordedBy(context, asking);
  const { command } = asked;
  const first = !before && command?.command === "start";
  const turn = await takeTurn(context, github, {
    runId,
    by,
    before,
    started: first ? [await firstEvent(context, github, command, runId, event)] : [],
    command,
    commander: hearing?.asker ?? null,
    look,
    ended,
    settled: report?.nodeIds ?? reviewed(before, asking),
  });
  if (turn.refused !== null && asking.kind === "dispatched") throw new RefusalError(turn.refused);
  if (asking.kind === "comment") {
    const { refused } = turn;
    await reply(
      github,
      saidIn(asking),
      refused === null ? { kind: "accepted" } : { kind: "refused", reason: refused },
    );
  }
  await carryOn(context, github, { by, before, turn, look, event });
}

const saidIn = ({ place, commentId }: Extract<Asking, { kind: "comment" }>) => ({
  number: place.number,
  commentId,
});

/** An approving review may be one of those that the branch's own rules ask for. */
function reviewed(state: RunState | null, asking: Asking): string[] {
  if (!state || asking.kind !== "review") return [];
  return waitingNodes(state)
    .filter((node) => node.plan.id === asking.place.nodeId)
    .filter((node) =>
      node.verdict?.gates.some(({ name, status }) => name === "approval" && status === "pending"),
    )
    .map((node) => node.plan.id);
}

interface Turned {
  readonly by: string;
  readonly before: RunState | null;
  readonly turn: TakenTurn;
  readonly look: Look | null;
  readonly event: TriggerEvent;
}

/** What follows from a turn that is recorded: branches, repairs, the views, and the names of the claimed work. */
async function carryOn(context: ActionContext, github: GitHub, turned: Turned): Promise<void> {
  const { runner, environment } = context;
  const { by, before, turn, look, event } = turned;
  const seen = look?.seen ?? null;
  const { decision } = turn;
  let { state } = turn;
  const { blocked, notes } = await prepareClaimed(
    openRun(context, github, state.runId),
    state,
    decision.work,
    {
      by: environment.actor,
      defaultBranch: event.repository.default_branch,
      heads: seen?.heads ?? null,
    },
  );
  const ends = decision.events.some(({ type }) => type === "run.completed");
  const noted = [
    ...notes,
    ...(await repair(github, state, repairsOf(before, state, seen))),
    ...(ends ? await checkRelease(github, state) : []),
    ...(await drawQuestions(context, github, state)),
  ];
  if (noted.length > 0) state = await appendTurn(github, state.runId, by, () => ({ events: noted }));
  const shown = await redrawStatus(context, github, state, state.statusComment);
  if (shown.length > 0) state = await appendTurn(github, state.runId, by, () => ({ events: shown }));
  const told = writeOutputs(context, { before, state }, decision, blocked);
  runner.info(`${state.runId}: ${told}`);
  const view = { serverUrl: environment.serverUrl, max: SUMMARY_MAX };
  runner.addSummary(`${statusText(state, view)}\n\n**This turn:** ${plain(told)}`);
  if (turn.refused !== null) runner.addSummary(`\nThe command was refused: ${plain(turn.refused)}`);
}
