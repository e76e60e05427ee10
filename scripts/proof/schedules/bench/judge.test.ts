import { expect, test } from "@jest/globals";
import { type LedgerEvent, NO_USAGE } from "@slipway/model";
import { lease, SPEC } from "../../../../packages/model/src/testing/samples.ts";
import type { EndState } from "../../end-state.ts";
import { judged } from "./judge.ts";
import type { BenchRun } from "./run.ts";

const END: EndState = {
  run: "DONE",
  fold: { completed: true },
  tree: { "a.txt": "100644 blob 1" },
  commits: ["1 bot: feat: a"],
  refs: {},
  labels: [],
  issues: { T1: { comments: ["hello"] } },
  pulls: {},
  checks: [],
  releases: [{ tag: "v0.1.0" }],
  modelCalls: { spec: 1, "execute T1": 2 },
};
const CLAIM: LedgerEvent = { type: "node.claimed", nodeId: "T1", mode: "execute", lease: lease(1) };
const MERGED: LedgerEvent = {
  type: "node.merged",
  nodeId: "T1",
  claim: 1,
  pull: 2,
  mergeSha: "a".repeat(40),
};
const RUN: BenchRun = {
  seed: 1,
  outcome: "itself",
  problems: [],
  tally: {},
  stops: [],
  endState: END,
  events: [CLAIM, MERGED],
  twins: [],
  workflowRuns: 1,
  seconds: 1,
};

const FAILED: LedgerEvent = {
  type: "node.failed",
  nodeId: "T1",
  claim: 1,
  reason: "It was killed.",
  usage: NO_USAGE,
};
const foundIn = (run: Partial<BenchRun>) =>
  judged(RUN, { ...RUN, ...run }).problems.map(({ kind, text }) => `${kind}: ${text}`);

test("the same end is no problem", () => {
  expect(judged(RUN, RUN)).toEqual(RUN);
  expect(judged(RUN, { ...RUN, outcome: "person", stops: ["T1 is BLOCKED"] }).outcome).toBe("person");
});

test.each<[string, Partial<BenchRun>, RegExp]>([
  ["a file that is gone", { endState: { ...END, tree: {} } }, /^lost: .*a\.txt/],
  [
    "a second release",
    { endState: { ...END, releases: [{ tag: "v0.1.0" }, { tag: "v0.1.0" }] } },
    /^doubled: .*releases/,
  ],
  [
    "a second comment",
    { endState: { ...END, issues: { T1: { comments: ["hello", "hello"] } } } },
    /^doubled: .*comments/,
  ],
  ["two checks of one App on one commit", { twins: ["there twice: check"] }, /^doubled: there twice/],
  [
    "a node merged twice",
    { events: [CLAIM, MERGED, MERGED] },
    /^doubled: node\.merged T1 is in the ledger twice/,
  ],
  ["a claim given twice", { events: [CLAIM, CLAIM] }, /^doubled: node\.claimed T1#1/],
  [
    "a stage recorded twice",
    { events: [1, 2].map((claim) => ({ type: "spec.recorded", claim, spec: SPEC, usage: NO_USAGE })) },
    /^doubled: spec\.recorded/,
  ],
  [
    "work that was paid for twice",
    { endState: { ...END, modelCalls: { spec: 2, "execute T1": 2 } } },
    /^doubled: the model was asked 2 times for spec/,
  ],
])("%s", (_, run, expected) => {
  const [first, ...others] = foundIn(run);
  expect(first).toMatch(expected);
  expect(others).toEqual([]);
  expect(judged(RUN, { ...RUN, ...run }).outcome).toBe("broken");
});

test("an attempt that failed may ask the model again, for its own node alone", () => {
  const events = [CLAIM, FAILED, MERGED];
  expect(foundIn({ events, endState: { ...END, modelCalls: { spec: 1, "execute T1": 4 } } })).toEqual([]);
  expect(foundIn({ events, endState: { ...END, modelCalls: { spec: 2, "execute T1": 4 } } })).toHaveLength(1);
});

test("what tells of the way is not held against the end", () => {
  const body = (...lines: string[]) => [`## v0.1.0\n\n${lines.join("\n")}`];
  const status = (calls: number) => ({
    E1: {
      comments: [
        `DONE. ${calls} model calls · <number> input tokens · 9 output tokens · event ${calls} of the ledger`,
      ],
    },
  });
  const before = {
    ...END,
    refs: { "refs/heads/task/2-a": "1" },
    releases: [{ body: body("- a", "- b")[0] ?? "" }],
    issues: status(8),
  };
  const after = {
    ...END,
    refs: { "refs/heads/task/2-a": "2" },
    releases: [{ body: body("- b", "- a")[0] ?? "" }],
    issues: status(12),
  };
  expect(judged({ ...RUN, endState: before }, { ...RUN, endState: after }).problems).toEqual([]);
  const told = {
    ...END,
    issues: { T1: { comments: ["hello", "<!-- slipway:node runId=1 --> It was killed."] } },
  };
  expect(foundIn({ endState: told, events: [CLAIM, FAILED, MERGED] })).toEqual([]);
  expect(foundIn({ endState: told, events: [CLAIM, MERGED] })).toHaveLength(1);
});
