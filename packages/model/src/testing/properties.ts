/** What must hold of every plan and every run, for `npm test` and, with many more cases, `npm run properties`. */

import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { decide } from "../decide.ts";
import { foldEvents } from "../fold.ts";
import { checkPlan } from "../plan-check.ts";
import { runStateOf } from "../run-state.ts";
import type { PlanNode } from "../schema/plan.ts";
import { stateSchema } from "../schema/state.ts";
import { anyPolicy, cancel, lived, livedWorld, putRight } from "./life.ts";
import { anyPlan, cyclicPlan, soundPlan } from "./plans.ts";
import { AT, policyOf, SPEC } from "./samples.ts";
import { drain, finish, newWorld, type Outcome, turn, turnOf } from "./simulate.ts";

export interface Property {
  readonly name: string;
  readonly property: fc.IPropertyWithHooks<readonly unknown[]>;
}

// The simulation throws of itself when a run makes an illegal transition, a node is DONE above an open one, is taken
// back when it is DONE, is claimed twice or before what it waits for, or `decide` says two things of one state.
const tape = fc.array(
  fc.tuple(
    fc.nat(5),
    fc.constantFrom<Outcome>("done", "failed", "lost", "defect", "conflict", "released", "stale"),
  ),
  { maxLength: 40 },
);

export const PROPERTIES: readonly Property[] = [
  {
    name: "no illegal transition, whatever jobs and people do, and whenever the run is cancelled",
    property: fc.property(lived, fc.nat(200), (given, moment) => {
      const steps = [...given.steps.slice(0, moment), cancel, ...given.steps.slice(moment)];
      const world = livedWorld({ ...given, steps });
      must(["CANCELLED", "DONE"].includes(runStateOf(world.state)), "a run that was cancelled is over");
    }),
  },
  {
    name: "a parent is never merged before its descendants, and what is DONE stays DONE",
    property: fc.property(lived, (given) => {
      livedWorld(given, ({ state }) => {
        for (const node of state.nodes.filter(({ status }) => status === "DONE"))
          for (const child of state.nodes.filter(({ plan }) => plan.parent === node.plan.id))
            must(child.status === "DONE", `${child.plan.id} is DONE as ${node.plan.id} above it is`);
      });
    }),
  },
  {
    name: "every acyclic plan drains when nothing fails",
    property: fc.property(
      soundPlan,
      anyPolicy,
      fc.array(fc.nat(5), { maxLength: 60 }),
      (plan, policy, picks) => {
        const world = newWorld(plan, { ...policy, approval: "none", budget: {} });
        turn(world);
        for (let step = 0; world.jobs.length > 0; step += 1) {
          const job = world.jobs[(picks[step] ?? 0) % world.jobs.length];
          if (job) finish(world, job, "done");
          turn(world);
        }
        must(runStateOf(world.state) === "DONE", "it ends DONE by itself");
      },
    ),
  },
  {
    name: "every acyclic plan drains by itself with failures within limits, losses, defects and conflicts",
    property: fc.property(soundPlan, anyPolicy, tape, (plan, policy, choices) => {
      const world = newWorld(plan, { ...policy, approval: "none", budget: {} });
      drain(world, choices, true);
      must(runStateOf(world.state) === "DONE", "it ends DONE by itself");
    }),
  },
  {
    name: "every acyclic plan drains after failures, losses, defects and people's doings are put right",
    property: fc.property(lived, (given) => {
      const world = livedWorld(given);
      putRight(world);
      must(runStateOf(world.state) === "DONE", "it ends DONE once all is put right");
    }),
  },
  {
    name: "every cycle is refused, and named",
    property: fc.property(cyclicPlan, (plan) => {
      const [problem = ""] = checkPlan(plan, SPEC, policyOf());
      const [, first, last] = /^The plan can never finish: (\w+) .*\b(\w+)\.$/.exec(problem) ?? [];
      must(first !== undefined && first === last, `the cycle is named, not: ${problem}`);
    }),
  },
  {
    name: "a plan is refused exactly when an independent sort cannot order it, and when it cannot drain",
    property: fc.property(anyPlan, (plan) => {
      const sound = checkPlan(plan, SPEC, policyOf()).length === 0;
      must(sound === canBeOrdered(plan.nodes), "the independent sort agrees");
      const world = newWorld(plan);
      turn(world);
      for (let job = world.jobs[0]; job; job = world.jobs[0]) {
        finish(world, job, "done");
        turn(world);
      }
      must(sound === (runStateOf(world.state) === "DONE"), "the run agrees");
    }),
  },
  {
    name: "decide is deterministic and idempotent, and says the same of a snapshot that was written and read",
    property: fc.property(lived, (given) => {
      livedWorld(given, (world) => {
        const now = turnOf(world);
        const first = decide(world.state, now);
        must(isDeepStrictEqual(decide(world.state, now), first), "the same question has the same answer");
        // Reading a snapshot takes longer than all the rest: one in five does.
        if (world.runNumber % 5 === 0) {
          const read = stateSchema.parse(JSON.parse(JSON.stringify(world.state)));
          must(isDeepStrictEqual(decide(read, now), first), "a snapshot gives the same decision");
        }
        if (first.events.length === 0) return;
        const records = first.events.map((event, index) => ({
          seq: world.state.seq + 1 + index,
          at: AT,
          by: "ada",
          event,
        }));
        const again = decide(foldEvents(world.state, records), now);
        must(
          again.events.every(({ type }) => !type.endsWith(".claimed")) && again.work.kind !== "nodes",
          "deciding again claims nothing",
        );
      });
    }),
  },
  {
    name: "folding the events of a run in any batching, over snapshots or not, gives the same state",
    property: fc.property(
      lived,
      fc.array(fc.nat(30), { maxLength: 60 }),
      fc.boolean(),
      (given, sizes, snapshots) => {
        const { records, state: wanted } = livedWorld(given);
        let rest = records.slice(1);
        let state = foldEvents(null, records.slice(0, 1));
        for (const size of [...sizes, rest.length]) {
          if (snapshots) state = stateSchema.parse(JSON.parse(JSON.stringify(state)));
          state = foldEvents(state, rest.slice(0, size));
          rest = rest.slice(size);
        }
        must(isDeepStrictEqual(state, wanted), "the state is the same");
        must(isDeepStrictEqual(foldEvents(null, records), wanted), "all at once gives the same state");
      },
    ),
  },
];

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`It must hold that ${what}.`);
}

/** Whether starts and ends of the nodes can be put in an order: takes away what waits for nothing until all is gone. */
function canBeOrdered(nodes: readonly PlanNode[]): boolean {
  const waits = new Map<string, Set<string>>();
  for (const node of nodes) {
    const earlier = nodes.filter(
      ({ parent, orderIndex }) => parent !== null && parent === node.parent && orderIndex < node.orderIndex,
    );
    const start = [...earlier.map(({ id }) => id), ...node.dependsOn].map((id) => `end ${id}`);
    waits.set(`start ${node.id}`, new Set(node.parent === null ? start : [`start ${node.parent}`, ...start]));
    const children = nodes.filter(({ parent }) => parent === node.id).map(({ id }) => `end ${id}`);
    waits.set(`end ${node.id}`, new Set([`start ${node.id}`, ...children]));
  }
  for (let taken = true; taken; ) {
    taken = false;
    for (const [point, on] of waits) {
      if ([...on].some((other) => waits.has(other))) continue;
      waits.delete(point);
      taken = true;
    }
  }
  return waits.size === 0;
}
