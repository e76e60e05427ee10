/** Random plans with a given number of leaves, and how long each node's stages take. Pure: a seed gives one tree. */
import type { PlanNode } from "@slipway/model";
import { planNode } from "../../packages/model/src/testing/samples.ts";

/** Minutes. */
export interface Durations {
  /** Zero for parents, which have nothing to execute. */
  readonly execute: number;
  /** publish → checks → gate, in the merge queue of the branch that the node goes into. */
  readonly integrate: number;
}

export interface RandomTree {
  readonly nodes: readonly PlanNode[];
  readonly durations: ReadonlyMap<string, Durations>;
}

export function randomTree(leaves: number, seed: number): RandomTree {
  const random = generator(seed);
  const between = (low: number, high: number) => low + random() * (high - low);
  const nodes: PlanNode[] = [planNode("E1", null)];
  const count = { F: 0, T: 0 };
  const add = (letter: "F" | "T", parent: string, orderIndex: number): string => {
    count[letter] += 1;
    const id = `${letter}${count[letter]}`;
    nodes.push(planNode(id, parent, { orderIndex }));
    return id;
  };
  const ranks = () => Math.floor(between(1, 4));
  const addTasks = (parent: string, rankCount: number) => {
    const tasks = Math.floor(between(2, 10));
    for (let at = 0; at < tasks && count.T < leaves; at += 1) {
      add("T", parent, Math.floor(random() * rankCount));
    }
  };
  const epicRanks = ranks();
  while (count.T < leaves) {
    const feature = add("F", "E1", Math.floor(random() * epicRanks));
    const own = ranks();
    addTasks(feature, own);
    // Every third feature has features of its own.
    if (random() < 1 / 3 && count.T < leaves)
      addTasks(add("F", feature, Math.floor(random() * own)), ranks());
  }
  const planned = withDependencies(nodes, random);
  const parents = new Set(planned.map(({ parent }) => parent));
  const durations = planned.map(({ id }): [string, Durations] => [
    id,
    {
      // Most executions are short, a few are long.
      execute: parents.has(id) ? 0 : 2 + 28 * random() ** 3,
      integrate: between(0.5, 1) + between(0.5, 4) + between(0.3, 0.7),
    },
  ]);
  return { nodes: planned, durations: new Map(durations) };
}

/**
 * Every fourth task waits for a task of an earlier feature: one that comes before it when siblings are taken by
 * rank, so that no circle can close.
 */
function withDependencies(nodes: readonly PlanNode[], random: () => number): PlanNode[] {
  const inOrder: PlanNode[] = [];
  const visit = (node: PlanNode) => {
    inOrder.push(node);
    const children = nodes.filter(({ parent }) => parent === node.id);
    for (const child of children.toSorted((a, b) => a.orderIndex - b.orderIndex)) visit(child);
  };
  for (const root of nodes.filter(({ parent }) => parent === null)) visit(root);
  const tasks = inOrder.filter(({ kind }) => kind === "task");
  const dependencies = new Map(
    tasks.flatMap((task, at): [string, string][] => {
      const other = tasks[Math.floor(random() * at)];
      return at > 0 && other && other.parent !== task.parent && random() < 1 / 4 ? [[task.id, other.id]] : [];
    }),
  );
  return nodes.map((node) => {
    const other = dependencies.get(node.id);
    return other === undefined ? node : { ...node, dependsOn: [other] };
  });
}

/** Evenly distributed numbers in [0, 1): mulberry32. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
