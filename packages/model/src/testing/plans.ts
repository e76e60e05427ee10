/** Random plans for property tests. */
import fc from "fast-check";
import type { Plan, PlanNode } from "../schema/plan.ts";
import { planNode } from "./samples.ts";

/** How often properties run: a few hundred times in `npm test`, as often as asked by FAST_CHECK_RUNS. */
export const runs = (usual = 300): { numRuns: number } => ({
  numRuns: Number(process.env.FAST_CHECK_RUNS) || usual,
});

interface Shape {
  readonly order: number;
  readonly children: readonly Shape[];
}

const leaf: fc.Arbitrary<Shape> = fc.record({ order: fc.nat(2), children: fc.constant([]) });
const feature: fc.Arbitrary<Shape> = fc.record({
  order: fc.nat(2),
  children: fc.array(leaf, { minLength: 1, maxLength: 4 }),
});
const deepFeature: fc.Arbitrary<Shape> = fc.record({
  order: fc.nat(2),
  children: fc.array(fc.oneof(leaf, feature), { minLength: 1, maxLength: 3 }),
});
const root: fc.Arbitrary<Shape> = fc.record({
  order: fc.constant(0),
  children: fc.array(fc.oneof(leaf, feature, deepFeature), { minLength: 1, maxLength: 4 }),
});

/** The nodes of a tree in an order in which they can be carried out one after another: siblings by rank. */
function nodesOf(shape: Shape): PlanNode[] {
  const nodes: PlanNode[] = [];
  const count = { E: 0, F: 0, T: 0 };
  const visit = (item: Shape, parent: string | null) => {
    const letter = parent === null ? "E" : item.children.length > 0 ? "F" : "T";
    count[letter] += 1;
    const node = planNode(`${letter}${count[letter]}`, parent, { orderIndex: item.order });
    nodes.push(node);
    for (const child of item.children.toSorted((a, b) => a.order - b.order)) visit(child, node.id);
  };
  visit(shape, null);
  return nodes;
}

const pairs = fc.array(fc.tuple(fc.nat(60), fc.nat(60)), { maxLength: 8 });

function isAbove(nodes: readonly PlanNode[], above: string, below: string): boolean {
  for (let at = nodes.find((node) => node.id === below)?.parent; at; ) {
    if (at === above) return true;
    at = nodes.find((node) => node.id === at)?.parent;
  }
  return false;
}

function withEdges(nodes: readonly PlanNode[], edges: readonly (readonly [string, string])[]): Plan {
  return {
    nodes: nodes.map((node) => ({
      ...node,
      dependsOn: [...new Set(edges.filter(([from]) => from === node.id).map(([, to]) => to))],
    })),
  };
}

/** Plans whose dependencies all point back in an order that works: sound by construction. */
export const soundPlan: fc.Arbitrary<Plan> = fc.tuple(root, pairs, fc.nat()).map(([shape, wanted, turn]) => {
  const nodes = nodesOf(shape);
  const edges = wanted.flatMap(([a, b]): [string, string][] => {
    const low = nodes[Math.min(a % nodes.length, b % nodes.length)];
    const high = nodes[Math.max(a % nodes.length, b % nodes.length)];
    return !low || !high || low === high || isAbove(nodes, low.id, high.id) ? [] : [[high.id, low.id]];
  });
  // The order of the list means nothing: turn it.
  const cut = turn % nodes.length;
  return withEdges([...nodes.slice(cut), ...nodes.slice(0, cut)], edges);
});

/**
 * Plans of which nothing can finish: to a sound one an edge is added that closes a circle, over dependencies alone
 * or together with the edges between parents and children and those of the order of siblings.
 */
export const cyclicPlan: fc.Arbitrary<Plan> = fc
  .tuple(soundPlan, fc.nat(), fc.constantFrom("itself", "above", "below", "back", "later", "across"))
  .map(([plan, turn, kind]) => {
    const ways = closingEdges(plan.nodes, kind);
    const [from, to] = ways[turn % Math.max(1, ways.length)] ?? ["E1", "E1"];
    return {
      nodes: plan.nodes.map((node) =>
        node.id === from ? { ...node, dependsOn: [...new Set([...node.dependsOn, to])] } : node,
      ),
    };
  });

/** Dependencies `from` on `to` that close a circle, of one kind. */
function closingEdges(nodes: readonly PlanNode[], kind: string): [string, string][] {
  const pairsOf = (fits: (from: PlanNode, to: PlanNode) => boolean) =>
    nodes.flatMap((from) =>
      nodes.filter((to) => from !== to && fits(from, to)).map((to): [string, string] => [from.id, to.id]),
    );
  switch (kind) {
    case "above":
      return pairsOf((from, to) => isAbove(nodes, to.id, from.id));
    // A parent's start would wait for a child, whose start waits for the parent's.
    case "below":
      return pairsOf((from, to) => isAbove(nodes, from.id, to.id));
    case "back":
      return pairsOf((from, to) => to.dependsOn.includes(from.id));
    case "later":
      return pairsOf((from, to) => comesBefore(from, to));
    // Of a node below an earlier sibling on a node below a later one.
    case "across":
      return pairsOf((from, to) =>
        nodes.some((early) =>
          nodes.some(
            (late) =>
              comesBefore(early, late) && isAbove(nodes, early.id, from.id) && isAbove(nodes, late.id, to.id),
          ),
        ),
      );
    default:
      return nodes.map((node) => [node.id, node.id]);
  }
}

const comesBefore = (a: PlanNode, b: PlanNode) =>
  a.parent !== null && a.parent === b.parent && a.orderIndex < b.orderIndex;

/** Plans with any dependencies at all. */
export const anyPlan: fc.Arbitrary<Plan> = fc.tuple(root, pairs).map(([shape, wanted]) => {
  const nodes = nodesOf(shape);
  const at = (index: number) => nodes[index % nodes.length]?.id ?? "E1";
  return withEdges(
    nodes,
    wanted.map(([a, b]) => [at(a), at(b)]),
  );
});
