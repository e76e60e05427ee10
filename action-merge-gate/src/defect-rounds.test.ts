import { describe, expect, test } from "@jest/globals";
import type { EventRecord, LedgerEvent, NodeState } from "@slipway/model";
import { nextStep, roundsOf } from "./defect-rounds.ts";

const FAILURES = [{ key: "qa test", title: "`npm test`", detail: "exited 1" }];
const node = (more: object = {}) =>
  ({
    plan: { id: "T1", kind: "task" },
    pull: 12,
    resumedAt: null,
    verdict: { sentence: "Not mergeable: qa failed." },
    ...more,
  }) as unknown as NodeState;
const defect = (id: string, status: string, fingerprint: string) =>
  ({ plan: { id, kind: "defect" }, status, fingerprint }) as unknown as NodeState;
const step = (
  children: NodeState[],
  { rounds = 3, of = node(), filed = children.map(({ plan }) => plan.id) } = {},
) => nextStep({ node: of, children, failures: FAILURES, fingerprint: "one", filed, rounds });
const records = (...events: object[]): EventRecord[] =>
  events.map((event, at) => ({
    seq: at + 1,
    at: "2026-11-20T10:00:00Z",
    by: "a",
    event: event as LedgerEvent,
  }));
const filed = (id: string, parentId = "T1") => ({ type: "defect.filed", parentId, node: { id } });

describe("what becomes of a refused node", () => {
  test("its first finding is filed", () => {
    expect(step([])).toEqual({ kind: "file", again: undefined });
  });
  test("an open defect of the same finding is not filed a second time", () => {
    expect(step([defect("D1", "NEW", "one")])).toEqual({
      kind: "open",
      reason: "D1 is open for `npm test` already.",
    });
  });
  test("one that is done and did not help is opened again, which is another round", () => {
    const done = defect("D1", "DONE", "one");
    expect(step([done])).toEqual({ kind: "file", again: done });
    expect(step([done], { filed: ["D1", "D1", "D1"] })).toMatchObject({
      kind: "blocked",
      reason: expect.stringContaining("and D1 was to mend it and did not"),
    });
  });
  test("one for something else is no hindrance, and counts as a round all the same", () => {
    expect(step([defect("D1", "DONE", "other")])).toEqual({ kind: "file", again: undefined });
    expect(step([defect("D1", "DONE", "other")], { rounds: 1 })).toMatchObject({ kind: "blocked" });
  });
  test("after the policy's rounds a person is asked, with the finding named", () => {
    const blocked = step([defect("D1", "DONE", "one"), defect("D2", "DONE", "one")], { rounds: 2 });
    expect(blocked).toMatchObject({ kind: "blocked" });
    expect(blocked).toHaveProperty(
      "reason",
      "T1 does not pass: `npm test` still fails, and D1 and D2 were to mend it and did not. Not mergeable: qa failed. A person has to look at pull request #12: push what is missing to its branch, or change the policy, then `retry T1`.",
    );
  });
  test("a policy without rounds asks at once", () => {
    expect(step([], { rounds: 0 })).toHaveProperty(
      "reason",
      expect.stringContaining("limits.defectRounds is 0"),
    );
  });
  test("a person's retry starts the count anew", () => {
    const old = [filed("D1"), filed("D2", "T2"), filed("D1")];
    expect(roundsOf(records(...old), "T1")).toEqual(["D1", "D1"]);
    for (const nodeId of [null, "T1"])
      expect(roundsOf(records(...old, { type: "run.retried", nodeId }, filed("D3")), "T1")).toEqual(["D3"]);
    expect(roundsOf(records(...old, { type: "run.retried", nodeId: "T2" }), "T1")).toHaveLength(2);
  });
});
