import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { react } from "./commands.ts";
import { decide, holdersOf, outsideWait, suspectRuns, type Turn } from "./decide.ts";
import { judge } from "./gates.ts";
import { runStateOf } from "./run-state.ts";
import type { LedgerEvent } from "./schema/event.ts";
import { runs, soundPlan } from "./testing/plans.ts";
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
  RUN_ID,
  startedEvent,
  subjectOf,
  withNodes,
} from "./testing/samples.ts";
import { drain, newWorld, type Outcome } from "./testing/simulate.ts";

const TURN: Turn = { now: AT, workflowRunId: 50, runAttempt: 1, endedRuns: new Set() };

const outcome = fc.constantFrom<Outcome>("done", "failed", "lost", "defect", "conflict", "released");
const tape = fc.array(fc.tuple(fc.nat(5), outcome), { maxLength: 40 });
const policy = fc.record({
  limits: fc.record({ attempts: fc.integer({ min: 1, max: 4 }), parallel: fc.integer({ min: 1, max: 6 }) }),
  release: fc.record({ enabled: fc.boolean() }),
});

describe("whole runs", () => {
  test("failures beyond the limits end in a standstill that names them, and retry leads on to DONE", () => {
    fc.assert(
      fc.property(soundPlan, policy, tape, (plan, rules, choices) => {
        const world = newWorld(plan, rules);
        const end = drain(world, choices, false);
        const stuck = world.state.nodes.filter((node) => node.status === "BLOCKED");
        if (runStateOf(world.state) === "DONE") return;
        expect(end === "person" ? stuck.length > 0 : world.state.failure !== null).toBe(true);
        world.state = append(world.state, { type: "run.retried", dispatchId: null, nodeId: null });
        drain(world, [], true);
        expect(runStateOf(world.state)).toBe("DONE");
      }),
      runs(),
    );
  });
});

describe("stages", () => {
  const started = append(null, startedEvent());

  test("the first work of a run is its spec", () => {
    const decision = decide(started, TURN);
    expect(decision.work).toEqual({ kind: "stage", stage: "spec", claim: 1 });
    expect(decision.events).toEqual([
      {
        type: "stage.claimed",
        stage: "spec",
        lease: { workflowRunId: 50, runAttempt: 1, claim: 1, expiresAt: "2026-11-20T12:00:00.000Z" },
      },
    ]);
  });

  test("a claimed stage is busy, for a rerun and for any other workflow run, until its run has ended", () => {
    const claimed = append(started, ...decide(started, TURN).events);
    expect(decide(claimed, TURN)).toEqual({
      events: [],
      work: { kind: "busy", reason: "The spec stage is in progress." },
    });
    expect(decide(claimed, { ...TURN, workflowRunId: 51 }).work.kind).toBe("busy");
    const taken = decide(claimed, { ...TURN, workflowRunId: 51, endedRuns: new Set([50]) });
    expect(taken.events.map((event) => event.type)).toEqual(["stage.failed", "stage.claimed"]);
    expect(taken.work).toEqual({ kind: "stage", stage: "spec", claim: 2 });
    const rerun = decide(claimed, { ...TURN, runAttempt: 2 });
    expect(rerun.work).toEqual({ kind: "stage", stage: "spec", claim: 2 });
  });

  test("the last lost attempt fails the run with the reason, and retry opens it again", () => {
    const state = append(append(null, startedEvent({ limits: { attempts: 1 } })), {
      type: "stage.claimed",
      stage: "spec",
      lease: lease(1, 9),
    });
    const decision = decide(state, { ...TURN, endedRuns: new Set([9]) });
    expect(decision.work).toEqual({
      kind: "over",
      reason: "The spec stage failed: Workflow run 9 ended without a result.",
    });
    const failed = append(state, ...decision.events);
    expect(runStateOf(failed)).toBe("FAILED");
    expect(decide(failed, TURN).work.kind).toBe("over");
    const retried = append(failed, { type: "run.retried", dispatchId: null, nodeId: null });
    expect(decide(retried, TURN).work).toEqual({ kind: "stage", stage: "spec", claim: 2 });
  });

  test("PAUSED waits for a person and claims nothing; CANCELLED and DONE are over", () => {
    const paused = append(started, { type: "run.paused", dispatchId: null });
    expect(decide(paused, TURN)).toMatchObject({ events: [], work: { kind: "person" } });
    const cancelled = append(paused, { type: "run.cancelled", dispatchId: null });
    expect(decide(cancelled, TURN)).toMatchObject({ events: [], work: { kind: "over" } });
  });

  test("nothing is begun or taken over while GitHub's limit leaves no room; the latest word on it counts", () => {
    const until = (seconds: number) => new Date(Date.parse(AT) + seconds * 1_000).toISOString();
    const held = append(
      plannedState(),
      { type: "node.claimed", nodeId: "T1", mode: "execute", lease: lease(1, 9) },
      { type: "run.limited", until: until(600) },
      { type: "run.limited", until: until(60) },
    );
    const ended = { ...TURN, endedRuns: new Set([9]) };
    const { events, work } = decide(held, ended);
    expect(events).toEqual([]);
    expect(work).toEqual({
      kind: "busy",
      reason: `GitHub's request limit is used up until ${until(600)}: no work is begun before, and the hourly sweep goes on then.`,
    });
    expect(decide(held, { ...ended, now: until(600) }).work.kind).toBe("nodes");
    // A person who knows better is believed.
    const retried = react(held, { command: "retry", version: 1, runId: RUN_ID });
    expect(retried.kind).toBe("accepted");
    const { work: next } = decide(
      append(held, ...(retried.kind === "accepted" ? retried.events : [])),
      ended,
    );
    expect(next.kind).toBe("nodes");
  });

  test("without a release the run is complete when its root is merged", () => {
    const state = allDone(plannedState(undefined, { release: { enabled: false } }));
    expect(decide(state, TURN).events).toEqual([{ type: "run.completed" }]);
    expect(decide(allDone(plannedState()), TURN).work).toMatchObject({ kind: "stage", stage: "release" });
  });
});

