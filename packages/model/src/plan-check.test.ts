import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { checkPlan } from "./plan-check.ts";
import type { Plan, PlanNode } from "./schema/plan.ts";
import { anyPlan, runs, soundPlan } from "./testing/plans.ts";
import { PLAN, planNode, policyOf, SPEC } from "./testing/samples.ts";

const POLICY = policyOf();
const check = (plan: Plan, policy: unknown = {}) => checkPlan(plan, SPEC, policyOf(policy));
const changed = (
  changes: Readonly<Record<string, Partial<PlanNode>>>,
  more: readonly PlanNode[] = [],
): Plan => ({
  nodes: [...PLAN.nodes.map((node) => ({ ...node, ...changes[node.id] })), ...more],
});

test("sound plans are accepted", () => {
  expect(check(PLAN)).toEqual([]);
  fc.assert(
    fc.property(soundPlan, (plan) => {
      expect(check(plan)).toEqual([]);
    }),
    runs(500),
  );
});

describe("cycles over all blocking edges are refused, each point named", () => {
  test.each<[string, Plan, string]>([
    [
      "itself",
      changed({ T1: { dependsOn: ["T1"] } }),
      "the end of T1 waits for the start of T1 waits for the end of T1.",
    ],
    [
      "each other",
      changed({ T1: { dependsOn: ["T4"] }, T4: { dependsOn: ["T1"] } }),
      "the end of T1 waits for the start of T1 waits for the end of T4 waits for the start of T4 waits for the end of T1.",
    ],
    [
      "its parent",
      changed({ T3: { dependsOn: ["F2"] } }),
      "the end of F2 waits for the end of T3 waits for the start of T3 waits for the end of F2.",
    ],
    [
      "its child",
      changed({ F2: { dependsOn: ["T3"] } }),
      "the start of F2 waits for the end of T3 waits for the start of T3 waits for the start of F2.",
    ],
    [
      "a later sibling",
      changed({ T1: { dependsOn: ["T2"] } }),
      "the end of T1 waits for the start of T1 waits for the end of T2 waits for the start of T2 waits for the end of T1.",
    ],
    [
      "what lies under a later sibling of its parent",
      changed({ F2: { orderIndex: 1 }, T1: { dependsOn: ["T3"] }, T3: { dependsOn: [] } }),
      "the end of T3 waits for the start of T3 waits for the start of F2 waits for the end of F1.",
    ],
    [
      "parents of each other",
      changed({}, [planNode("F8", "F9"), planNode("F9", "F8"), planNode("T8", "F8")]),
      "the start of F8 waits for the start of F9 waits for the start of F8.",
    ],
  ])("%s", (_, plan, words) => {
    const problems = check(plan);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^The plan can never finish: /);
    expect(problems[0]).toContain(words);
  });

  test("exactly those plans are refused that an independent sort cannot order", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        expect(checkPlan(plan, SPEC, POLICY).length === 0).toBe(canBeOrdered(plan.nodes));
      }),
      runs(500),
    );
  });

  test("each step of the named cycle is an edge of the plan", () => {
    fc.assert(
      fc.property(anyPlan, ({ nodes }) => {
        const [problem] = check({ nodes });
        if (problem === undefined) return;
        const points = [...problem.matchAll(/the (start|end) of ([EFT]\d+)/g)];
        expect(points.length).toBeGreaterThan(1);
        expect(points[0]?.[0]).toBe(points.at(-1)?.[0]);
        for (const [index, point] of points.slice(1).entries()) {
          const [, fromEnd = "", from = ""] = points[index] ?? [];
          expect(waitsFor(nodes, fromEnd, from)).toContain(`${point[1]} ${point[2]}`);
        }
      }),
      runs(),
    );
  });
});

function waitsFor(nodes: readonly PlanNode[], end: string, id: string): string[] {
  const node = nodes.find((item) => item.id === id);
  if (!node) return [];
  if (end === "end")
    return [`start ${id}`, ...nodes.filter((item) => item.parent === id).map((item) => `end ${item.id}`)];
  const earlier = nodes.filter(
    (item) => item.parent !== null && item.parent === node.parent && item.orderIndex < node.orderIndex,
  );
  return [
    ...(node.parent === null ? [] : [`start ${node.parent}`]),
    ...[...earlier.map((item) => item.id), ...node.dependsOn].map((other) => `end ${other}`),
  ];
}

