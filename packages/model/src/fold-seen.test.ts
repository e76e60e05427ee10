import { describe, expect, test } from "@jest/globals";
import { decide, type Turn } from "./decide.ts";
import type { SeenEvent } from "./fold-seen.ts";
import { judge } from "./gates.ts";
import type { RunState } from "./schema/state.ts";
import {
  AT,
  allDone,
  append,
  evidenceOf,
  judgingOf,
  lease,
  nodeOf,
  planNode,
  plannedState,
  sha,
  subjectOf,
  withNodes,
} from "./testing/samples.ts";

const TURN: Turn = { now: AT, workflowRunId: 50, runAttempt: 1, endedRuns: new Set() };
const subject = subjectOf(5);
const by = "bob";

/** T1 stands in a pull request, checked and waiting. */
function published(): RunState {
  const state = plannedState();
  const evidence = evidenceOf("T1", subject);
  const verdict = judge(state, nodeOf(state, "T1"), evidence, judgingOf(subject));
  return withNodes(state, {
    T1: {
      status: "QA",
      pull: 12,
      branch: "task/4-t1",
      subject,
      evidence,
      verdict,
      claims: 1,
      next: "verify",
    },
  });
}
const after = (event: SeenEvent, state = published()) => append(state, event);
const lastNote = (state: RunState) => state.notes.at(-1)?.text;
const claimed = (state: RunState) => {
  const { work } = decide(state, TURN);
  return work.kind === "nodes" ? work.nodes.map(({ nodeId, mode }) => `${nodeId} ${mode}`) : [];
};

describe("a pull request", () => {
  const closed = after({ type: "pull.closed", nodeId: "T1", by, pull: 12, at: AT });

  test("closed without merging: the node is NEW and set aside, its branch kept", () => {
    expect(nodeOf(closed, "T1")).toMatchObject({
      status: "NEW",
      branch: "task/4-t1",
      hold: { kind: "pullClosed", by },
      evidence: [],
    });
    expect(claimed(closed)).not.toContain("T1 execute");
    expect(lastNote(closed)).toBe(
      "bob closed pull request #12 of T1: reopen it to have it checked again, or `retry T1` to have the change made anew.",
    );
  });

  test("reopened: it is in REVIEW and checked again", () => {
    const reopened = after({ type: "pull.reopened", nodeId: "T1", by, pull: 12 }, closed);
    expect(nodeOf(reopened, "T1")).toMatchObject({ status: "REVIEW", hold: null });
    expect(claimed(reopened)).toContain("T1 verify");
  });

  test("retried instead: the change is made anew, and the agent is told why", () => {
    const retried = append(closed, { type: "run.retried", dispatchId: null, nodeId: "T1" });
    expect(nodeOf(retried, "T1")).toMatchObject({ hold: null, next: "execute", resumedAt: AT });
    expect(nodeOf(retried, "T1").trouble).toContain("bob closed pull request #12");
    expect(claimed(retried)).toContain("T1 execute");
  });

  test("merged by a person: the node is DONE and frees what waited for it", () => {
    const merged = after({ type: "pull.merged", nodeId: "T1", by, pull: 12, mergeSha: sha(9) });
    expect(nodeOf(merged, "T1")).toMatchObject({ status: "DONE", mergeSha: sha(9), lease: null });
    expect(claimed(merged)).toEqual(expect.arrayContaining(["T2 execute", "T3 execute"]));
  });

  test("a parent's merged too early: what is still to come gets another one", () => {
    const state = withNodes(plannedState(), { F1: { pull: 7, subject, status: "QA" } });
    const merged = after({ type: "pull.merged", nodeId: "F1", by, pull: 7, mergeSha: sha(9) }, state);
    expect(nodeOf(merged, "F1")).toMatchObject({ status: "NEW", pull: null, mergeSha: null });
    expect(lastNote(merged)).toContain("although 2 below it are open");
  });
});

