import { describe, expect, test } from "@jest/globals";
import { checkPlan } from "@slipway/model";
import { planNode, policyOf, SPEC } from "../../packages/model/src/testing/samples.ts";
import { criticalPath } from "./critical-path.ts";
import { type Durations, generator, randomTree } from "./random-tree.ts";
import { virtualRun } from "./virtual-run.ts";

const takes = (list: Record<string, readonly [number, number]>) =>
  new Map(
    Object.entries(list).map(([id, [execute, integrate]]): [string, Durations] => [
      id,
      { execute, integrate },
    ]),
  );

describe("the critical path", () => {
  test("executions overlap, integrations into one branch do not; the root comes after them", () => {
    const nodes = [planNode("E1", null), planNode("T1", "E1"), planNode("T2", "E1")];
    const durations = takes({ E1: [0, 3], T1: [10, 2], T2: [10, 4] });
    expect(criticalPath(nodes, durations)).toEqual({ length: 10 + 2 + 4 + 3, withoutQueues: 10 + 4 + 3 });
  });

  test("ranks, dependencies across the tree, and what a parent waits for", () => {
    const nodes = [
      planNode("E1", null),
      planNode("F1", "E1"),
      planNode("F2", "E1", { orderIndex: 1 }),
      planNode("F3", "E1"),
      planNode("T1", "F1"),
      planNode("T2", "F2"),
      planNode("T3", "F3", { dependsOn: ["T1"] }),
    ];
    const durations = takes({
      E1: [0, 1],
      F1: [0, 1],
      F2: [0, 1],
      F3: [0, 1],
      T1: [5, 1],
      T2: [2, 1],
      T3: [4, 1],
    });
    // T1 5+1, then T3 4+1 and F3 1 = 12, with F1 in at 7; then T2 2+1, F2 1, E1 1.
    expect(criticalPath(nodes, durations).length).toBe(17);
  });
});

describe("a random tree", () => {
  test("is a sound plan of so many leaves, and the same for the same seed", () => {
    const tree = randomTree(50, 7);
    const policy = policyOf({ limits: { nodes: 300 } });
    expect(checkPlan({ nodes: [...tree.nodes] }, SPEC, policy)).toEqual([]);
    expect(tree.nodes.filter(({ kind }) => kind === "task")).toHaveLength(50);
    expect(tree.nodes.some(({ dependsOn }) => dependsOn.length > 0)).toBe(true);
    expect(randomTree(50, 7)).toEqual(tree);
    expect(randomTree(50, 8)).not.toEqual(tree);
  });

  test("numbers are spread over [0, 1)", () => {
    const random = generator(1);
    const numbers = Array.from({ length: 1_000 }, random);
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    expect(Math.abs(numbers.reduce((a, b) => a + b) / 1_000 - 0.5)).toBeLessThan(0.03);
  });
});

test("no virtual run is shorter than its critical path, and turns that take time make it longer", () => {
  for (let seed = 1; seed <= 5; seed += 1) {
    const tree = randomTree(20, seed);
    const { length } = criticalPath(tree.nodes, tree.durations);
    const run = virtualRun(tree, 0);
    expect(run.makespan).toBeGreaterThanOrEqual(length - 1e-9);
    expect(run.turns).toBeGreaterThanOrEqual(tree.nodes.length);
    expect(virtualRun(tree, 0.5).makespan).toBeGreaterThan(run.makespan);
  }
});
