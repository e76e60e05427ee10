import type { Plan, PlanNode } from "./schema/plan.ts";
import type { Policy } from "./schema/policy.ts";
import type { Spec } from "./schema/spec.ts";
import { ancestorsOf, childrenOf, planTree, type Tree } from "./tree.ts";

/** Below which kinds a kind may lie. */
export const PARENT_KINDS: Record<PlanNode["kind"], readonly PlanNode["kind"][]> = {
  epic: [],
  feature: ["epic", "feature"],
  task: ["epic", "feature"],
  defect: ["epic", "feature", "task"],
};
const LETTERS: Record<PlanNode["kind"], string> = { epic: "E", feature: "F", task: "T", defect: "D" };

/**
 * Everything that keeps a plan from being carried out, each in one sentence that names the node;
 * empty when the plan is sound.
 */
export function checkPlan(plan: Plan, spec: Spec, policy: Policy): string[] {
  const shape = checkShape(plan, policy);
  // Cycles and coverage are only meaningful on a tree.
  return shape.length > 0 ? shape : [...checkCycles(plan), ...checkCoverage(plan, spec)];
}

function checkShape({ nodes }: Plan, policy: Policy): string[] {
  const problems: string[] = [];
  const ids = nodes.map((node) => node.id);
  for (const id of new Set(ids.filter((id, index) => ids.indexOf(id) !== index)))
    problems.push(`${id} is used by more than one node.`);
  const tree = planTree(nodes);
  const roots = nodes.filter((node) => node.parent === null);
  if (roots.length !== 1 || roots[0]?.kind !== "epic") {
    problems.push(
      `A plan has exactly one node without a parent, an epic; this one has ${roots.map((node) => `${node.id} (${node.kind})`).join(", ") || "none"}.`,
    );
  }
  if (nodes.length > policy.limits.nodes)
    problems.push(
      `The plan has ${nodes.length} nodes; the policy allows ${policy.limits.nodes} (limits.nodes).`,
    );
  for (const node of nodes) {
    problems.push(...checkNode(tree, node, policy));
  }
  return problems;
}

const aKind = ({ kind }: PlanNode) => (kind === "epic" ? "an epic" : `a ${kind}`);

function checkNode(tree: Tree<PlanNode>, node: PlanNode, policy: Policy): string[] {
  const problems: string[] = [];
  if (!node.id.startsWith(LETTERS[node.kind]))
    problems.push(`${node.id} is ${aKind(node)}: its id must start with ${LETTERS[node.kind]}.`);
  if (node.kind === "defect") problems.push(`${node.id}: defects are found, not planned.`);
  if (node.parent !== null) {
    const parent = tree.byId.get(node.parent);
    if (!parent) problems.push(`${node.id} has the parent ${node.parent}, which is not in the plan.`);
    else if (!PARENT_KINDS[node.kind].includes(parent.kind))
      problems.push(`${node.id} (${node.kind}) cannot lie under ${parent.id} (${parent.kind}).`);
    const depth = ancestorsOf(tree, node.id).length + 1;
    if (depth > policy.limits.depth)
      problems.push(
        `${node.id} lies ${depth} levels deep; the policy allows ${policy.limits.depth} (limits.depth).`,
      );
  }
  for (const other of node.dependsOn) {
    if (!tree.byId.has(other))
      problems.push(`${node.id} depends on ${other}, which is not in the plan: it could never start.`);
  }
  const leaf = childrenOf(tree, node.id).length === 0;
  if (leaf && node.kind !== "task")
    problems.push(`${node.id} is ${aKind(node)} without tasks: nothing would ever be done for it.`);
  if (leaf && node.acceptance.length === 0)
    problems.push(`${node.id} has no acceptance criterion: it could never be shown to be done.`);
  return problems;
}

function checkCoverage({ nodes }: Plan, spec: Spec): string[] {
  const known = new Set(spec.requirements.map((requirement) => requirement.id));
  const acceptance = new Set(spec.acceptance.map((item) => item.id));
  const tree = planTree(nodes);
  const covered = new Set(
    nodes.filter((node) => childrenOf(tree, node.id).length === 0).flatMap((node) => node.requirements),
  );
  return [
    ...nodes.flatMap((node) =>
      node.requirements
        .filter((id) => !known.has(id))
        .map((id) => `${node.id} names ${id}, which is not a requirement of the spec.`),
    ),
    ...nodes.flatMap((node) =>
      node.acceptance
        .filter((id) => /^AC-\d{3}$/.test(id) && !acceptance.has(id))
        .map((id) => `${node.id} names ${id}, which is not in the spec.`),
    ),
    ...[...known].filter((id) => !covered.has(id)).map((id) => `No task covers ${id}.`),
  ];
}

