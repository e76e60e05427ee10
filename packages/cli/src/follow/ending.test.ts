import { describe, expect, test } from "@jest/globals";
import { halfWay, planned, stateOf, subject } from "../testing/sample-run.ts";
import { type BadRun, endingWhenIdle, exitCodeOf, overBy } from "./ending.ts";

const NOW = "2026-11-21T10:30:00.000Z";
const bad: BadRun = {
  number: 3,
  name: "Slipway start",
  conclusion: "startup_failure",
  errors: ["no such file"],
};

describe("endingWhenIdle", () => {
  test("no ledger: the run did not start, and the logs say why", () => {
    expect(endingWhenIdle(null, NOW, [bad])).toEqual({
      outcome: "lost",
      sentence: "The run did not start: its workflow failed.",
      detail: ["Workflow run 3 (Slipway start) ended with startup_failure.", "  no such file"],
    });
    expect(endingWhenIdle(null, NOW, [])).toMatchObject({
      outcome: "lost",
      sentence: expect.stringMatching(/no workflow took/),
    });
  });

  test("work is ready, or claimed by a workflow run that is not there: a lost continuation", () => {
    expect(endingWhenIdle(stateOf(planned), NOW, [])).toMatchObject({
      outcome: "lost",
      sentence: expect.stringMatching(/got lost in EXECUTION_LOOP/),
    });
    expect(endingWhenIdle(stateOf(halfWay), NOW, [bad]).detail).toHaveLength(2);
  });

  test("paused: waits for a person", () => {
    const state = stateOf([...planned, { type: "run.paused", dispatchId: null }]);
    expect(endingWhenIdle(state, NOW, [])).toMatchObject({
      outcome: "waiting",
      sentence: expect.stringMatching(/`resume`/),
    });
  });

  test("everything that is left is BLOCKED: waits for a person, and says what to do", () => {
    const blocked = ["T1", "T2", "T3"].map((nodeId) => ({
      type: "node.blocked" as const,
      nodeId,
      reason: `${nodeId} conflicts in src/a.ts.`,
    }));
    const ending = endingWhenIdle(stateOf([...planned, ...blocked]), NOW, []);
    expect(ending.outcome).toBe("waiting");
    expect(ending.sentence).toMatch(
      /T1 is BLOCKED: T1 conflicts in src\/a\.ts\..*blocks T1, T2, T3, then `\/slipway retry`/,
    );
  });

  test("an approval is missing: says whose", () => {
    const state = stateOf(planned);
    const root = state.nodes[0];
    if (!root) throw new Error("no root");
    const verdict = {
      nodeId: "E1",
      subject,
      outcome: "waiting" as const,
      sentence: "E1 waits for an approval.",
      gates: [{ name: "approval" as const, status: "pending" as const, reason: "needs one", link: null }],
      at: NOW,
    };
    const nodes = state.nodes.map((node) =>
      node === root
        ? { ...node, status: "QA" as const, pull: 12, subject, verdict }
        : { ...node, status: "DONE" as const },
    );
    const policy = { ...state.policy, approval: "maintain" as const };
    const ending = endingWhenIdle({ ...state, nodes, policy }, NOW, []);
    expect(ending.outcome).toBe("waiting");
    expect(ending.sentence).toMatch(
      /E1 waits for an approval\..*maintain access approves pull request #12 of E1/,
    );
  });
});

describe("overBy", () => {
  test.each([
    [{ type: "run.completed" as const }, "done", 0],
    [{ type: "run.failed" as const, reason: "No model." }, "failed", 1],
    [{ type: "run.cancelled" as const, dispatchId: null }, "cancelled", 1],
  ])("%j", (event, outcome, exitCode) => {
    const ending = overBy(stateOf([...planned, event]));
    expect(ending?.outcome).toBe(outcome);
    expect(exitCodeOf(ending?.outcome ?? "lost")).toBe(exitCode);
  });

  test("an error that the sentence quotes is not told again", () => {
    const state = stateOf([...planned, { type: "run.failed", reason: "The spec stage failed: No model." }]);
    const runs = [{ ...bad, conclusion: "failure", errors: ["No model.", "The disk is full."] }];
    expect(endingWhenIdle(state, NOW, runs).detail).toEqual([
      "Workflow run 3 (Slipway start) ended with failure.",
      "  The disk is full.",
    ]);
  });

  test("a run that goes on is not over", () => {
    expect(overBy(stateOf(halfWay))).toBeUndefined();
    expect(overBy(null)).toBeUndefined();
  });
});