describe("an issue", () => {
  const closed = after({ type: "issue.closed", nodeId: "T1", by, at: AT });

  test("closed: the node is set aside, and what waits for it is named", () => {
    expect(nodeOf(closed, "T1")).toMatchObject({ status: "BLOCKED", hold: { kind: "issueClosed" } });
    const rest = withNodes(closed, { T4: { status: "BLOCKED", trouble: "No." } });
    const { work } = decide(rest, TURN);
    expect(work).toMatchObject({ kind: "person" });
    const reason = "reason" in work ? work.reason : "";
    expect(reason).toContain("T1 is set aside: bob closed the issue of T1");
    expect(reason).toContain("T2 waits for T1 (set aside).");
    expect(reason).toContain("T3 waits for T1 (set aside).");
  });

  test("reopened: it goes on where it stood", () => {
    const reopened = after({ type: "issue.reopened", nodeId: "T1", by }, closed);
    expect(nodeOf(reopened, "T1")).toMatchObject({ status: "REVIEW", hold: null, trouble: null });
  });

  test("closed while a job works on it: the job ends, then the node stays", () => {
    const busy = append(plannedState(), {
      type: "node.claimed",
      nodeId: "T1",
      mode: "execute",
      lease: lease(1, 7),
    });
    const both = append(
      busy,
      { type: "issue.closed", nodeId: "T1", by, at: AT },
      { type: "node.released", nodeId: "T1", claim: 1, reason: "Over." },
    );
    expect(nodeOf(both, "T1").hold).not.toBeNull();
    expect(claimed(both)).not.toContain("T1 execute");
  });

  test("retitled and relabelled: kept", () => {
    const changed = append(
      published(),
      { type: "issue.retitled", nodeId: "T1", by, title: "Days" },
      { type: "issue.relabelled", nodeId: "T1", by, added: ["help wanted"], removed: ["slipway:task"] },
      { type: "issue.relabelled", nodeId: "T1", by, added: ["slipway:task"], removed: ["help wanted"] },
    );
    expect(nodeOf(changed, "T1").plan.title).toBe("Days");
    expect(nodeOf(changed, "T1").labels).toEqual({ added: ["slipway:task"], removed: ["help wanted"] });
  });

  test.each([
    ["below another parent", "T4", "F1", "F1", "bob moved T4 below F1."],
    ["what has begun", "T1", "F2", "F1", "the run does not follow: T1 has begun"],
    ["out of the tree", "T4", null, "F2", "the run does not follow: T4 would belong to nothing."],
    ["below a task", "T4", "T2", "F2", "a task cannot lie under a task."],
  ])("moved %s", (_, nodeId, parentId, parent, note) => {
    const moved = after({ type: "issue.moved", nodeId, by, parentId });
    expect(nodeOf(moved, nodeId).plan.parent).toBe(parent);
    expect(lastNote(moved)).toContain(note);
  });

  test("moved with something below it that has begun, or too deep: said, not followed", () => {
    const plans = [...plannedState().nodes.map(({ plan }) => plan), planNode("F3", "E1")];
    const deeper = plans.map((plan) => (plan.id === "F2" ? { ...plan, parent: "F1" } : plan));
    const state = plannedState({ nodes: [...deeper, planNode("T5", "F3")] });
    const move = { type: "issue.moved", nodeId: "F1", by, parentId: "F3" } as const;
    expect(nodeOf(after(move, state), "F1").plan.parent).toBe("E1");
    expect(lastNote(after(move, state))).toContain("the tree would be 5 levels deep; the policy allows 4");
    const begun = withNodes(state, { T3: { claims: 1 } });
    expect(lastNote(after(move, begun))).toContain("does not follow: F1 has begun");
  });

  test("moved where nothing could ever finish: said, not followed", () => {
    // F2 would wait for T1's end by order and T3 in F2 waits for T1; T4 depends on nothing: F1 may not lie below F2.
    const state = plannedState({
      nodes: plannedState().nodes.map(({ plan }) =>
        plan.id === "T4" ? { ...plan, dependsOn: ["F1"] } : plan,
      ),
    });
    const moved = after({ type: "issue.moved", nodeId: "T4", by, parentId: "F1" }, state);
    expect(nodeOf(moved, "T4").plan.parent).toBe("F2");
    expect(lastNote(moved)).toContain("nothing of it could ever finish");
  });
});

