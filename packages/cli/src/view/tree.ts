/** The plan of a run as lines of text: a mark per node, its status, what it waits for. */
import {
  childrenOf,
  type NodeState,
  type NodeStatus,
  type RunState,
  STATUS_MARKS,
  type Tree,
  treeOf,
} from "@slipway/model";
import { reasonOf } from "../follow/differences.ts";
import { oneLine } from "./text.ts";

export interface TreeLine {
  readonly status: NodeStatus;
  /** Branches of the tree, then the mark. */
  readonly lead: string;
  readonly id: string;
  readonly title: string;
  /** Issue, pull request, status. */
  readonly facts: string;
  readonly reason: string;
}

export function treeLines(state: RunState): TreeLine[] {
  const tree = treeOf(state.nodes);
  return state.nodes.filter((node) => node.plan.parent === null).flatMap((root) => walk(tree, root, "", ""));
}

function walk(tree: Tree<NodeState>, node: NodeState, own: string, below: string): TreeLine[] {
  const children = childrenOf(tree, node.plan.id);
  return [
    {
      status: node.status,
      lead: `${own}${STATUS_MARKS[node.status]} `,
      id: node.plan.id,
      title: oneLine(node.plan.title),
      facts: factsOf(node),
      reason: oneLine(reasonOf(node) ?? ""),
    },
    ...children.flatMap((child, index) => {
      const last = index === children.length - 1;
      return walk(tree, child, `${below}${last ? "└─ " : "├─ "}`, `${below}${last ? "   " : "│  "}`);
    }),
  ];
}

function factsOf(node: NodeState): string {
  return [
    node.issue ? `#${node.issue.number}` : "",
    node.pull === null ? "" : `pull request #${node.pull}`,
    node.status === "DONE" && node.mergeSha ? `merged as ${node.mergeSha.slice(0, 7)}` : "",
    node.status === "DONE" || node.status === "NEW" ? "" : node.status,
    node.claims > 1 ? `attempt ${node.claims}` : "",
  ]
    .filter(Boolean)
    .join(" · ");
}

/** Leaves out finished lines, deepest first, until at most `max` are left; the number left out comes with it. */
export function fitTree(lines: readonly TreeLine[], max: number): { lines: TreeLine[]; hidden: number } {
  if (lines.length <= max) return { lines: [...lines], hidden: 0 };
  const depth = (line: TreeLine) => line.lead.length;
  const finished = lines
    .map((line, index) => ({ line, index }))
    .filter(({ line }) => line.status === "DONE")
    .sort((a, b) => depth(b.line) - depth(a.line) || a.index - b.index);
  const dropped = new Set(finished.slice(0, lines.length - max).map(({ index }) => index));
  const kept = lines.filter((_, index) => !dropped.has(index)).slice(0, Math.max(0, max));
  return { lines: kept, hidden: lines.length - kept.length };
}
