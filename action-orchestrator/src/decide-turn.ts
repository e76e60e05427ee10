import {
  type ActionContext,
  appendTurn,
  holdsClaim,
  nodeOf,
  openRun,
  readTriggerEvent,
  withGitHub,
} from "@slipway/action-kit";
import { type GitHub, hasEnded, readLedger, workflowRunState } from "@slipway/github";
import {
  type Command,
  type Decision,
  decide,
  InternalError,
  type LedgerEvent,
  NO_USAGE,
  needsReview,
  type RunState,
  react,
  runStateOf,
  stateAfter,
  statusText,
  suspectRuns,
} from "@slipway/model";
import { mergeGroup, prepareBranches } from "./prepare-branches.ts";
import { readCommand } from "./read-command.ts";
import { redrawStatus } from "./redraw-status.ts";
import { firstEvent, runIdOfStart } from "./start-run.ts";

/** One turn: take the command in, claim what comes next, prepare it, and name it to the jobs that do it. */
export async function decideTurn(context: ActionContext, token: string): Promise<void> {
  const { runner, environment } = context;
  const event = readTriggerEvent(environment);
  const command = readCommand(environment.eventName, event);
  if (!command) {
    runner.info(`The event ${event.action ?? environment.eventName} is not for Slipway.`);
    return;
  }
  await withGitHub(context, token, async (github) => {
    const now = github.now();
    const runId = command.command === "start" ? runIdOfStart(context, command, now) : command.runId;
    const before = (await readLedger(github.git, runId))?.state ?? null;
    const started =
      before === null && command.command === "start"
        ? [await firstEvent(context, github, command, runId, event)]
        : [];
    const turn = await takeTurn(context, github, { runId, command, started, before });
    const blocked = await prepared(context, github, turn);
    await redrawStatus(github, turn.state, runner);
    writeOutputs(context, turn.state, turn.decision, blocked);
    runner.addSummary(statusText(turn.state));
  });
}

/** Prepares the claimed nodes. Where that fails their claims are given back, or nothing would ever take them up again. */
async function prepared(
  context: ActionContext,
  github: GitHub,
  { state, decision }: { state: RunState; decision: Decision },
): Promise<ReadonlySet<string>> {
  const { work } = decision;
  try {
    return await prepareBranches(github, state, work, context.environment.actor);
  } catch (error) {
    const reason = `The branches could not be prepared: ${error instanceof Error ? error.message : String(error)}`;
    const run = openRun(context, github, state.runId);
    await run.append((newest) =>
      (work.kind === "nodes" ? work.nodes : [])
        .filter(({ nodeId, claim }) => holdsClaim(nodeOf(newest, nodeId), claim))
        .map(({ nodeId, claim }) => ({
          type: "node.failed",
          nodeId,
          claim,
          reason: reason.slice(0, 2_000),
          usage: NO_USAGE,
        })),
    );
    await run.advance();
    throw error;
  }
}

interface TurnRequest {
  readonly runId: string;
  readonly command: Command;
  readonly started: readonly LedgerEvent[];
  readonly before: RunState | null;
}

/** Command and decision are one turn of the ledger: either both are recorded or neither. */
async function takeTurn(
  context: ActionContext,
  github: GitHub,
  request: TurnRequest,
): Promise<{ state: RunState; decision: Decision }> {
  const { environment } = context;
  const at = github.now().toISOString();
  const stamp = { at, by: environment.actor };
  const endedRuns = await findEndedRuns(github, request.before, at);
  const turn = {
    now: at,
    workflowRunId: environment.workflowRunId,
    runAttempt: environment.runAttempt,
    endedRuns,
  };
  let decision: Decision | undefined;
  const state = await appendTurn(github, request.runId, environment.actor, (newest) => {
    const taken = takeCommand(newest, request);
    if ("refuse" in taken) return taken;
    const after = taken.events.length > 0 ? stateAfter(newest, taken.events, stamp) : newest;
    if (!after) return { refuse: `There is no run ${request.runId} in ${github.owner}/${github.repo}.` };
    decision = decide(after, turn);
    return { events: [...taken.events, ...decision.events] };
  });
  if (!decision) throw new InternalError(`Nothing was decided for run ${request.runId}.`);
  return { state, decision };
}

function takeCommand(
  state: RunState | null,
  request: TurnRequest,
): { events: readonly LedgerEvent[] } | { refuse: string } {
  const { command } = request;
  // A replayed start names the run that it has started: it goes on as if asked to advance.
  if (command.command === "start") return { events: state ? [] : request.started };
  if (!state) return { refuse: `There is no run ${request.runId} to ${command.command}.` };
  const reaction = react(state, command);
  if (reaction.kind === "refused") return { refuse: reaction.reason };
  return { events: reaction.kind === "accepted" ? reaction.events : [] };
}

async function findEndedRuns(
  github: GitHub,
  state: RunState | null,
  at: string,
): Promise<ReadonlySet<number>> {
  const ended = new Set<number>();
  for (const id of state ? suspectRuns(state, at) : []) {
    if (hasEnded(await workflowRunState(github, id))) ended.add(id);
  }
  return ended;
}

function writeOutputs(
  { runner }: ActionContext,
  state: RunState,
  decision: Decision,
  blocked: ReadonlySet<string>,
): void {
  const { work } = decision;
  const name = runStateOf(state);
  runner.setOutput("run-id", state.runId);
  runner.setOutput("stage", work.kind === "stage" ? work.stage : "");
  runner.setOutput("claim", work.kind === "stage" ? String(work.claim) : "");
  const nodes = (work.kind === "nodes" ? work.nodes : []).filter((item) => !blocked.has(item.nodeId));
  runner.setOutput(
    "nodes",
    JSON.stringify(
      nodes.map((item) => {
        const node = state.nodes.find((candidate) => candidate.plan.id === item.nodeId);
        return {
          id: item.nodeId,
          mode: item.mode,
          claim: String(item.claim),
          mergeGroup: mergeGroup(state, item.nodeId),
          review: String(node !== undefined && needsReview(state, node)),
        };
      }),
    ),
  );
  const justEnded =
    decision.events.some((event) => event.type === "run.completed" || event.type === "run.failed") ||
    name === "CANCELLED";
  runner.setOutput("over", String(justEnded));
  runner.setOutput("backend-url", state.backendUrl ?? "");
  const told =
    work.kind === "nodes"
      ? `claimed ${nodes.map((item) => `${item.nodeId} (${item.mode})`).join(", ") || "nothing"}`
      : work.kind === "stage"
        ? `claimed the ${work.stage} stage`
        : work.reason;
  runner.info(`${state.runId} ${name}: ${told}`);
}
