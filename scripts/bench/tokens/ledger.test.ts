import { describe, expect, test } from "@jest/globals";
import type { EventRecord, LedgerEvent, Usage } from "@slipway/model";
import {
  evidenceOf,
  lease,
  plannedEvents,
  recordsOf,
  sha,
  subjectOf,
} from "../../../packages/model/src/testing/samples.ts";
import { costsByStage, paidFor } from "./ledger.ts";

const usage = (calls: number): Usage => ({
  calls,
  inputTokens: 100 * calls,
  outputTokens: 10 * calls,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  dollars: calls / 100,
});
const on = { nodeId: "T1", claim: 1 };
const claimed = (mode: "execute" | "verify", claim = 1): LedgerEvent => ({
  type: "node.claimed",
  nodeId: "T1",
  mode,
  lease: lease(claim),
});
const subject = subjectOf(1);
const published: LedgerEvent = {
  type: "node.published",
  ...on,
  branch: "task/1",
  pull: 1,
  subject,
  summary: "Done.",
  usage: usage(4),
};
const reviewed = evidenceOf("T1", subject).map((item) =>
  item.kind === "review" ? { ...item, usage: usage(2) } : item,
);
const verdict = { nodeId: "T1", subject, outcome: "mergeable" as const, sentence: "Yes.", gates: [] };
const judged = (at: string): LedgerEvent => ({
  type: "node.judged",
  ...on,
  evidence: reviewed,
  verdict: { ...verdict, at },
});
const failed = (claim: number, calls: number): LedgerEvent => ({
  type: "node.failed",
  nodeId: "T1",
  claim,
  reason: "It did not work.",
  usage: usage(calls),
});
const records = (...events: LedgerEvent[]): EventRecord[] => recordsOf(events);
const paid = (...events: LedgerEvent[]) =>
  paidFor(records(...events)).map((item) => [item.stage, item.usage.calls]);

describe("which stage an event pays for", () => {
  test("specification and plan, and a stage that failed", () => {
    const planned = plannedEvents().filter(({ type }) => /recorded/.test(type));
    expect(paid(...planned).map(([stage]) => stage)).toEqual(["spec", "plan"]);
    const event: LedgerEvent = {
      type: "stage.failed",
      stage: "plan",
      claim: 1,
      reason: "No.",
      usage: usage(3),
    };
    expect(paid(event)).toEqual([["plan", 3]]);
  });

  test("what was published was executed, and what was judged was reviewed", () => {
    expect(paid(claimed("execute"), published, judged("2026-11-20T10:00:00Z"))).toEqual([
      ["execute", 4],
      ["review", 2],
    ]);
    const broke = { ...judged("2026-11-20T10:00:00Z"), evidence: [], usage: usage(3) } as LedgerEvent;
    expect(paid(claimed("execute"), published, broke).at(-1)).toEqual(["review", 3]);
  });

  test("a failure before the change is out is the execution's, after that the review's", () => {
    expect(paid(claimed("execute"), failed(1, 7))).toEqual([["execute", 7]]);
    expect(paid(claimed("execute"), published, failed(1, 7)).at(-1)).toEqual(["review", 7]);
    // The second claim began anew.
    expect(paid(published, claimed("execute", 2), failed(2, 7)).at(-1)).toEqual(["execute", 7]);
    expect(paid(claimed("verify", 2), failed(2, 7))).toEqual([["review", 7]]);
  });

  test("kept evidence is a review that a pause cut short", () => {
    const released: LedgerEvent = {
      type: "node.released",
      ...on,
      reason: "The run is PAUSED.",
      usage: usage(2),
      evidence: reviewed,
    };
    expect(paid(claimed("execute"), released)).toEqual([["review", 2]]);
  });

  test("what costs nothing is no payment", () => {
    expect(paid(claimed("execute"), { type: "node.merged", ...on, pull: 1, mergeSha: sha(1) })).toEqual([]);
  });
});

test("stages add up, name their agents once, and those without a call are left out", () => {
  const costs = costsByStage([
    { stage: "spec", agents: ["spec-writer"], usage: usage(1) },
    { stage: "execute", agents: ["developer-implementer"], usage: usage(5) },
    { stage: "spec", agents: ["spec-writer", "acceptance-criteria-author"], usage: usage(2) },
    { stage: "release", agents: [], usage: usage(0) },
  ]);
  expect(costs).toEqual([
    { stage: "spec", agents: ["spec-writer", "acceptance-criteria-author"], usage: usage(3) },
    { stage: "execute", agents: ["developer-implementer"], usage: usage(5) },
  ]);
});

test("agents are read where an event names them: a list, or the maker of a change", () => {
  const named = (more: object): EventRecord[] =>
    records(published).map((record) => ({ ...record, event: { ...record.event, ...more } }));
  expect(paidFor(named({}))[0]?.agents).toEqual([]);
  expect(paidFor(named({ agents: ["planner"] }))[0]?.agents).toEqual(["planner"]);
  expect(paidFor(named({ made: { agent: "refactorer", executor: "builtin" } }))[0]?.agents).toEqual([
    "refactorer",
  ]);
});
