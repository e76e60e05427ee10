/** A GitHub, a ledger and workflow runs in virtual time: what the pure rules are tried on in any order. */
import {
  type EventRecord,
  foldEvents,
  isLegalTransition,
  type LedgerEvent,
  type NodeState,
  type Plan,
  type Policy,
  type RunState,
  runStateOf,
} from "@slipway/model";
import type { Dice } from "../dice.ts";
import type { Problem } from "../sum.ts";
import type { Asked } from "./asked.ts";
import type { Clock, Steps } from "./clock.ts";
import type { Commits } from "./commits.ts";
import type { Flow, Job } from "./flow.ts";

export interface Pull {
  readonly number: number;
  readonly nodeId: string;
  readonly head: string;
  readonly base: string;
  open: boolean;
  mergeSha: string | null;
}

export interface World {
  readonly clock: Clock;
  readonly dice: Dice;
  readonly plan: Plan;
  readonly policy: Policy;
  /** Null before the first turn. */
  state: RunState | null;
  readonly records: EventRecord[];
  readonly flows: Map<number, Flow>;
  /** Those that have not ended. */
  readonly live: Set<Flow>;
  readonly commits: Commits;
  /** Commit of each branch. */
  readonly heads: Map<string, string>;
  readonly pulls: Pull[];
  /** Issue numbers by node. */
  readonly issues: Map<string, number>;
  readonly releases: string[];
  /** What a required check reports on a commit; it is asked for where there is an entry. */
  readonly checks: Map<string, "pending" | "pass">;
  /** Handed-over work that something was made of. */
  readonly used: Set<string>;
  /** Ids of commands that were carried out, or found to be so already. */
  readonly taken: Set<string>;
  /** Events that are on their way. */
  underway: number;
  /** What the shares of disturbances are multiplied by. */
  readonly intensity: number;
  /** Nothing is disturbed any more. */
  quiet: boolean;
  /** How often each kind of disturbance happened. */
  readonly tally: Map<string, number>;
  readonly problems: Problem[];
  numbers: number;
  /** Hands an event to GitHub. */
  readonly send: (world: World, asked: Asked) => void;
  /** The jobs of a workflow run; those behind `decide` are known when that has ended. */
  readonly jobsOf: (world: World, flow: Flow) => readonly Job[];
}

/** What ends a job as failed, in words. */
export class JobError extends Error {}

export const nextNumber = (world: World): number => {
  world.numbers += 1;
  return world.numbers;
};

export const count = (world: World, kind: string): void => {
  world.tally.set(kind, (world.tally.get(kind) ?? 0) + 1);
};

export const nowOf = ({ clock }: World): string => new Date(clock.now).toISOString();

/** Whether a disturbance is to come; none does once all is to be quiet. It is counted when it has come. */
export const looms = (world: World, share: number): boolean =>
  !world.quiet && world.dice.chance(share * world.intensity);

/** Whether a disturbance comes now. */
export function strikes(world: World, kind: string, share: number): boolean {
  const comes = looms(world, share);
  if (comes) count(world, kind);
  return comes;
}

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;

/** One round trip to a server. */
export const trip = ({ dice }: World): number => dice.int(50, 3 * SECOND);

export function stateOf({ state }: World): RunState {
  if (!state) throw new JobError("There is no run.");
  return state;
}

export function nodeIn(state: RunState, nodeId: string): NodeState {
  const node = state.nodes.find(({ plan }) => plan.id === nodeId);
  if (!node) throw new JobError(`There is no node ${nodeId}.`);
  return node;
}

/** As many as the suite's own. */
const TRIES = 24;

/**
 * Appends one turn as the suite does: read, decide, push, and all of it again when another turn was recorded first.
 *
 * @returns the state after it, and how often it was refused
 */
export function* append(
  world: World,
  decide: (state: RunState | null) => readonly LedgerEvent[],
): Steps<RunState> {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const head = world.state;
    yield trip(world);
    const events = decide(head);
    if (events.length === 0 && head) return head;
    yield trip(world);
    if (world.state === head) {
      const after = commit(world, events);
      // The answer is on its way: who is killed here has recorded and does not know it.
      yield trip(world);
      return after;
    }
    count(world, "ledger push refused and decided again");
    yield world.dice.int(0, Math.min(5_000, 200 * 2 ** attempt));
  }
  throw new JobError(`The ledger moved ${TRIES} times.`);
}