describe("a branch", () => {
  test("pushed to: evidence is void and the change is checked again", () => {
    const moved = after({ type: "branch.moved", nodeId: "T1", by, headSha: sha(8), forced: true });
    expect(nodeOf(moved, "T1")).toMatchObject({
      subject: null,
      evidence: [],
      verdict: null,
      status: "REVIEW",
    });
    expect(claimed(moved)).toContain("T1 verify");
    expect(lastNote(moved)).toBe("bob force-pushed the branch of T1 to 0000000: it is checked again.");
  });

  test("deleted and restored, or gone", () => {
    expect(lastNote(after({ type: "branch.lost", nodeId: "T1", by, restoredAt: sha(5) }))).toContain(
      "it was restored at 0000000",
    );
    expect(
      nodeOf(after({ type: "branch.lost", nodeId: "T1", by, restoredAt: null }), "T1").subject,
    ).toBeNull();
  });
});

test("only the newest notes are kept", () => {
  let state = plannedState();
  for (let n = 1; n <= 30; n += 1) state = append(state, { type: "run.noted", text: `Note ${n}.` });
  expect(state.notes).toHaveLength(20);
  expect(lastNote(state)).toBe("Note 30.");
});

describe("waiting for somebody outside", () => {
  const waiting = (wanted = "maintain") => {
    const state = allDone(plannedState(undefined, { approval: wanted }), "E1");
    const evidence = evidenceOf("E1", subject);
    const verdict = judge(state, nodeOf(state, "E1"), evidence, judgingOf(subject));
    return withNodes(state, { E1: { subject, evidence, verdict, pull: 3, status: "QA", next: "verify" } });
  };

  test("an approval leads to the gate, nothing is tested again", () => {
    const approved = append(waiting(), {
      type: "node.approved",
      dispatchId: null,
      nodeId: "E1",
      headSha: subject.headSha,
      role: "maintain",
    });
    expect(claimed(approved)).toEqual(["E1 gate"]);
  });

  test("a push makes the approval void", () => {
    const pushed = append(
      waiting(),
      { type: "node.approved", dispatchId: null, nodeId: "E1", headSha: subject.headSha, role: "admin" },
      { type: "branch.moved", nodeId: "E1", by, headSha: sha(77), forced: false },
    );
    expect(claimed(pushed)).toEqual(["E1 verify"]);
    const again = judge(
      pushed,
      nodeOf(pushed, "E1"),
      evidenceOf("E1", subjectOf(77)),
      judgingOf(subjectOf(77)),
    );
    expect(again.sentence).toContain("(the approval of 0000000 died with the push)");
  });

  test("a check that settled leads to the gate", () => {
    expect(decide(waiting(), { ...TURN, settled: new Set(["E1"]) }).work).toMatchObject({
      kind: "nodes",
      nodes: [{ nodeId: "E1", mode: "gate" }],
    });
  });

  test("a gate that finds another head gives the node back to be checked", () => {
    const released = append(
      waiting(),
      { type: "node.claimed", nodeId: "E1", mode: "gate", lease: lease(1) },
      { type: "node.released", nodeId: "E1", claim: 1, reason: "The base moved.", stale: true },
    );
    expect(claimed(released)).toEqual(["E1 verify"]);
  });
});

describe("the budget", () => {
  const usage = { calls: 5, inputTokens: 1, outputTokens: 900, cacheReadTokens: 0, cacheWriteTokens: 0 };
  const spent = { ...plannedState(undefined, { budget: { outputTokens: 900 } }), usage };

  test("used up: no agent starts, and it is said", () => {
    expect(decide(spent, TURN).work).toMatchObject({
      kind: "person",
      reason: expect.stringContaining(
        "T1 and T4 are not started, since the budget is used up (900 of 900 output tokens): `retry` grants it once more.",
      ),
    });
  });

  test("a retry grants it once more", () => {
    const granted = append(spent, { type: "run.retried", dispatchId: null, nodeId: null });
    expect(granted.budgetGrants).toBe(1);
    expect(claimed(granted)).toContain("T1 execute");
  });

  test("what is paid for is still checked and merged", () => {
    const state = withNodes(spent, { T1: { pull: 3, next: "verify", status: "REVIEW", claims: 1 } });
    expect(claimed(state)).toEqual(["T1 verify"]);
  });
});

test("a dry run is done when its issues are drafted", () => {
  const state = { ...plannedState(), dryRun: true };
  expect(decide(state, TURN)).toMatchObject({ events: [{ type: "run.completed" }], work: { kind: "over" } });
});
