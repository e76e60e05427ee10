import { describe, expect, test } from "@jest/globals";
import { judge } from "./gates.ts";
import { isLegalTransition, runStateOf } from "./run-state.ts";
import { RUN_STATES, type RunStateName } from "./schema/common.ts";
import {
  allDone,
  append,
  evidenceOf,
  judgingOf,
  lease,
  nodeOf,
  plannedEvents,
  plannedState,
  startedEvent,
  subjectOf,
  withNodes,
} from "./testing/samples.ts";

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
