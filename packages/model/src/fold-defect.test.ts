import { expect, test } from "@jest/globals";
import type { NodeState, RunState } from "./schema/state.ts";
import { append, planNode, plannedState, withNodes } from "./testing/samples.ts";

const issue = { number: 7, id: 70 };
const file = (state: RunState, objective = "Mend it.", parentId = "T1", id = "D1") =>
  append(state, {
    type: "defect.filed",
    parentId,
    claim: 1,
    node: { ...planNode(id, parentId), kind: "defect", title: "Fix qa", objective },
    fingerprint: "one",
    issue,
  });
const defect = (state: RunState): NodeState => {
  const found = state.nodes.filter(({ plan }) => plan.id === "D1");
  expect(found).toHaveLength(1);
  return found[0] as NodeState;
};
const done = (state: RunState, branch: string) =>
  withNodes(state, {
    D1: {
      status: "DONE",
      claims: 3,
      failures: 1,
      branch,
      pull: 12,
      mergeSha: "a".repeat(40),
      labels: { added: ["Urgent"], removed: [] },
    },
  });

test("a defect whose finding comes back is the same node and issue, begun anew on a branch of its own", () => {
  const mended = done(file(plannedState()), "defect/7-fix-qa");
  const again = file(mended, "Mend it again.");
  expect(again.nodes).toHaveLength(mended.nodes.length);
  expect(defect(again)).toMatchObject({
    plan: { objective: "Mend it again." },
    status: "NEW",
    next: "execute",
    // A claim's number is never given twice.
    claims: 3,
    failures: 0,
    issue,
    branch: "defect/7-fix-qa-2",
    pull: null,
    mergeSha: null,
    labels: { added: ["Urgent"] },
  });
  expect(again.nodes.find(({ plan }) => plan.id === "T1")).toMatchObject({
    status: "REVIEW",
    next: "verify",
  });
  expect(defect(file(done(again, "defect/7-fix-qa-2"))).branch).toBe("defect/7-fix-qa-3");
});

test("one that is open, or of another node, cannot be filed again", () => {
  const open = file(plannedState());
  expect(() => file(open)).toThrow("already has a node D1");
  expect(() => file(done(open, "defect/7-fix-qa"), "Mend it.", "T2")).toThrow("already has a node D1");
});
