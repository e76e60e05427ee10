import type { PlanNode } from "./schema/plan.ts";
import type { NodeState } from "./schema/state.ts";

/** Work that an agent does itself; an epic's or a feature's change is that of its descendants. */
export const isLeaf = ({ plan }: { readonly plan: PlanNode }): boolean =>
  plan.kind === "task" || plan.kind === "defect";

/** A tree that can be asked in constant time for a node, its children and its siblings before it. */
export interface Tree<N> {
  readonly nodes: readonly N[];
  readonly byId: ReadonlyMap<string, N>;
  readonly children: ReadonlyMap<string, readonly N[]>;
  readonly planOf: (node: N) => PlanNode;
}

export function treeOf(nodes: readonly NodeState[]): Tree<NodeState> {
  return buildTree(nodes, (node) => node.plan);
}

export function planTree(nodes: readonly PlanNode[]): Tree<PlanNode> {
  return buildTree(nodes, (node) => node);
}

function buildTree<N>(nodes: readonly N[], planOf: (node: N) => PlanNode): Tree<N> {
  const children = new Map<string, N[]>();
  for (const node of nodes) {
    const parent = planOf(node).parent;
    if (parent === null) continue;
    const list = children.get(parent);
    if (list) list.push(node);
    else children.set(parent, [node]);
  }
  for (const list of children.values()) list.sort((a, b) => planOf(a).orderIndex - planOf(b).orderIndex);
  return { nodes, byId: new Map(nodes.map((node) => [planOf(node).id, node])), children, planOf };
}

export const childrenOf = <N>(tree: Tree<N>, id: string): readonly N[] => tree.children.get(id) ?? [];

/** @param tree a tree, or anything else with a list of nodes, such as a run's state */
export function rootOf({ nodes }: { readonly nodes: readonly NodeState[] }): NodeState | undefined {
  return nodes.find((node) => node.plan.parent === null);
}

/** From the parent up to the root. */
export function ancestorsOf<N>(tree: Tree<N>, id: string): N[] {
  const chain: N[] = [];
  const met = new Set([id]);
  for (let node = tree.byId.get(id); node; ) {
    const parent = tree.planOf(node).parent;
    if (parent === null || met.has(parent)) break;
    met.add(parent);
    node = tree.byId.get(parent);
    if (node) chain.push(node);
  }
  return chain;
}

export function descendantsOf<N>(tree: Tree<N>, id: string): N[] {
  const found: N[] = [];
  const queue = [...childrenOf(tree, id)];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    found.push(next);
    queue.push(...childrenOf(tree, tree.planOf(next).id));
  }
  return found;
}

/** Open children: what keeps a node from being verified and merged. */
export function openChildren(tree: Tree<NodeState>, id: string): NodeState[] {
  return childrenOf(tree, id).filter((child) => child.status !== "DONE");
}

export type Readiness =
  | { readonly kind: "ready" }
  | { readonly kind: "busy" }
  | { readonly kind: "done" }
  | { readonly kind: "blocked"; readonly reason: string }
  | { readonly kind: "waiting"; readonly on: readonly NodeState[] };

/** Whether a node can be claimed now, and if not, for what it waits. */
export function readinessOf(
  tree: Tree<NodeState>,
  node: NodeState,
  startable: (node: NodeState) => readonly NodeState[],
): Readiness {
  if (node.status === "DONE") return { kind: "done" };
  if (node.hold) return { kind: "blocked", reason: node.hold.reason };
  if (node.status === "BLOCKED")
    return { kind: "blocked", reason: node.trouble ?? "No reason was recorded." };
  if (node.lease) return { kind: "busy" };
  const open = openChildren(tree, node.plan.id);
  if (open.length > 0) return { kind: "waiting", on: open };
  const blockers = startable(node);
  return blockers.length > 0 ? { kind: "waiting", on: blockers } : { kind: "ready" };
}

