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

describe("cycles over all blocking edges are refused, each edge named", () => {
  test.each<[string, Plan, string]>([
    ["itself", changed({ T1: { dependsOn: ["T1"] } }), "T1 depends on T1."],
    [
      "each other",
      changed({ T1: { dependsOn: ["T4"] }, T4: { dependsOn: ["T1"] } }),
      "T1 depends on T4, which depends on T1.",
    ],
    ["its parent", changed({ T3: { dependsOn: ["F2"] } }), "F2 holds T3, which depends on F2."],
    ["its child", changed({ F2: { dependsOn: ["T3"] } }), "F2 depends on T3, which lies in F2."],
    ["a later sibling", changed({ T1: { dependsOn: ["T2"] } }), "T1 depends on T2, which comes after T1."],
    [
      "what lies under a later sibling of its parent",
      changed({ F2: { orderIndex: 1 }, T1: { dependsOn: ["T3"] }, T3: { dependsOn: [] } }),
      "F1 holds T1, which depends on T3, which lies in F2, which comes after F1.",
    ],
    [
      "parents of each other",
      changed({}, [planNode("F8", "F9"), planNode("F9", "F8"), planNode("T8", "F8")]),
      "F8 lies in F9, which lies in F8.",
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
        const [, first = "", ...links] =
          problem
            .match(/^The plan can never finish: ([EFT]\d+) (.*)\.$/)
            ?.flatMap((text, index) => (index === 2 ? text.split(", which ") : [text])) ?? [];
        let at = first;
        expect(links.length).toBeGreaterThan(0);
        for (const link of links) {
          const [, words = "", next = ""] = /^(.*) ([EFT]\d+)$/.exec(link) ?? [];
          expect(relations(nodes, at, next)).toContain(words);
          at = next;
        }
        expect(at).toBe(first);
      }),
      runs(),
    );
  });
});

/** Everything that a plan says of two nodes for which the first has to wait. */
function relations(nodes: readonly PlanNode[], id: string, other: string): string[] {
  const node = nodes.find((item) => item.id === id);
  const next = nodes.find((item) => item.id === other);
  if (!node || !next) return [];
  return [
    ...(node.dependsOn.includes(other) ? ["depends on"] : []),
    ...(node.parent === other ? ["lies in"] : []),
    ...(next.parent === id ? ["holds"] : []),
    ...(node.parent !== null && node.parent === next.parent && next.orderIndex < node.orderIndex
      ? ["comes after"]
      : []),
  ];
}

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
