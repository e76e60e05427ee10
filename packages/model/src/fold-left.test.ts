import { describe, expect, test } from "@jest/globals";
import { stateAfter } from "./append.ts";
import { decide } from "./decide.ts";
import { judge } from "./gates.ts";
import { NO_USAGE } from "./schema/common.ts";
import type { LedgerEvent } from "./schema/event.ts";
import {
  append,
  evidenceOf,
  judgingOf,
  lease,
  nodeOf,
  plannedState,
  startedEvent,
  subjectOf,
} from "./testing/samples.ts";

const USED = { ...NO_USAGE, calls: 2, inputTokens: 10 };
const claimed = (claim: number): LedgerEvent => ({
  type: "node.claimed",
  nodeId: "T1",
  mode: "execute",
  lease: lease(claim),
});
const failed = (claim: number, more: object = {}): LedgerEvent => ({
  type: "node.failed",
  nodeId: "T1",
  claim,
  reason: "A job ended without a result.",
  usage: NO_USAGE,
  ...more,
});
const brokeOff = (claim: number, usage = NO_USAGE) => failed(claim, { brokeOff: true, usage });
const leftBy = (...events: LedgerEvent[]) => nodeOf(append(plannedState(), ...events), "T1").left;
const entry = (claim: number, accounted = false) => ({
  workflowRunId: lease(claim).workflowRunId,
  claim,
  accounted,
});

describe("what claims of a node left behind", () => {
  test("is known by workflow run and claim, the newest last, and whether its cost is on the account", () => {
    expect(leftBy(claimed(1))).toEqual([]);
    expect(leftBy(claimed(1), brokeOff(1, USED))).toEqual([entry(1, true)]);
    expect(leftBy(claimed(1), brokeOff(1, USED), claimed(2), brokeOff(2))).toEqual([
      entry(1, true),
      entry(2),
    ]);
    const released = { type: "node.released", nodeId: "T1", claim: 1, reason: "No room." } as const;
    expect(leftBy(claimed(1), { ...released, brokeOff: true })).toEqual([entry(1)]);
    // Given back before anything was handed over: what was left before is still there.
    expect(leftBy(claimed(1), brokeOff(1), claimed(2), { ...released, claim: 2 })).toEqual([entry(1)]);
  });

  test("is no more than a few claims", () => {
    const many = Array.from({ length: 9 }, (_, index) => [claimed(index + 1), brokeOff(index + 1)]).flat();
    expect(leftBy(...many).map(({ claim }) => claim)).toEqual([5, 6, 7, 8, 9]);
  });

  test("is done with when something was made of it: found wanting, judged, in conflict, kept on a branch", () => {
    const before = [claimed(1), brokeOff(1), claimed(2)];
    expect(leftBy(...before, failed(2))).toEqual([]);
    const on = { nodeId: "T1", claim: 2 };
    expect(
      leftBy(...before, {
        type: "node.conflicted",
        ...on,
        baseSha: subjectOf(1).baseSha,
        files: ["a"],
        usage: NO_USAGE,
      }),
    ).toEqual([]);
    expect(
      leftBy(...before, { type: "node.released", ...on, reason: "Paused.", branch: "task/4-t1" }),
    ).toEqual([]);
    const published: LedgerEvent = {
      type: "node.published",
      ...on,
      branch: "task/4-t1",
      pull: 12,
      subject: subjectOf(5),
      summary: "",
      usage: NO_USAGE,
    };
    // A review of it may have been handed over.
    expect(leftBy(...before, published)).toEqual([entry(1)]);
    const evidence = evidenceOf("T1", subjectOf(5));
    const state = append(plannedState(), ...before, published);
    const verdict = judge(state, nodeOf(state, "T1"), evidence, judgingOf(subjectOf(5)));
    expect(leftBy(...before, published, { type: "node.judged", ...on, evidence, verdict })).toEqual([]);
  });

  test("is kept of a claim whose workflow run is gone", () => {
    const state = append(plannedState(), claimed(1));
    const { workflowRunId } = lease(1);
    const turn = {
      now: state.updatedAt,
      workflowRunId: workflowRunId + 1,
      runAttempt: 1,
      endedRuns: new Set([workflowRunId]),
    };
    const after = append(state, ...decide(state, turn).events);
    expect(nodeOf(after, "T1")).toMatchObject({ claims: 2, failures: 1, left: [entry(1)] });
  });
});

describe("what claims of a stage left behind", () => {
  const claim = (number: number): LedgerEvent => ({
    type: "stage.claimed",
    stage: "spec",
    lease: lease(number),
  });
  const end = (number: number, more: object): LedgerEvent => ({
    type: "stage.failed",
    stage: "spec",
    claim: number,
    reason: "It ended without a result.",
    ...more,
  });
  const leftOf = (...events: LedgerEvent[]) =>
    stateAfter(null, [startedEvent(), ...events], { at: "2026-11-20T10:00:00Z", by: "a" }).stages.spec.left;

  test("is kept when it broke off, and done with when it was found wanting", () => {
    expect(leftOf(claim(1), end(1, { brokeOff: true }))).toEqual([entry(1)]);
    expect(leftOf(claim(1), end(1, { brokeOff: true }), claim(2), end(2, {}))).toEqual([]);
    const released = { type: "stage.released", stage: "spec", reason: "No room." } as const;
    expect(leftOf(claim(1), { ...released, claim: 1, brokeOff: true })).toEqual([entry(1)]);
    expect(leftOf(claim(1), end(1, { brokeOff: true }), claim(2), { ...released, claim: 2 })).toEqual([
      entry(1),
    ]);
  });
});
