import { describe, expect, test } from "@jest/globals";
import { type AloneWork, claimAlone } from "./claim-alone.ts";
import { judge } from "./gates.ts";
import type { NodeState, RunState } from "./schema/state.ts";
import {
  AT,
  allDone,
  append,
  evidenceOf,
  judgingOf,
  lease,
  nodeOf,
  plannedState,
  startedEvent,
  subjectOf,
  withNodes,
} from "./testing/samples.ts";

const TURN = { now: AT, workflowRunId: 9, runAttempt: 1, endedRuns: new Set<number>() };
const STATE = plannedState();
const PUBLISHED: Partial<NodeState> = { pull: 5, branch: "task/4-x", subject: subjectOf(3), next: "verify" };
const published = withNodes(STATE, { T1: PUBLISHED });
const claim = (state: RunState, id: string, work: AloneWork) => claimAlone(state, id, work, TURN);
const verdictOf = (fails: readonly string[]) =>
  judge(published, nodeOf(published, "T1"), evidenceOf("T1", subjectOf(3), fails), judgingOf(subjectOf(3)));
const refusedState = withNodes(published, { T1: { ...PUBLISHED, verdict: verdictOf(["qa"]) } });

describe("a free node is claimed as a turn would claim it", () => {
  test.each<[string, RunState, string, AloneWork, string]>([
    ["a task that nobody has begun", STATE, "T1", "run", "execute"],
    ["a task with a pull request", published, "T1", "run", "verify"],
    ["its branch", published, "T1", "branch", "verify"],
    ["its way into the parent", published, "T1", "integrate", "verify"],
    ["its gate", published, "T1", "gate", "gate"],
    ["its finding", refusedState, "T1", "defect", "verify"],
    ["a parent whose children are done", allDone(STATE, "F1", "E1"), "F1", "branch", "verify"],
  ])("%s", (_, state, id, work, mode) => {
    const claimed = claim(state, id, work);
    expect(claimed).toMatchObject({ kind: "claimed", claim: 1, mode });
    if (claimed.kind !== "claimed") return;
    expect(append(state, ...claimed.events).nodes.find((node) => node.plan.id === id)?.lease).toMatchObject({
      workflowRunId: 9,
      claim: 1,
    });
    // Nobody can claim it a second time.
    expect(claim(append(state, ...claimed.events), id, work).kind).toBe("refused");
  });
});

describe("what is refused, with a sentence", () => {
  const cancelled = append(STATE, { type: "run.cancelled", dispatchId: null });
  const paused = append(STATE, { type: "run.paused", dispatchId: null });
  const spent = {
    ...append(null, startedEvent({ budget: { calls: 1 } })),
    ...{ nodes: STATE.nodes, stages: STATE.stages },
    usage: { ...STATE.usage, calls: 1 },
  };
  test.each<[string, RunState, string, AloneWork, string]>([
    ["a node that is not there", STATE, "T9", "run", "has no node T9"],
    [
      "a busy node",
      withNodes(STATE, { T1: { lease: lease(1, 7) } }),
      "T1",
      "run",
      "held by workflow run 7 (claim 1)",
    ],
    ["a node that is done", withNodes(STATE, { T1: { status: "DONE" } }), "T1", "run", "T1 is DONE"],
    [
      "a node set aside",
      withNodes(STATE, {
        T1: { hold: { kind: "issueClosed", by: "ada", at: AT, reason: "ada closed it." } },
      }),
      "T1",
      "run",
      "T1 is set aside: ada closed it.",
    ],
    [
      "a BLOCKED node",
      withNodes(STATE, { T1: { status: "BLOCKED", trouble: "Why." } }),
      "T1",
      "run",
      "T1 is BLOCKED: Why.",
    ],
    ["a node that waits", STATE, "T2", "run", "it waits for T1"],
    ["a parent with open children", STATE, "F1", "gate", "it waits for T1, T2"],
    ["a branch without a change", STATE, "T1", "branch", "T1 has no change to publish yet"],
    ["a gate without a pull request", STATE, "T1", "gate", "T1 has no pull request to judge yet"],
    ["a defect without a verdict", published, "T1", "defect", "T1 has no refused verdict"],
    ["a cancelled run", cancelled, "T1", "run", "is CANCELLED"],
    ["a paused run", paused, "T1", "run", "is paused"],
    ["a run without a tree", append(null, startedEvent()), "T1", "run", "has no node T1"],
    ["a spent budget", spent, "T1", "run", "T1 is not started, since"],
  ])("%s", (_, state, id, work, words) => {
    expect(claim(state, id, work)).toEqual({ kind: "refused", reason: expect.stringContaining(words) });
  });
});