describe("nodes", () => {
  const ids = (state = plannedState(), when = TURN) => {
    const { work } = decide(state, when);
    return work.kind === "nodes" ? work.nodes.map((item) => `${item.nodeId} ${item.mode}`) : work;
  };

  test("all that is ready is claimed at once, in plan order", () => {
    expect(ids()).toEqual(["T1 execute", "T4 execute"]);
    const one = withNodes(plannedState(), { T1: { status: "DONE" } });
    expect(ids(one)).toEqual(["T2 execute", "T3 execute", "T4 execute"]);
  });

  test("parents are verified, once their children are done", () => {
    expect(ids(allDone(plannedState(), "E1", "F1", "F2"))).toEqual(["F1 verify", "F2 verify"]);
    expect(ids(allDone(plannedState(), "E1"))).toEqual(["E1 verify"]);
  });

  test("no more than limits.parallel are in progress, those of others counted", () => {
    const state = plannedState(undefined, { limits: { parallel: 1 } });
    expect(ids(state)).toEqual(["T1 execute"]);
    const busy = append(state, { type: "node.claimed", nodeId: "T1", mode: "execute", lease: lease(1) });
    expect(ids(busy)).toEqual({ kind: "busy", reason: "1 of 7 nodes are in progress." });
  });

  test("a lost lease is told as a failure and the node claimed again in the same turn", () => {
    const state = append(plannedState(), {
      type: "node.claimed",
      nodeId: "T1",
      mode: "execute",
      lease: lease(1, 9),
    });
    const decision = decide(state, { ...TURN, endedRuns: new Set([9]) });
    expect(decision.events.map((event) => event.type)).toEqual([
      "node.failed",
      "node.claimed",
      "node.claimed",
    ]);
    expect(nodeOf(append(state, ...decision.events), "T1")).toMatchObject({
      claims: 2,
      failures: 1,
      trouble: "Workflow run 9 ended without a result.",
      lease: { workflowRunId: 50, claim: 2 },
    });
  });

  test("a defect whose workflow run was lost while it was verified goes back to the agent", () => {
    const base = plannedState();
    const events: LedgerEvent[] = [
      { type: "node.claimed", nodeId: "T1", mode: "execute", lease: lease(1) },
      {
        type: "defect.filed",
        parentId: "T1",
        claim: 1,
        node: planNode("D1", "T1"),
        fingerprint: "x",
        issue: { number: 90, id: 90 },
      },
      { type: "node.claimed", nodeId: "D1", mode: "execute", lease: lease(1, 9) },
    ];
    const state = withNodes(append(base, ...events), { D1: { pull: 4, next: "verify" } });
    expect(ids(state, { ...TURN, endedRuns: new Set([9]) })).toEqual(["T4 execute", "D1 execute"]);
  });

  test("the last lost attempt blocks the node; what stands still is named", () => {
    const only = { nodes: [planNode("E1", null), planNode("T1", "E1")] };
    const state = append(plannedState(only, { limits: { attempts: 1 } }), {
      type: "node.claimed",
      nodeId: "T1",
      mode: "execute",
      lease: lease(1, 9),
    });
    const decision = decide(state, { ...TURN, endedRuns: new Set([9]) });
    expect(decision.work).toEqual({
      kind: "person",
      reason: "T1 is BLOCKED: Workflow run 9 ended without a result.",
    });
    expect(nodeOf(append(state, ...decision.events), "T1").status).toBe("BLOCKED");
  });

  test("a standstill of many nodes names the first and counts the rest", () => {
    const tasks = Array.from({ length: 30 }, (_, index) => planNode(`T${index + 1}`, "E1"));
    const state = plannedState({ nodes: [planNode("E1", null), ...tasks] });
    const stuck = withNodes(
      state,
      Object.fromEntries(tasks.map(({ id }) => [id, { status: "BLOCKED" as const, trouble: "No." }])),
    );
    const { work } = decide(stuck, TURN);
    expect("reason" in work && work.reason).toMatch(/T20 is BLOCKED: No\. And 10 more nodes\.$/);
  });
});

