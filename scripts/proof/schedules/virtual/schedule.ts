/** One schedule: a run under disturbances, until it rests; then people put right what stopped it, and it must end. */

import { runStateOf } from "@slipway/model";
import fc from "fast-check";
import { soundPlan } from "../../../../packages/model/src/testing/plans.ts";
import { policyOf } from "../../../../packages/model/src/testing/samples.ts";
import { type Dice, diceOf } from "../dice.ts";
import type { Counted, Outcome } from "../sum.ts";
import { checkDone, namedStops, whereItIs } from "./check.ts";
import { createClock } from "./clock.ts";
import { createCommits } from "./commits.ts";
import { startFlow } from "./flow.ts";
import { jobsOf } from "./jobs.ts";
import { peopleAct, putRight, sendStart } from "./people.ts";
import { send } from "./send.ts";
import { HOUR, strikes, type World } from "./world.ts";

export interface ScheduleResult extends Counted {
  /** What it stood still for, before people put it right. */
  readonly stops: readonly string[];
  readonly workflowRuns: number;
  readonly events: number;
  /** Of virtual time. */
  readonly hours: number;
}

/** How long things are disturbed. */
const DISTURBED_MS = 60 * HOUR;
/** So long nothing has happened when a run counts as at rest: the hourly sweep has found nothing, more than once. */
const REST_MS = 3 * HOUR;
/** A run that has not come to rest by then never does. */
const STEPS_MAX = 400_000;
const ROUNDS_MAX = 60;
const BEGIN = Date.parse("2026-11-20T10:00:00.000Z");

/** @param jobs the jobs of each workflow run; another list shows what the checks are worth */
export function runSchedule(seed: number, jobs: World["jobsOf"] = jobsOf): ScheduleResult {
  const world = newWorld(seed, jobs);
  const stops = new Set<string>();
  let outcome: Outcome = "itself";
  try {
    begin(world);
    rest(world);
    for (let round = 0; !isOver(world); round += 1) {
      outcome = "person";
      world.quiet = true;
      for (const stop of namedStops(world)) stops.add(stop);
      if (round === ROUNDS_MAX) throw new Error(`Nothing that people do ends it: ${whereItIs(world)}`);
      putRight(world);
      rest(world);
    }
    if (world.state && runStateOf(world.state) === "CANCELLED") outcome = "cancelled";
    else checkDone(world);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    world.problems.push({ kind: "lost", text });
  }
  return {
    seed,
    outcome: world.problems.length > 0 ? "broken" : outcome,
    problems: world.problems,
    tally: Object.fromEntries(world.tally),
    stops: [...stops],
    workflowRuns: world.flows.size,
    events: world.records.length,
    hours: (world.clock.now - BEGIN) / HOUR,
  };
}

function newWorld(seed: number, jobs: World["jobsOf"]): World {
  const dice = diceOf(seed);
  const [plan = { nodes: [] }] = fc.sample(soundPlan, { seed, numRuns: 1 });
  const commits = createCommits();
  return {
    clock: createClock(dice, BEGIN),
    dice,
    plan,
    policy: anyPolicy(dice),
    state: null,
    records: [],
    flows: new Map(),
    live: new Set(),
    commits,
    heads: new Map([["main", commits.make([])]]),
    pulls: [],
    issues: new Map(),
    releases: [],
    checks: new Map(),
    used: new Set(),
    taken: new Set(),
    underway: 0,
    // Few disturbances and many meet different faults.
    intensity: dice.pick([0.3, 1, 2, 3]),
    quiet: false,
    tally: new Map(),
    problems: [],
    numbers: 0,
    send,
    jobsOf: jobs,
  };
}

const anyPolicy = (dice: Dice) =>
  policyOf({
    approval: dice.pick(["none", "none", "none", "write"]),
    limits: {
      attempts: dice.int(2, 4),
      parallel: dice.int(1, 6),
      leaseMinutes: dice.pick([5, 30, 120]),
    },
  });

function begin(world: World): void {
  world.clock.after(DISTURBED_MS, () => {
    world.quiet = true;
  });
  sendStart(world);
  sweepHourly(world);
  peopleAct(world);
}

/** GitHub's clock: hourly, and not every time. */
function sweepHourly(world: World): void {
  world.clock.after(HOUR, () => {
    if (!strikes(world, "hourly sweep left out", 0.05)) startFlow(world, { kind: "sweep" });
    sweepHourly(world);
  });
}

const isOver = ({ state }: World): boolean =>
  state !== null && ["DONE", "CANCELLED"].includes(runStateOf(state));

/** Lets time pass until nothing happens any more. */
function rest(world: World): void {
  const from = world.clock.steps;
  let seq = -1;
  let since = world.clock.now;
  while (world.clock.tick()) {
    if (world.clock.steps - from > STEPS_MAX)
      throw new Error(`It does not come to rest: ${whereItIs(world)}`);
    const now = world.state?.seq ?? 0;
    // A sweep that finds nothing is no movement.
    if (world.underway > 0 || now !== seq || [...world.live].some(({ asked }) => asked.kind !== "sweep"))
      since = world.clock.now;
    seq = now;
    if (world.clock.now - since > REST_MS && (world.quiet || waitsForPeople(world))) return;
  }
}

/** Before all is quiet, only what people have to act on has come to rest. */
const waitsForPeople = (world: World): boolean =>
  isOver(world) || (world.state !== null && ["FAILED", "PAUSED"].includes(runStateOf(world.state)));