/**
 * For each node, the nodes that must be DONE before it may start: its own dependencies and the nearest
 * siblings ordered before it, and the same for each of its ancestors; and each ancestor that a person has set
 * aside, since what is in it is not wanted either. Its children, which must be DONE before it merges, are not
 * among them. What siblings have in common is computed once, so that asking for
 * all nodes stays linear in the size of the tree.
 */
export function blockerIndex(tree: Tree<NodeState>): (node: NodeState) => readonly NodeState[] {
  const firstOpen = new Map<string, { orderIndex: number; nodes: NodeState[] }>();
  for (const [parent, list] of tree.children) {
    const open = list.filter((child) => child.status !== "DONE");
    const lowest = open[0]?.plan.orderIndex;
    if (lowest !== undefined) {
      firstOpen.set(parent, {
        orderIndex: lowest,
        nodes: open.filter((child) => child.plan.orderIndex === lowest),
      });
    }
  }
  const openOf = (ids: readonly string[]) =>
    ids.length === 0
      ? NONE
      : ids.flatMap((id) => tree.byId.get(id) ?? []).filter((other) => other.status !== "DONE");
  // Of the children of one node there are those of the first open rank and those after it. Each of the
  // two kinds has one list, shared rather than copied.
  const lists = {
    first: new Map<string, readonly NodeState[]>(),
    later: new Map<string, readonly NodeState[]>(),
  };
  const earlierThan = (parent: string, orderIndex: number) => {
    const first = firstOpen.get(parent);
    return first !== undefined && first.orderIndex < orderIndex ? first.nodes : NONE;
  };
  const listsFor = (earlier: readonly NodeState[]) => (earlier === NONE ? lists.first : lists.later);
  const blockersOf = ({ plan: { parent, orderIndex, dependsOn } }: NodeState) => {
    const shared = parent === null ? NONE : listsFor(earlierThan(parent, orderIndex)).get(parent);
    return joined(shared ?? NONE, openOf(dependsOn));
  };
  return (node) => {
    // Up to the nearest ancestor whose list is known and down again: a deep tree must not exhaust the stack.
    const unknown: { parent: string; earlier: readonly NodeState[] }[] = [];
    for (let at: NodeState | undefined = node; at && unknown.length < tree.nodes.length; ) {
      const { parent, orderIndex } = at.plan;
      if (parent === null) break;
      const earlier = earlierThan(parent, orderIndex);
      if (listsFor(earlier).has(parent)) break;
      unknown.push({ parent, earlier });
      at = tree.byId.get(parent);
    }
    for (const { parent, earlier } of unknown.reverse()) {
      const above = tree.byId.get(parent);
      const inherited = joined(above ? blockersOf(above) : NONE, earlier);
      listsFor(earlier).set(parent, above?.hold ? joined(inherited, [above]) : inherited);
    }
    return blockersOf(node);
  };
}

const NONE: readonly NodeState[] = [];

/** One after the other, without a copy where one of them is empty. */
function joined(a: readonly NodeState[], b: readonly NodeState[]): readonly NodeState[] {
  return a.length === 0 ? b : b.length === 0 ? a : a.concat(b);
}

/** A node that can never start as things are, and the nodes without which it cannot. */
export interface Starving {
  readonly node: NodeState;
  readonly of: readonly NodeState[];
}

/** Nodes that wait, directly, for one that is BLOCKED or set aside. */
export function starvationOf(
  tree: Tree<NodeState>,
  blockers: (node: NodeState) => readonly NodeState[],
): Starving[] {
  return tree.nodes.flatMap((node) => {
    if (node.status === "DONE" || node.status === "BLOCKED" || node.hold) return [];
    const of = blockers(node).filter((other) => other.status === "BLOCKED" || other.hold !== null);
    return of.length > 0 ? [{ node, of }] : [];
  });
}

/** The next unused id of a kind: ids are never reused within a run. */
export function nextId(tree: Tree<NodeState>, letter: "E" | "F" | "T" | "D"): string {
  const numbers = tree.nodes
    .filter((node) => node.plan.id.startsWith(letter))
    .map((node) => Number(node.plan.id.slice(1)));
  return `${letter}${Math.max(0, ...numbers) + 1}`;
}
