import { describe, expect, test } from "@jest/globals";
import picocolors from "picocolors";
import type { Snapshot } from "../follow/progress.ts";
import { halfWay, planned, RUN_ID, started, stateOf } from "../testing/sample-run.ts";
import { frame, summaryText } from "./frame.ts";
import { fitTree, treeLines } from "./tree.ts";

const plain = picocolors.createColors(false);
const snapshot = (more: Partial<Snapshot>): Snapshot => ({
  runId: RUN_ID,
  repository: "acme/sample",
  state: null,
  jobs: [],
  runningJobs: [],
  queuedJobs: 0,
  finishedJobs: 0,
  workflowRuns: 0,
  apiRequests: 0,
  requests: 0,
  ...more,
});
const job = (name: string, startedMs: number) => ({
  workflowRunId: 1,
  jobId: startedMs,
  name,
  createdMs: 0,
  startedMs,
  endedMs: null,
  conclusion: null,
});

describe("frame", () => {
  test("before the ledger begins", () => {
    const picture = frame(
      snapshot({ runningJobs: [job("slipway / Decide", 300)] }),
      1_500,
      { columns: 100, rows: 30 },
      plain,
    );
    expect(picture).toMatchSnapshot();
  });

  test("half-way", () => {
    const half = snapshot({
      state: stateOf(halfWay),
      runningJobs: [job("slipway / T2 / Execute / Execute", 42_000), job("slipway / Decide", 61_000)],
      queuedJobs: 2,
      finishedJobs: 14,
      workflowRuns: 5,
      apiRequests: 1_231,
    });
    expect(frame(half, 61_400, { columns: 110, rows: 40 }, plain)).toMatchSnapshot();
  });

  test("no line is wider than the terminal, also in colour", () => {
    const half = snapshot({ state: stateOf(halfWay), runningJobs: [job("x".repeat(200), 0)] });
    for (const palette of [plain, picocolors.createColors(true)]) {
      for (const line of frame(half, 1_000, { columns: 40, rows: 40 }, palette).split("\n")) {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences of colours
        expect(line.replace(/\u001b\[\d+m/g, "").length).toBeLessThan(40);
      }
    }
  });

  test("no more rows than there are: finished nodes give way", () => {
    const lines = frame(
      snapshot({ state: stateOf(halfWay) }),
      1_000,
      { columns: 100, rows: 13 },
      plain,
    ).split("\n");
    expect(lines.length).toBeLessThanOrEqual(13);
    expect(lines.join("\n")).not.toContain("T1 Print hours");
    expect(lines.join("\n")).toContain("… and 1 node not shown");
  });

  test("text of outside origin cannot move the cursor", () => {
    const state = stateOf(planned);
    const node = state.nodes[2];
    if (!node) throw new Error("no node");
    const evil = { ...node, plan: { ...node.plan, title: "a\u001b[2Jb\u202ec" } };
    const picture = frame(
      snapshot({ state: { ...state, nodes: [evil] } }),
      0,
      { columns: 80, rows: 30 },
      plain,
    );
    expect(picture).not.toContain("\u001b");
    expect(picture).not.toContain("\u202e");
  });
});

describe("treeLines", () => {
  test("of a run without a plan there are none", () => {
    expect(treeLines(stateOf([started]))).toEqual([]);
  });

  test("fitTree leaves out finished leaves before finished parents, and open nodes last", () => {
    const lines = treeLines(stateOf(halfWay));
    expect(fitTree(lines, 6)).toEqual({ lines, hidden: 0 });
    expect(fitTree(lines, 5).lines.map((line) => line.id)).toEqual(["E1", "F1", "T2", "F2", "T3"]);
    expect(fitTree(lines, 2)).toMatchObject({ hidden: 4 });
  });
});

test("summaryText", () => {
  expect(summaryText({ ok: true, sentence: "Done: released as v0.2.0.", lines: ["Report: x"] }, plain)).toBe(
    "● Done: released as v0.2.0.\n  Report: x",
  );
});
