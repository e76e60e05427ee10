import { describe, expect, test } from "@jest/globals";
import type { EndState } from "../end-state.ts";
import { alone, faultRows, outcomeOf } from "./outcome.ts";
import type { Cell } from "./plan.ts";
import type { RunResult } from "./run.ts";

const CELL: Cell = { kind: "POST /repos/{owner}/{repo}/issues", fault: "503", times: "once", from: 0 };
const STATE: EndState = {
  run: "DONE",
  fold: {},
  tree: {},
  commits: ["1 a: feat: x"],
  refs: {},
  labels: [],
  issues: {
    T1: {
      comments: [
        "<sub>8 model calls · 10,800 input tokens · 660 output tokens · less than $0.01<br>x · event 26 of the ledger</sub>",
      ],
    },
  },
  pulls: {
    "pull of T1": { body: "1 file · 3 model calls · <number> input tokens · 9 output tokens · $0.01" },
  },
  checks: ["success"],
  releases: [],
  modelCalls: { "execute T1": 2 },
};
const result = (more: Partial<RunResult>, cell = CELL): RunResult => ({
  plan: { id: "alone", cells: [cell], plainMerge: false },
  state: STATE,
  subjects: { T1: 1 },
  meetings: [{ cell, hits: 1 }],
  stops: [],
  failures: [],
  twins: [],
  helped: 0,
  invalid: [],
  seconds: 1,
  ...more,
});
const BEFORE = { state: STATE, subjects: { T1: 1 } };
const verdict = (more: Partial<RunResult>, cell = CELL) =>
  outcomeOf(BEFORE, result(more, cell)).cells[0]?.verdict;

describe("what became of a run", () => {
  test("the same, whatever it took", () => {
    const comments = [
      "<sub>11 model calls · 9 input tokens · 1 output tokens · $1,234.50<br>x · event 51 of the ledger</sub>",
    ];
    const body = "1 file · 5 model calls · <number> input tokens · 200 output tokens · $0.02";
    const state = { ...STATE, issues: { T1: { comments } }, pulls: { "pull of T1": { body } } };
    expect(verdict({ state })).toBe("same");
  });

  test("lost, doubled", () => {
    expect(verdict({ state: { ...STATE, commits: [] } })).toBe("LOST");
    expect(verdict({ state: { ...STATE, commits: ["1 a: feat: x", "1 a: feat: x"] } })).toBe("DOUBLED");
    expect(verdict({ twins: ["there twice: issue"] })).toBe("DOUBLED");
  });

  test("a verdict more is the trace of an attempt that failed, and of nothing else", () => {
    const state = { ...STATE, checks: ["success", { of: "<run>/T1", conclusion: "failure" }] };
    expect(verdict({ state })).toBe("DOUBLED");
    expect(verdict({ state, failures: [{ job: "Gate", errors: ["422"] }] })).toBe("same");
  });

  test("a stop is named or it is not, and so is each job that fails", () => {
    const stop = { cell: CELL, hits: 5, named: true, words: ["503"], resumedBy: "retry" } as const;
    expect(verdict({ stops: [stop] })).toBe("stopped");
    expect(verdict({ stops: [{ ...stop, named: false }] })).toBe("UNNAMED");
    expect(verdict({ failures: [{ job: "Sync", errors: [] }] })).toBe("UNNAMED");
  });

  test("a model is not paid twice, but for an answer that was cut", () => {
    const dearer = { state: { ...STATE, modelCalls: { "execute T1": 3 } } };
    expect(verdict(dearer)).toBe("DOUBLED");
    expect(verdict(dearer, { ...CELL, kind: "model: execute", fault: "model cut" })).toBe("same");
    expect(verdict(dearer, { ...CELL, kind: "model: review", fault: "model cut" })).toBe("DOUBLED");
  });

  test("a row for each fault, and the command that shows it alone", () => {
    const outcome = outcomeOf(BEFORE, result({}));
    expect(faultRows(["500", "503"], [outcome])).toEqual([["503", 1, 1, 1, 0, 0, 0, 0]]);
    expect(alone({ ...CELL, times: "twice", from: 2 })).toBe(
      "npm run proof:faults -- --fault '503' --on 'POST /repos/{owner}/{repo}/issues' --times twice --from 2",
    );
  });
});