function commit(world: World, events: readonly LedgerEvent[]): RunState {
  const before = world.state;
  const records = events.map(
    (event, index): EventRecord => ({
      seq: (before?.seq ?? 0) + 1 + index,
      at: nowOf(world),
      by: "ada",
      event,
    }),
  );
  let after = before;
  for (const one of records) {
    const next = foldEvents(after, [one]);
    if (after) checkTransition(world, after, next);
    after = next;
  }
  if (!after) throw new JobError("There is no run.");
  world.records.push(...records);
  world.state = after;
  check(world, before, after, events);
  return after;
}

const problem = (world: World, kind: Problem["kind"], text: string) => world.problems.push({ kind, text });

function checkTransition(world: World, before: RunState, after: RunState): void {
  const [from, to] = [runStateOf(before), runStateOf(after)];
  if (!isLegalTransition(from, to)) problem(world, "lost", `The run went from ${from} to ${to}.`);
}

/** What must hold of each turn. */
function check(world: World, before: RunState | null, after: RunState, events: readonly LedgerEvent[]): void {
  for (const node of before?.nodes ?? []) {
    const now = nodeIn(after, node.plan.id);
    if (node.status === "DONE" && (now.status !== "DONE" || now.mergeSha !== node.mergeSha))
      problem(world, "lost", `${node.plan.id} was DONE and is ${now.status}.`);
  }
  const held = after.nodes.filter(({ lease }) => lease).length;
  if (held > after.policy.limits.parallel) problem(world, "doubled", `${held} nodes are held at once.`);
  for (const event of events) {
    checkEvent(world, event);
    if (event.type === "node.claimed" && before) checkClaim(world, before, event);
    if ("dispatchId" in event && event.dispatchId !== null) checkCommand(world, event.type, event.dispatchId);
  }
}

const ONCE = ["run.started", "spec.recorded", "plan.recorded", "release.recorded", "run.completed"];

function checkEvent(world: World, event: LedgerEvent): void {
  const sameBefore = (other: LedgerEvent) => {
    if (ONCE.includes(event.type)) return other.type === event.type;
    if (event.type === "node.claimed")
      return (
        other.type === event.type && other.nodeId === event.nodeId && other.lease.claim === event.lease.claim
      );
    if (event.type === "stage.claimed")
      return (
        other.type === event.type && other.stage === event.stage && other.lease.claim === event.lease.claim
      );
    if (event.type === "node.merged") return other.type === event.type && other.nodeId === event.nodeId;
    if (event.type === "defect.filed") return other.type === event.type && other.node.id === event.node.id;
    return false;
  };
  const times = world.records.filter(({ event: other }) => sameBefore(other)).length;
  if (times > 1)
    problem(
      world,
      "doubled",
      `${event.type} was recorded ${times} times: ${JSON.stringify(event).slice(0, 200)}`,
    );
}

/** Nobody is taken from a workflow run that is at it, however long ago its lease has expired. */
function checkClaim(
  world: World,
  before: RunState,
  { nodeId }: Extract<LedgerEvent, { type: "node.claimed" }>,
): void {
  const earlier = nodeIn(before, nodeId).lease;
  const holder = earlier && world.flows.get(earlier.workflowRunId);
  // A run that was started again since, by a person, holds nothing by its earlier attempt.
  if (!holder || holder.status === "completed" || holder.attempt > earlier.runAttempt) return;
  problem(world, "doubled", `${nodeId} was taken from workflow run ${holder.id}, which is at it.`);
}

/** A command that was carried out, or found to be so already, changes nothing when it comes again. */
function checkCommand(world: World, type: string, dispatchId: string): void {
  if (world.taken.has(dispatchId))
    problem(world, "doubled", `${type} (${dispatchId}) was taken in before, and is carried out again.`);
  world.taken.add(dispatchId);
}
