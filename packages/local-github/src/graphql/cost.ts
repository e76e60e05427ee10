/**
 * What a query costs, and how many nodes it may give.
 * https://docs.github.com/graphql/overview/rate-limits-and-node-limits-for-the-graphql-api
 */

import { type DocumentNode, Kind, type SelectionSetNode, type ValueNode } from "graphql";

export interface Cost {
  /** Points of the hourly budget: requests that its connections would take, by hundreds; at least 1. */
  readonly points: number;
  readonly nodes: number;
}

export const NODE_LIMIT = 500_000;

export function costOf(document: DocumentNode, variables: Readonly<Record<string, unknown>>): Cost {
  const fragments = new Map<string, SelectionSetNode>();
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node.selectionSet);

  const numberOf = (value: ValueNode): number | undefined => {
    if (value.kind === Kind.INT) return Number(value.value);
    const given = value.kind === Kind.VARIABLE ? variables[value.name.value] : undefined;
    return typeof given === "number" ? given : undefined;
  };
  const walk = (
    set: SelectionSetNode,
    times: number,
    open: readonly string[],
  ): { requests: number; nodes: number } => {
    let requests = 0;
    let nodes = 0;
    for (const selection of set.selections) {
      let below: SelectionSetNode | undefined;
      let within = times;
      let path = open;
      if (selection.kind === Kind.FIELD) {
        below = selection.selectionSet;
        const bound = selection.arguments?.find(
          ({ name }) => name.value === "first" || name.value === "last",
        );
        const size = bound && numberOf(bound.value);
        if (size !== undefined) {
          requests += times;
          nodes += times * size;
          within = times * size;
        }
      } else if (selection.kind === Kind.INLINE_FRAGMENT) below = selection.selectionSet;
      else if (!open.includes(selection.name.value)) {
        below = fragments.get(selection.name.value);
        path = [...open, selection.name.value];
      }
      if (!below) continue;
      const deeper = walk(below, within, path);
      requests += deeper.requests;
      nodes += deeper.nodes;
    }
    return { requests, nodes };
  };
  let requests = 0;
  let nodes = 0;
  for (const node of document.definitions) {
    if (node.kind !== Kind.OPERATION_DEFINITION) continue;
    const all = walk(node.selectionSet, 1, []);
    requests += all.requests;
    nodes += all.nodes;
  }
  return { points: Math.max(1, Math.round(requests / 100)), nodes };
}
