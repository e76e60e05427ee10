import { describe, expect, test } from "@jest/globals";
import { branchOf } from "./branches.ts";
import { InternalError } from "./errors.ts";
import { foldEvents } from "./fold.ts";
import { judge } from "./gates.ts";
import { NO_USAGE } from "./schema/common.ts";
import { eventRecordSchema, type LedgerEvent } from "./schema/event.ts";
import { stateSchema } from "./schema/state.ts";
import {
  AT,
  append,
  evidenceOf,
  judgingOf,
  lease,
  nodeOf,
  PLAN,
  planNode,
  plannedEvents,
  plannedState,
  RUN_ID,
  recordsOf,
  sha,
  startedEvent,
  subjectOf,
} from "./testing/samples.ts";
import { deepFreeze } from "./testing/simulate.ts";

const filed = (id: string, parent = "T1"): LedgerEvent => ({
  type: "defect.filed",
  parentId: parent,
  claim: 1,
  node: planNode(id, parent),
  fingerprint: "abc",
  issue: { number: 90, id: 90 },
});
const claimed: LedgerEvent = { type: "node.claimed", nodeId: "T1", mode: "execute", lease: lease(1) };
const published: LedgerEvent = {
  type: "node.published",
  nodeId: "T1",
  claim: 1,
  branch: "task/4-t1",
  pull: 12,
  subject: subjectOf(5),
  summary: "Did it.",
  usage: { ...NO_USAGE, calls: 2, inputTokens: 10 },
};

describe("chains that are refused", () => {
  const completed: LedgerEvent = { type: "run.completed" };
  const planned = plannedState();
  test.each([
    ["no events", null, [], "A run without events has no state."],
    ["a gap", planned, recordsOf([completed], 8), "Event 9 (run.completed) does not follow event 7."],
    ["a repetition", planned, recordsOf([completed], 6), "Event 7 (run.completed) does not follow event 7."],
    [
      "a gap at the start",
      null,
      recordsOf([startedEvent()], 1),
      "Event 2 (run.started) does not follow event 0.",
    ],
    ["no start", null, recordsOf([completed]), "The first event of a run is run.started, not run.completed."],
    ["a second start", planned, recordsOf([startedEvent()], 7), `Run ${RUN_ID} was started twice.`],
    [
      "an unknown node",
      planned,
      recordsOf([{ type: "node.blocked", nodeId: "T99", reason: "x" }], 7),
      `Run ${RUN_ID} has no node T99.`,
    ],
    ["a defect of no node", planned, recordsOf([filed("D1", "T99")], 7), `Run ${RUN_ID} has no node T99.`],
    [
      "a defect with a used id",
      planned,
      recordsOf([filed("D1"), filed("D1")], 7),
      `Run ${RUN_ID} already has a node D1.`,
    ],
  ])("%s", (_, previous, records, message) => {
    const act = () => foldEvents(previous, records);
    expect(act).toThrow(InternalError);
    expect(act).toThrow(message);
  });
});

