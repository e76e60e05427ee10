/** Node ids are stable: none is ever given to a second node of the same run. */
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { checkPlan } from "./plan-check.ts";
import type { NodeState, RunState } from "./schema/state.ts";
import { runs } from "./testing/plans.ts";
import { append, PLAN, planNode, plannedState, policyOf, SPEC, withNodes } from "./testing/samples.ts";
import { nextId, treeOf } from "./tree.ts";

const filed = (state: RunState, id: string, parentId: string): RunState =>
  append(state, {
    type: "defect.filed",
    parentId,
    claim: 1,
    node: planNode(id, parentId),
    fingerprint: `of ${id}`,
    issue: { number: 100 + Number(id.slice(1)), id: 1 },
  });

const FATES: readonly Partial<NodeState>[] = [
  {},
  { status: "DONE" },
  { status: "BLOCKED" },
  { hold: { kind: "issueClosed", by: "ada", at: "2026-11-20T10:00:00.000Z", reason: "Not wanted." } },
];

test("a defect gets an id that no node had before, whatever became of those", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(FATES.length - 1), { maxLength: 8 }), (fates) => {
      const given: string[] = [];
      fates.reduce((state, fate) => {
        const id = nextId(treeOf(state.nodes), "D");
        given.push(id);
        return withNodes(filed(state, id, "T1"), { [id]: FATES[fate] ?? {} });
      }, plannedState());
      expect(new Set(given).size).toBe(given.length);
    }),
    runs(),
  );
});

test("the record takes no second node under an id, and neither does a plan", () => {
  const state = filed(plannedState(), "D1", "T1");
  expect(() => filed(state, "D1", "T2")).toThrow("already has a node D1");
  const twice = { nodes: [...PLAN.nodes, planNode("T1", "F2")] };
  expect(checkPlan(twice, SPEC, policyOf())).toContain("T1 is used by more than one node.");
});