/**
 * Cycles over all blocking edges. A node has a start and an end: its end waits for its start and for the
 * ends of its children; its start waits for its parent's start, the ends of earlier siblings and the ends
 * of its dependencies.
 */
function checkCycles({ nodes }: Plan): string[] {
  const cycle = cycleOf(nodes);
  return cycle === undefined ? [] : [`The plan can never finish: ${cycle}.`];
}

/** A cycle over all blocking edges, as `T1 depends on T2, which comes after T1`; undefined when there is none. */
export function cycleOf(nodes: readonly PlanNode[]): string | undefined {
  const edges = blockingEdges(nodes);
  const state = new Map<string, "open" | "closed">();
  for (const first of edges.keys()) {
    const cycle = findCycle(first, edges, state);
    if (cycle) return describeCycle(cycle, new Map(nodes.map((node) => [node.id, node])));
  }
  return undefined;
}

/** What each edge of a cycle stands for in the plan, from a node on that waits and back to it. */
function describeCycle(points: readonly string[], byId: ReadonlyMap<string, PlanNode>): string {
  const links = points.slice(0, -1).flatMap((point, index) => {
    const [end, id = ""] = point.split(":");
    const [nextEnd, next = ""] = (points[index + 1] ?? "").split(":");
    // That a node starts before it ends is nothing that a plan says.
    if (end === "end" && nextEnd === "start") return [];
    if (end === "end") return [{ id, next, words: "holds" }];
    if (nextEnd === "start") return [{ id, next, words: "lies in" }];
    return [{ id, next, words: byId.get(id)?.dependsOn.includes(next) ? "depends on" : "comes after" }];
  });
  const told = links.map(({ next, words }) => `${words} ${next}`);
  return `${links[0]?.id ?? ""} ${told.join(", which ")}`;
}

/** What each point of the plan (the start or the end of a node) waits for. */
export function blockingEdges(nodes: readonly PlanNode[]): Map<string, string[]> {
  const tree = planTree(nodes);
  const edges = new Map<string, string[]>();
  for (const node of nodes) {
    const siblings = node.parent === null ? [] : childrenOf(tree, node.parent);
    const earlier = siblings.filter((sibling) => sibling.orderIndex < node.orderIndex);
    // Only the nearest earlier rank: the ranks before it are reached through it.
    const rank = Math.max(-1, ...earlier.map((sibling) => sibling.orderIndex));
    edges.set(`start:${node.id}`, [
      ...(node.parent === null ? [] : [`start:${node.parent}`]),
      ...earlier.filter((sibling) => sibling.orderIndex === rank).map((sibling) => `end:${sibling.id}`),
      ...node.dependsOn.map((id) => `end:${id}`),
    ]);
    edges.set(`end:${node.id}`, [
      `start:${node.id}`,
      ...childrenOf(tree, node.id).map((child) => `end:${child.id}`),
    ]);
  }
  return edges;
}

/** Depth-first and iterative: plans may be deep and must not exhaust the stack. */
function findCycle(
  first: string,
  edges: ReadonlyMap<string, readonly string[]>,
  state: Map<string, "open" | "closed">,
): string[] | undefined {
  if (state.has(first)) return undefined;
  const path: { point: string; next: number }[] = [{ point: first, next: 0 }];
  state.set(first, "open");
  for (let top = path.at(-1); top; top = path.at(-1)) {
    const target = edges.get(top.point)?.[top.next];
    if (target === undefined) {
      state.set(top.point, "closed");
      path.pop();
      continue;
    }
    top.next += 1;
    if (state.get(target) === "open") {
      const points = path.map((step) => step.point);
      return [...points.slice(points.indexOf(target)), target];
    }
    if (!state.has(target)) {
      state.set(target, "open");
      path.push({ point: target, next: 0 });
    }
  }
  return undefined;
}