describe("what events do", () => {
  const at = (...events: LedgerEvent[]) => append(plannedState(), ...events);

  test("the state before is left as it was, and the state after is a valid document", () => {
    const before = deepFreeze(plannedState());
    const copy = structuredClone(before);
    const after = append(before, claimed, published, filed("D1"));
    expect(before).toEqual(copy);
    expect(stateSchema.parse(after)).toEqual(after);
    for (const record of recordsOf(plannedEvents())) expect(eventRecordSchema.parse(record)).toEqual(record);
  });

  test("issues are tied to their nodes", () => {
    expect(nodeOf(plannedState(), "T1").issue).toEqual({ number: 4, id: 1_003 });
  });

  test("publishing voids evidence and verdict, and adds usage to node and run", () => {
    const subject = subjectOf(5);
    const evidence = evidenceOf("T1", subject);
    const state = at(claimed, published);
    const verdict = judge(state, nodeOf(state, "T1"), evidence, judgingOf(subject));
    const judged = append(state, { type: "node.judged", nodeId: "T1", claim: 1, evidence, verdict });
    expect(nodeOf(judged, "T1")).toMatchObject({ status: "QA", evidence, verdict });
    // A review that found nothing against exactly this change is kept: it is paid for.
    const [review] = evidence.filter(({ kind }) => kind === "review");
    expect(nodeOf(append(judged, published), "T1").evidence).toEqual([review]);
    const again = append(judged, { ...published, subject: subjectOf(6) });
    expect(nodeOf(again, "T1")).toMatchObject({
      status: "REVIEW",
      evidence: [],
      verdict: null,
      next: "verify",
    });
    expect(again.usage.calls).toBe(4);
    expect(nodeOf(again, "T1").usage.inputTokens).toBe(20);
  });

  test("checks that broke off are paid for with the verdict, whatever comes of it", () => {
    const state = at(claimed, published);
    const evidence = evidenceOf("T1", subjectOf(5)).filter(({ kind }) => kind !== "review");
    const verdict = judge(state, nodeOf(state, "T1"), evidence, judgingOf(subjectOf(5)));
    const usage = { ...NO_USAGE, calls: 3, outputTokens: 70 };
    const judged = append(state, { type: "node.judged", nodeId: "T1", claim: 1, evidence, verdict, usage });
    expect(judged.usage.calls - state.usage.calls).toBe(3);
    expect(nodeOf(judged, "T1").usage.outputTokens - nodeOf(state, "T1").usage.outputTokens).toBe(70);
  });

  test("what was found before a pause is kept without a verdict, unless the change moved", () => {
    const evidence = evidenceOf("T1", subjectOf(5));
    const released: LedgerEvent = {
      type: "node.released",
      nodeId: "T1",
      claim: 1,
      reason: "Paused.",
      evidence,
    };
    expect(nodeOf(at(claimed, published, released), "T1")).toMatchObject({ evidence, verdict: null });
    const moved = { ...released, stale: true } as const;
    expect(nodeOf(at(claimed, published, moved), "T1")).toMatchObject({ evidence: [], verdict: null });
  });

  test("a defect makes its leaf a parent that is verified again", () => {
    const state = at(claimed, published, filed("D1"));
    expect(nodeOf(state, "T1")).toMatchObject({ status: "REVIEW", next: "verify", lease: null });
    expect(nodeOf(state, "D1")).toMatchObject({
      status: "NEW",
      next: "execute",
      issue: { number: 90, id: 90 },
    });
    expect(state.nodes.length).toBe(PLAN.nodes.length + 1);
  });

  test("a conflict goes back to the agent, with the files named", () => {
    const state = at(claimed, published, {
      type: "node.conflicted",
      nodeId: "T1",
      claim: 1,
      baseSha: sha(3),
      files: ["src/a.ts", "src/b.ts"],
      usage: NO_USAGE,
    });
    expect(nodeOf(state, "T1")).toMatchObject({
      next: "execute",
      failures: 1,
      trouble: "The change of T1 conflicts with what was merged meanwhile, in src/a.ts, src/b.ts.",
    });
  });

  test("a conflict of what a parent gathered is for a person, at once, who is told what to do", () => {
    const files = ["src/a.ts"];
    const conflicted = {
      type: "node.conflicted",
      claim: 1,
      baseSha: sha(3),
      files,
      usage: NO_USAGE,
    } as const;
    const claim = { type: "node.claimed", mode: "verify", lease: lease(1) } as const;
    const told = (nodeId: string) =>
      nodeOf(append(plannedState(), { ...claim, nodeId }, { ...conflicted, nodeId }), nodeId);
    const found = (id: string) =>
      `The change of ${id} conflicts with what was merged meanwhile, in src/a.ts.`;
    const feature = nodeOf(plannedState(), "F1");
    expect(told("F1")).toMatchObject({
      status: "BLOCKED",
      lease: null,
      trouble: `${found("F1")} Merge \`${branchOf(nodeOf(plannedState(), "E1"))}\` into \`${branchOf(feature)}\` by hand and settle that there, then \`retry F1\`.`,
    });
    expect(told("E1").trouble).toContain("Merge `main` into `epic/");
  });

  test("a release of the claim keeps what was paid for and counts no failure", () => {
    const state = at(claimed, published, {
      type: "node.released",
      nodeId: "T1",
      claim: 1,
      reason: "Paused.",
    });
    expect(nodeOf(state, "T1")).toMatchObject({ lease: null, failures: 0, pull: 12, status: "REVIEW" });
  });

  test("attempts are bounded; retry gives new ones to the node it names", () => {
    const failed: LedgerEvent = {
      type: "node.failed",
      nodeId: "T1",
      claim: 1,
      reason: "No.",
      usage: NO_USAGE,
    };
    const twice = at(failed, failed);
    expect(nodeOf(twice, "T1")).toMatchObject({ status: "NEW", failures: 2 });
    const blocked = append(twice, failed, { type: "node.blocked", nodeId: "T4", reason: "Forbidden path." });
    expect(nodeOf(blocked, "T1")).toMatchObject({ status: "BLOCKED", failures: 3, trouble: "No." });
    const one = append(blocked, { type: "run.retried", dispatchId: "x", nodeId: "T4" });
    expect([nodeOf(one, "T1").status, nodeOf(one, "T4").status]).toEqual(["BLOCKED", "NEW"]);
    const all = append(blocked, { type: "run.retried", dispatchId: null, nodeId: null });
    expect(nodeOf(all, "T1")).toMatchObject({ status: "NEW", failures: 0 });
  });

  test("a merge ends the claim and dates the end", () => {
    const state = at(claimed, published, {
      type: "node.merged",
      nodeId: "T1",
      claim: 1,
      pull: null,
      mergeSha: sha(9),
    });
    expect(nodeOf(state, "T1")).toMatchObject({
      status: "DONE",
      lease: null,
      pull: 12,
      mergeSha: sha(9),
      startedAt: AT,
      finishedAt: AT,
    });
  });

  test("dispatch ids are remembered, absent ones are not", () => {
    const state = at(
      { type: "run.paused", dispatchId: "a" },
      { type: "run.resumed", dispatchId: null },
      { type: "run.resumed", dispatchId: "b" },
    );
    expect(state.dispatchIds).toEqual(["a", "b"]);
    expect(state.control).toBe("RUN");
  });
});
