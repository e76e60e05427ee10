import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { react } from "./commands.ts";
import { judge } from "./gates.ts";
import { isLegalTransition, runStateOf } from "./run-state.ts";
import { RUN_STATES, type RunStateName } from "./schema/common.ts";
import { runs, soundPlan } from "./testing/plans.ts";
import {
  allDone,
  append,
  evidenceOf,
  judgingOf,
  lease,
  nodeOf,
  plannedEvents,
  plannedState,
  RUN_ID,
  startedEvent,
  subjectOf,
  withNodes,
} from "./testing/samples.ts";
import { finish, newWorld, record, turn } from "./testing/simulate.ts";

describe("where a run stands", () => {
  const subject = subjectOf(5);
  const atRoot = allDone(plannedState(), "E1");
  const verdict = judge(atRoot, nodeOf(atRoot, "E1"), evidenceOf("E1", subject), judgingOf(subject));
  test.each<[RunStateName, ReturnType<typeof append>]>([
    ["IDEA_SUBMITTED", append(null, startedEvent())],
    ["SPEC_WRITING", append(null, startedEvent(), { type: "stage.claimed", stage: "spec", lease: lease(1) })],
    ["ISSUE_TREE", append(null, ...plannedEvents().slice(0, 3))],
    ["ISSUE_TREE", append(null, ...plannedEvents().slice(0, 6))],
    ["EXECUTION_LOOP", plannedState()],
    ["QA", atRoot],
    ["MERGE", withNodes(atRoot, { E1: { verdict } })],
    ["RELEASE", allDone(plannedState())],
    ["DONE", append(allDone(plannedState()), { type: "run.completed" })],
    ["PAUSED", append(plannedState(), { type: "run.paused", dispatchId: null })],
    ["FAILED", append(plannedState(), { type: "run.failed", reason: "No." })],
    ["CANCELLED", append(plannedState(), { type: "run.cancelled", dispatchId: null })],
  ])("%s", (name, state) => {
    expect(runStateOf(state)).toBe(name);
  });
});

describe("legal transitions", () => {
  test("DONE and CANCELLED are final; every state stays itself; all others can be cancelled", () => {
    for (const from of RUN_STATES) {
      expect(isLegalTransition(from, from)).toBe(true);
      const final = from === "DONE" || from === "CANCELLED";
      expect(isLegalTransition(from, "CANCELLED")).toBe(!final || from === "CANCELLED");
      if (final) expect(RUN_STATES.filter((to) => isLegalTransition(from, to))).toEqual([from]);
    }
  });

  test("no working state is skipped or gone back to, but QA and MERGE to the loop", () => {
    expect(isLegalTransition("IDEA_SUBMITTED", "ISSUE_TREE")).toBe(false);
    expect(isLegalTransition("EXECUTION_LOOP", "RELEASE")).toBe(false);
    expect(isLegalTransition("ISSUE_TREE", "SPEC_WRITING")).toBe(false);
    expect(isLegalTransition("RELEASE", "EXECUTION_LOOP")).toBe(false);
    expect(isLegalTransition("PAUSED", "DONE")).toBe(false);
    expect(isLegalTransition("QA", "EXECUTION_LOOP")).toBe(true);
  });
});

// The simulation itself throws on an illegal transition, a doubled claim or a merge out of order.
test("commands at any moment of a run lead to no illegal state, and nothing else than cancel ends it", () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.tuple(fc.constantFrom("finish", "fail", "lose"), fc.nat(5)) },
    { weight: 2, arbitrary: fc.tuple(fc.constantFrom("pause", "resume", "retry", "advance"), fc.nat(5)) },
    { weight: 1, arbitrary: fc.tuple(fc.constant("cancel"), fc.nat(40)) },
  );
  fc.assert(
    fc.property(soundPlan, fc.array(step, { maxLength: 60 }), (plan, steps) => {
      const world = newWorld(plan, { limits: { attempts: 2 } });
      const command = (name: string) => {
        const reaction = react(world.state, { version: 1, runId: RUN_ID, command: name as "pause" });
        if (reaction.kind === "accepted") record(world, reaction.events);
      };
      turn(world);
      for (const [what, number] of steps) {
        const job = world.jobs[number % Math.max(1, world.jobs.length)];
        if (what === "finish" || what === "fail" || what === "lose") {
          if (!job) continue;
          finish(world, job, what === "finish" ? "done" : what === "fail" ? "failed" : "lost");
        } else if (what !== "cancel" || number === 0) command(what);
        turn(world);
      }
      const cancelled = world.state.control === "CANCELLED";
      for (let left = 0; left < 500 && !["DONE", "CANCELLED"].includes(runStateOf(world.state)); left += 1) {
        command("resume");
        command("retry");
        turn(world);
        const [job] = world.jobs;
        if (!job) continue;
        finish(world, job, "done");
        turn(world);
      }
      expect(runStateOf(world.state)).toBe(cancelled ? "CANCELLED" : "DONE");
    }),
    runs(),
  );
});
