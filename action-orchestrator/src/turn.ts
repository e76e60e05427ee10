import { type ActionContext, appendTurn } from "@slipway/action-kit";
import type { GitHub } from "@slipway/github";
import {
  type Command,
  type Commander,
  type Decision,
  decide,
  InternalError,
  type LedgerEvent,
  type RunState,
  react,
  stateAfter,
} from "@slipway/model";
import { newsOf } from "./facts.ts";
import type { Look } from "./look.ts";

/** What one turn takes in. */
export interface TurnRequest {
  readonly runId: string;
  /** Login that the events are recorded under. */
  readonly by: string;
  /** The state that was looked at; null when there was no run. */
  readonly before: RunState | null;
  /** First event, for a run that is to start. */
  readonly started: readonly LedgerEvent[];
  readonly command: Command | null;
  /** Null: a client of the API, who has write access. */
  readonly commander: Commander | null;
  readonly look: Look | null;
  readonly ended: ReadonlySet<number>;
  /** Nodes of which is known, besides what was looked at, that their outside wait may be over. */
  readonly settled: readonly string[];
}

export interface TakenTurn {
  readonly state: RunState;
  readonly decision: Decision;
  /** Why the command was not carried out; null when it was, or when there was none. */
  readonly refused: string | null;
}

/** Observations, command and decision are one turn of the ledger: either all are recorded or none. */
export async function takeTurn(
  { environment }: ActionContext,
  github: GitHub,
  request: TurnRequest,
): Promise<TakenTurn> {
  const at = github.now().toISOString();
  const { workflowRunId, runAttempt } = environment;
  let taken: PureTurn | undefined;
  const state = await appendTurn(github, request.runId, request.by, (newest) => {
    const turn = turnOf(newest, request, { at, workflowRunId, runAttempt });
    if ("refuse" in turn) return turn;
    taken = turn;
    return { events: turn.events };
  });
  if (!taken) throw new InternalError(`Nothing was decided for run ${request.runId}.`);
  return { state, decision: taken.decision, refused: taken.refused };
}

interface PureTurn {
  readonly events: readonly LedgerEvent[];
  readonly decision: Decision;
  readonly refused: string | null;
}

/** The events of a turn on a state. Pure. */
export function turnOf(
  newest: RunState | null,
  request: TurnRequest,
  job: { readonly at: string; readonly workflowRunId: number; readonly runAttempt: number },
): PureTurn | { readonly refuse: string } {
  const { command, look } = request;
  const stamp = { at: job.at, by: request.by };
  // A replayed start names the run that it has started: it goes on as if asked to advance.
  const first = newest ? [] : request.started;
  const base = first.length > 0 ? stateAfter(null, first, stamp) : newest;
  if (!base) return { refuse: `There is no run ${request.runId} to ${command?.command ?? "look at"}.` };
  const seen = look && newest ? newsOf(request.before ?? newest, newest, look.facts, stamp) : [];
  const news = [...seen, ...warningsOf(newest, look)];
  const known = news.length > 0 ? stateAfter(base, news, stamp) : base;
  const reaction =
    command === null || command.command === "start"
      ? null
      : react(known, command, request.commander ?? undefined);
  const asked = reaction?.kind === "accepted" ? reaction.events : [];
  const state = asked.length > 0 ? stateAfter(known, asked, stamp) : known;
  const decision = decide(state, {
    now: job.at,
    workflowRunId: job.workflowRunId,
    runAttempt: job.runAttempt,
    endedRuns: request.ended,
    settled: new Set([...(look?.settled ?? []), ...request.settled]),
  });
  const events = [...news, ...asked, ...decision.events];
  return {
    // Noting that somebody looked is worth a record only beside something else.
    events: [...first, ...(look && events.length > 0 ? [OBSERVED] : []), ...events],
    decision,
    refused: reaction?.kind === "refused" ? reaction.reason : null,
  };
}

const OBSERVED: LedgerEvent = { type: "run.observed" };

/** What was not said yet. */
function warningsOf(state: RunState | null, look: Look | null): LedgerEvent[] {
  return (look?.warnings ?? [])
    .filter((text) => !state?.notes.some((note) => note.text === text))
    .map((text) => ({ type: "run.noted", text }));
}
