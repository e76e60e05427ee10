/**
 * How soon a plan can be finished at the very least, with runners without number. Computed from the plan alone, and
 * from nothing that decides or simulates. Pure.
 *
 * A node starts after the start of its parent, the ends of the siblings of lower rank and the ends of its
 * dependencies. A leaf is then executed, a parent waits for the ends of its children; either is then integrated, and
 * its end is when that is done. What goes into one branch is integrated one after another, each on top of the one
 * before it (docs/decisions/0004), so no choice of order ends a branch sooner than taking each as soon as it can come.
 */
import type { PlanNode } from "@slipway/model";
import type { Durations } from "./random-tree.ts";

export interface CriticalPath {
  /** The bound, in the unit of the durations. */
  readonly length: number;
  /** The same if any number of changes could be integrated into one branch at once. */
  readonly withoutQueues: number;
}

export function criticalPath(
  nodes: readonly PlanNode[],
  durations: ReadonlyMap<string, Durations>,
): CriticalPath {
  return {
    length: earliestEnd(nodes, durations, inTurn),
    withoutQueues: earliestEnd(nodes, durations, (parts) => Math.max(...parts.map(endOf))),
  };
}

/** A change that can come into its branch from a moment on, and how long its integration takes. */
interface Part {
  readonly from: number;
  readonly takes: number;
}

const endOf = ({ from, takes }: Part) => from + takes;

/** When all of them are in, one after another: first come, first served ends soonest. */
function inTurn(parts: readonly Part[]): number {
  return parts
    .toSorted((a, b) => a.from - b.from)
    .reduce((free, { from, takes }) => Math.max(free, from) + takes, 0);
}

function earliestEnd(
  nodes: readonly PlanNode[],
  durations: ReadonlyMap<string, Durations>,
  allIn: (parts: readonly Part[]) => number,
): number {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const children = Map.groupBy(nodes, ({ parent }) => parent);
  const starts = new Map<string, number>();
  const parts = new Map<string, Part>();

  const remembered = <T>(known: Map<string, T>, node: PlanNode, find: () => T): T => {
    const value = known.get(node.id) ?? find();
    known.set(node.id, value);
    return value;
  };
  const startOf = (node: PlanNode): number =>
    remembered(starts, node, () => {
      const parent = node.parent === null ? undefined : byId.get(node.parent);
      const before = (parent ? (children.get(parent.id) ?? []) : []).filter(
        ({ orderIndex }) => orderIndex < node.orderIndex,
      );
      return Math.max(
        0,
        parent ? startOf(parent) : 0,
        before.length > 0 ? allIn(before.map(partOf)) : 0,
        ...node.dependsOn.map((id) => endOf(partOf(byId.get(id) as PlanNode))),
      );
    });
  const partOf = (node: PlanNode): Part =>
    remembered(parts, node, () => {
      const { execute = 0, integrate: takes = 0 } = durations.get(node.id) ?? {};
      const own = children.get(node.id) ?? [];
      const from = own.length > 0 ? Math.max(startOf(node), allIn(own.map(partOf))) : startOf(node) + execute;
      return { from, takes };
    });
  return Math.max(...(children.get(null) ?? []).map((root) => endOf(partOf(root))));
}
