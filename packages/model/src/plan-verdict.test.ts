import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { judgePlan, planVerdictText } from "./plan-verdict.ts";
import type { Plan, PlanNode } from "./schema/plan.ts";
import { runs, soundPlan } from "./testing/plans.ts";
import { planNode, policyOf, SPEC } from "./testing/samples.ts";

const task = (id: string, parent: string, more: Partial<PlanNode> = {}) =>
  planNode(id, parent, { acceptance: ["AC-001", "AC-002"], ...more });
const CLEAN: Plan = {
  nodes: [planNode("E1", null), planNode("F1", "E1"), task("T1", "F1"), task("T2", "F1")],
};
const judge = (plan: Plan, policy: unknown = {}) => judgePlan(plan, SPEC, policyOf(policy));
const changed = (
  changes: Readonly<Record<string, Partial<PlanNode>>>,
  more: readonly PlanNode[] = [],
): Plan => ({ nodes: [...CLEAN.nodes.map((node) => ({ ...node, ...changes[node.id] })), ...more] });

test("a plan that nothing is to be said about passes", () => {
  expect(judge(CLEAN)).toEqual({ verdict: "PASS", problems: [], concerns: [] });
  expect(planVerdictText(judge(CLEAN))).toBe("**Plan: PASS.** The rules have nothing against it.");
});

test("a plan that cannot be carried out fails, whatever else there is to say", () => {
  const verdict = judge(changed({ T1: { dependsOn: ["T1"], size: "L" } }));
  expect(verdict).toMatchObject({ verdict: "FAIL", concerns: [] });
  expect(planVerdictText(verdict)).toContain("**Plan: FAIL.**");
  expect(planVerdictText(verdict)).toContain("- The plan can never finish");
});

describe("concerns", () => {
  const SIX = ["FR-001", "FR-002", "FR-003", "FR-004", "FR-005", "FR-006"];
  test.each<[string, Plan, unknown, string]>([
    [
      "a large leaf",
      changed({ T1: { size: "L" } }),
      {},
      "T1 is of size L: two smaller tasks are easier to review.",
    ],
    [
      "a leaf without requirement",
      changed({ T1: { requirements: [] } }),
      {},
      "T1 covers no requirement of the specification: what is it for?",
    ],
    [
      "depth at the limit",
      CLEAN,
      { limits: { depth: 3 } },
      "T1 lies at the deepest level that the policy allows (limits.depth is 3).",
    ],
    [
      "duplicate titles",
      changed({ T1: { title: "Same  thing" }, T2: { title: "same thing" } }),
      {},
      "T1 and T2 have the same title: is one of them left over?",
    ],
    [
      "a dependency that the order implies",
      changed({ T2: { orderIndex: 1, dependsOn: ["T1"] } }),
      {},
      "T2 need not depend on T1: the order of the tree has it done before.",
    ],
    [
      "a dependency that the order of parents implies",
      changed({}, [planNode("F2", "E1", { orderIndex: 1 }), task("T3", "F2", { dependsOn: ["T1"] })]),
      {},
      "T3 need not depend on T1: the order of the tree has it done before.",
    ],
    [
      "a forgotten criterion",
      changed({ T1: { acceptance: ["AC-001"] }, T2: { acceptance: ["It works."] } }),
      {},
      "No task names AC-002, an acceptance criterion of FR-002.",
    ],
    [
      "one chain",
      changed({ T2: { orderIndex: 1 } }, [
        planNode("F2", "E1", { orderIndex: 1 }),
        task("T3", "F2"),
        task("T4", "F2", { dependsOn: ["T3"] }),
      ]),
      {},
      "All 4 tasks wait for each other in one chain: nothing can run side by side.",
    ],
  ])("%s", (_, plan, policy, words) => {
    expect(judge(plan, policy)).toMatchObject({ verdict: "CONCERNS", problems: [] });
    expect(judge(plan, policy).concerns).toContain(words);
  });

  test("a leaf for many requirements", () => {
    const spec = { ...SPEC, requirements: SIX.map((id) => ({ id, text: `${id} must hold.` })) };
    const plan = changed({ T1: { requirements: SIX } });
    expect(judgePlan(plan, spec, policyOf()).concerns).toContain(
      "T1 alone covers 6 requirements: is it more than one task?",
    );
  });

  test("what runs side by side is no chain", () => {
    const plan = changed({}, [task("T3", "F1", { orderIndex: 1 }), task("T4", "F1", { orderIndex: 2 })]);
    expect(judge(plan).concerns).toEqual([]);
  });
});

test("a sound plan of any shape is never failed, and judged the same in any order of its list", () => {
  fc.assert(
    fc.property(soundPlan, (plan) => {
      const verdict = judge(plan);
      expect(verdict.verdict).not.toBe("FAIL");
      const turned = judge({ nodes: [...plan.nodes].reverse() });
      expect(turned.verdict).toBe(verdict.verdict);
    }),
    runs(),
  );
});

test("a long list is cut, and says by how much", () => {
  const nodes = Array.from({ length: 40 }, (_, at) => task(`T${at + 1}`, "E1", { size: "L" }));
  const text = planVerdictText(judge({ nodes: [planNode("E1", null), ...nodes] }));
  expect(text.split("\n").at(-1)).toBe("- and 20 more");
});