describe("approval", () => {
  const subject = subjectOf(5);
  const judged = (role: string | null, wanted = "maintain") => {
    const state = allDone(plannedState(undefined, { approval: wanted }), "E1");
    const evidence = evidenceOf("E1", subject);
    const verdict = judge(state, nodeOf(state, "E1"), evidence, judgingOf(subject));
    const approval = role === null ? null : { headSha: subject.headSha, by: "bob", role };
    return withNodes(state, { E1: { subject, evidence, verdict, approval, pull: 3, status: "QA" } });
  };

  test("a node that only lacks an approval waits for a person", () => {
    const state = judged(null);
    expect(decide(state, TURN).work).toMatchObject({
      kind: "person",
      reason: expect.stringMatching(/^E1: Not mergeable: needs 1 approval from a maintainer on 0000000/),
    });
  });

  test("an approval by the wanted role leads on; a lower one does not turn in circles", () => {
    expect(decide(judged("admin"), TURN).work).toMatchObject({ kind: "nodes" });
    expect(decide(judged("write"), TURN).work).toMatchObject({ kind: "person" });
  });

  test("an approval that is there does not turn in circles while the branch's own rules want reviews", () => {
    const state = judged("admin");
    const node = nodeOf(state, "E1");
    const approvals = (given: number) =>
      node.evidence.map((item) =>
        item.kind === "checks" ? { ...item, approvals: { wanted: 2, given } } : item,
      );
    expect(outsideWait(state, { ...node, evidence: approvals(1) })).toBe("waiting");
    expect(outsideWait(state, { ...node, evidence: approvals(2) })).toBe("over");
  });

  test("what was judged mergeable and not merged is judged again, not checked anew; after a push it is", () => {
    const before = judged(null, "none");
    expect(nodeOf(before, "E1").verdict?.outcome).toBe("mergeable");
    expect(decide(before, TURN).work).toMatchObject({ nodes: [{ nodeId: "E1", mode: "gate" }] });
    const by = { type: "branch.moved", nodeId: "E1", by: "ada", headSha: subjectOf(6).headSha } as const;
    const pushed = append(before, { ...by, forced: false });
    expect(decide(pushed, TURN).work).toMatchObject({ nodes: [{ nodeId: "E1", mode: "verify" }] });
  });

  test("waiting for children or defects is not waiting for an approval", () => {
    const state = plannedState(undefined, { approval: "write" });
    const verdict = judge(state, nodeOf(state, "E1"), evidenceOf("E1", subject), judgingOf(subject));
    expect(verdict.outcome).toBe("waiting");
    expect(outsideWait(state, { ...nodeOf(state, "E1"), subject, verdict })).toBe("none");
  });
});

test("workflow runs with expired leases are suspects", () => {
  const state = append(
    plannedState(),
    { type: "node.claimed", nodeId: "T1", mode: "execute", lease: lease(1, 7) },
    { type: "node.claimed", nodeId: "T4", mode: "execute", lease: lease(1, 7) },
  );
  expect(suspectRuns(state, "2026-11-20T11:59:59Z")).toEqual([]);
  expect(suspectRuns(state, "2026-11-20T12:00:00Z")).toEqual([7]);
  expect(holdersOf(state)).toEqual([7]);
  expect(holdersOf(plannedState())).toEqual([]);
});
