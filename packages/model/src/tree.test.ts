import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Plan } from "./schema/plan.ts";
import type { RunState } from "./schema/state.ts";
import { runs, soundPlan } from "./testing/plans.ts";
import { lease, nodeOf, PLAN, planNode, plannedState, withNodes } from "./testing/samples.ts";
import {
  ancestorsOf,
  blockerIndex,
  childrenOf,
  descendantsOf,
  nextId,
  planTree,
  readinessOf,
  treeOf,
} from "./tree.ts";

const ids = (nodes: readonly { readonly id: string }[]) => nodes.map((node) => node.id);

describe("walking", () => {
  const tree = planTree(PLAN.nodes);

  test("children stand in their order, whatever the order of the list", () => {
    expect(ids(childrenOf(tree, "F1"))).toEqual(["T1", "T2"]);
    expect(ids(childrenOf(planTree([...PLAN.nodes].reverse()), "F1"))).toEqual(["T1", "T2"]);
    expect(childrenOf(tree, "T1")).toEqual([]);
  });

  test("ancestors go from the parent to the root, descendants everywhere below", () => {
    expect(ids(ancestorsOf(tree, "T3"))).toEqual(["F2", "E1"]);
    expect(ancestorsOf(tree, "E1")).toEqual([]);
    expect(ancestorsOf(tree, "T99")).toEqual([]);
    expect(ids(descendantsOf(tree, "E1")).toSorted()).toEqual(["F1", "F2", "T1", "T2", "T3", "T4"]);
  });

  test("parents in a circle end the walk", () => {
    expect(ids(ancestorsOf(planTree([planNode("F1", "F2"), planNode("F2", "F1")]), "F1"))).toEqual(["F2"]);
  });

  test("ids are never used again", () => {
    expect(nextId(treeOf([]), "D")).toBe("D1");
    const state = plannedState({
      nodes: [planNode("E1", null), planNode("T9", "E1"), planNode("T10", "E1")],
    });
    expect(nextId(treeOf(state.nodes), "T")).toBe("T11");
  });
});

describe("readiness", () => {
  const of = (state: RunState, id: string) => {
    const tree = treeOf(state.nodes);
    const found = readinessOf(tree, nodeOf(state, id), blockerIndex(tree));
    return found.kind === "waiting" ? found.on.map((node) => node.plan.id).toSorted() : found.kind;
  };

  test("a node waits for its children, earlier siblings, dependencies, and those of its ancestors", () => {
    const plan: Plan = {
      nodes: [...PLAN.nodes.filter((node) => node.id !== "F2"), planNode("F2", "E1", { orderIndex: 1 })],
    };
    const state = plannedState(plan);
    expect(of(state, "E1")).toEqual(["F1", "F2"]);
    expect(of(state, "T1")).toBe("ready");
    expect(of(state, "T2")).toEqual(["T1"]);
    expect(of(state, "T3")).toEqual(["F1", "T1"]);
    expect(of(state, "T4")).toEqual(["F1"]);
    const later = withNodes(state, { T1: { status: "DONE" }, T2: { status: "DONE" } });
    expect(of(later, "F1")).toBe("ready");
    expect(of(later, "T3")).toEqual(["F1"]);
  });

  test("nothing below a node that a person set aside is begun; what is begun may end", () => {
    const hold = {
      kind: "issueClosed",
      by: "mona",
      reason: "Somebody closed #3.",
      at: "2026-11-20T10:00:00.000Z",
    } as const;
    const state = withNodes(plannedState(), { F1: { hold, status: "BLOCKED" }, T2: { lease: lease(1, 9) } });
    const tree = treeOf(state.nodes);
    const kindOf = (id: string) => readinessOf(tree, nodeOf(state, id), blockerIndex(tree));
    expect(kindOf("T1")).toMatchObject({ kind: "waiting", on: [{ plan: { id: "F1" } }] });
    expect(kindOf("T2").kind).toBe("busy");
    const free = withNodes(state, { F1: { hold: null, status: "NEW" } });
    const again = treeOf(free.nodes);
    expect(readinessOf(again, nodeOf(free, "T1"), blockerIndex(again)).kind).toBe("ready");
  });

  test("only the nearest open rank is named", () => {
    const plan = {
      nodes: [planNode("E1", null), ...[0, 1, 2].map((n) => planNode(`T${n + 1}`, "E1", { orderIndex: n }))],
    };
    expect(of(plannedState(plan), "T3")).toEqual(["T1"]);
    expect(of(withNodes(plannedState(plan), { T1: { status: "DONE" } }), "T3")).toEqual(["T2"]);
  });

  test("done, blocked and busy are told first", () => {
    const state = withNodes(plannedState(), {
      T1: { status: "DONE" },
      T2: { status: "BLOCKED", trouble: "No." },
      T4: { lease: lease(1) },
    });
    expect(["T1", "T2", "T4"].map((id) => of(state, id))).toEqual(["done", "blocked", "busy"]);
  });

  test("the shared lists say the same as each node's own rules, at any moment of a run", () => {
    fc.assert(
      fc.property(soundPlan, fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }), (plan, done) => {
        const state = plannedState(plan);
        const some = withNodes(
          state,
          Object.fromEntries(
            plan.nodes.map(({ id }, i) => [id, { status: done[i % 60] ? "DONE" : "NEW" } as const]),
          ),
        );
        const open = (id: string) => nodeOf(some, id).status !== "DONE";
        const blockers = blockerIndex(treeOf(some.nodes));
        for (const node of some.nodes) {
          const wanted = new Set<string>();
          for (let at: string | null = node.plan.id; at !== null; at = nodeOf(some, at).plan.parent) {
            const { parent, orderIndex, dependsOn } = nodeOf(some, at).plan;
            const siblings = plan.nodes.filter((n) => parent !== null && n.parent === parent && open(n.id));
            const lowest = Math.min(...siblings.map((n) => n.orderIndex));
            if (lowest < orderIndex) for (const n of siblings) if (n.orderIndex === lowest) wanted.add(n.id);
            for (const id of dependsOn) if (open(id)) wanted.add(id);
          }
          expect(new Set(blockers(node).map((n) => n.plan.id))).toEqual(wanted);
        }
      }),
      runs(),
    );
  });
});