/** Takes away, again and again, every point that waits for nothing more. */
function canBeOrdered(nodes: readonly PlanNode[]): boolean {
  let open = new Map(
    nodes.flatMap(({ id }) =>
      ["start", "end"].map((end): [string, string[]] => [`${end} ${id}`, waitsFor(nodes, end, id)]),
    ),
  );
  for (;;) {
    const left = new Map([...open].filter(([, on]) => on.some((point) => open.has(point))));
    if (left.size === open.size) return open.size === 0;
    open = left;
  }
}

describe("every other rule names the node", () => {
  const tall = {
    nodes: [
      planNode("E1", null),
      ...[1, 2, 3, 4].map((level) => planNode(`F${level}`, level === 1 ? "E1" : `F${level - 1}`)),
      planNode("T1", "F4"),
    ],
  };
  test.each<[string, Plan, unknown, string[]]>([
    ["a used id", changed({}, [planNode("T1", "F2")]), {}, ["T1 is used by more than one node."]],
    [
      "no root",
      { nodes: [planNode("T1", "E9")] },
      {},
      [
        "A plan has exactly one node without a parent, an epic; this one has none.",
        "T1 has the parent E9, which is not in the plan.",
      ],
    ],
    [
      "two roots",
      changed({}, [planNode("E2", null), planNode("T9", "E2")]),
      {},
      ["A plan has exactly one node without a parent, an epic; this one has E1 (epic), E2 (epic)."],
    ],
    [
      "a root that is no epic",
      { nodes: [planNode("F1", null), planNode("T1", "F1")] },
      {},
      ["A plan has exactly one node without a parent, an epic; this one has F1 (feature)."],
    ],
    [
      "too many nodes",
      PLAN,
      { limits: { nodes: 6 } },
      ["The plan has 7 nodes; the policy allows 6 (limits.nodes)."],
    ],
    [
      "too deep",
      tall,
      {},
      [
        "F4 lies 5 levels deep; the policy allows 4 (limits.depth).",
        "T1 lies 6 levels deep; the policy allows 4 (limits.depth).",
      ],
    ],
    [
      "a wrong letter",
      changed({ T2: { kind: "feature" } }),
      {},
      [
        "T2 is a feature: its id must start with F.",
        "T2 is a feature without tasks: nothing would ever be done for it.",
      ],
    ],
    [
      "a planned defect",
      changed({}, [planNode("D1", "T2", { acceptance: ["x"] })]),
      {},
      [
        "D1: defects are found, not planned.",
        "D1 is a defect without tasks: nothing would ever be done for it.",
      ],
    ],
    [
      "a task under a task",
      changed({}, [planNode("T9", "T2")]),
      {},
      ["T9 (task) cannot lie under T2 (task)."],
    ],
    [
      "an epic under a feature",
      changed({}, [planNode("E2", "F1"), planNode("T9", "E2")]),
      {},
      ["E2 (epic) cannot lie under F1 (feature)."],
    ],
    [
      "an unknown dependency",
      changed({ T2: { dependsOn: ["T99"] } }),
      {},
      ["T2 depends on T99, which is not in the plan: it could never start."],
    ],
    [
      "a feature without tasks",
      changed({}, [planNode("F3", "E1")]),
      {},
      [
        "F3 is a feature without tasks: nothing would ever be done for it.",
        "F3 has no acceptance criterion: it could never be shown to be done.",
      ],
    ],
    [
      "no acceptance",
      changed({ T2: { acceptance: [] } }),
      {},
      ["T2 has no acceptance criterion: it could never be shown to be done."],
    ],
    [
      "an unknown requirement",
      changed({ T2: { requirements: ["FR-009"] } }),
      {},
      ["T2 names FR-009, which is not a requirement of the spec."],
    ],
    [
      "an unknown acceptance id",
      changed({ T2: { acceptance: ["AC-009"] } }),
      {},
      ["T2 names AC-009, which is not in the spec."],
    ],
    [
      "an uncovered requirement",
      {
        nodes: PLAN.nodes.map((node) => ({
          ...node,
          requirements: node.kind === "task" ? ["FR-001"] : ["FR-002"],
        })),
      },
      {},
      ["No task covers FR-002."],
    ],
  ])("%s", (_, plan, policy, problems) => {
    expect(
      check(plan, policy).filter((problem) => !problem.includes("is not a requirement of this")),
    ).toEqual(problems);
  });
});
