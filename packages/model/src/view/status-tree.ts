import type { NodeStatus } from "../schema/common.ts";
import type { NodeState, RunState } from "../schema/state.ts";
import { childrenOf, descendantsOf, type Tree, treeOf } from "../tree.ts";
import { issueText, joined, nodeName, pullText } from "./links.ts";
import { STATUS_MARKS, STATUS_WORDS } from "./marks.ts";
import { firstThatFits, fold, plural } from "./room.ts";
import { isStartless, shownStatus } from "./shown.ts";

/** A tree up to this size is read at a glance and shown whole. */
const WHOLE_MAX = 24;

/** Open nodes of a large tree up to this number are shown without a fold. */
const OPEN_MAX = 40;

/** What the marks mean that occur in this tree. */
function legendOf(tree: Tree<NodeState>): string {
  const shown = new Set(tree.nodes.map((node) => shownStatus(tree, node)));
  const told = Object.entries(STATUS_MARKS).flatMap(([status, mark]) =>
    shown.has(status as NodeStatus) ? [`${mark}\u00A0${STATUS_WORDS[status as NodeStatus]}`] : [],
  );
  return `<sub>${told.join(" · ")}</sub>`;
}

/**
 * The tree with a state per node. A large one shows what is open, with the way to it; subtrees that are
 * finished or not started are folded, and the fold says how many nodes are in it. Whatever the room, each open
 * node is there with its id at least; only of a tree of thousands the nodes are counted instead.
 */
export function treeSection(state: RunState, room: number): string {
  const { nodes } = state;
  if (nodes.length === 0) return "";
  const done = nodes.filter((node) => node.status === "DONE").length;
  const size = plural(nodes.length, "node");
  const head = `### Tree: ${done > 0 ? `${done.toLocaleString("en-US")} of ${size} done` : size}`;
  const tree = treeOf(nodes);
  const legend = legendOf(tree);
  const left = room - head.length - legend.length - 10;
  const view: TreeView = { tree, roots: nodes.filter((node) => node.plan.parent === null) };
  const text = firstThatFits(left, [
    ...(nodes.length <= WHOLE_MAX ? [() => wholeTree(view)] : []),
    () => foldedTree(view, { title: 120, startless: "tree" }),
    () => foldedTree(view, { title: 80, startless: "subtrees" }),
    () => foldedTree(view, { title: 30, startless: "ids" }),
    () => idsOnly(view, left),
  ]);
  return [head, text, legend].join("\n\n");
}

interface TreeView {
  readonly tree: Tree<NodeState>;
  readonly roots: readonly NodeState[];
}

interface Detail {
  /** Characters of a title that are shown. */
  readonly title: number;
  /** How subtrees that have not started are drawn in their fold. */
  readonly startless: "tree" | "subtrees" | "ids";
}

function wholeTree({ tree, roots }: TreeView): string {
  return nested(tree, roots, (node) => openLine(tree, node, 120)).join("\n");
}

/** A node with how far what is below it has come. */
function openLine(tree: Tree<NodeState>, node: NodeState, titleMax: number): string {
  const below = descendantsOf(tree, node.plan.id);
  if (below.length === 0 || node.status === "DONE") return nodeLine(node, titleMax);
  const done = below.filter((other) => other.status === "DONE").length;
  if (isStartless(node) && below.every(isStartless)) return nodeLine(node, titleMax);
  const mark = STATUS_MARKS[shownStatus(tree, node)];
  return joined([nodeLine(node, titleMax, mark), `${done}/${below.length} done`]);
}

function nested(
  tree: Tree<NodeState>,
  nodes: readonly NodeState[],
  lineOf: (node: NodeState) => string | null,
  depth = 0,
): string[] {
  return nodes.flatMap((node) => {
    const line = lineOf(node);
    if (line === null) return [];
    const below = nested(tree, childrenOf(tree, node.plan.id), lineOf, depth + 1);
    return [`${"  ".repeat(depth)}- ${line}`, ...below];
  });
}

function nodeLine(node: NodeState, titleMax: number, mark = STATUS_MARKS[node.status]): string {
  return joined([`${mark} ${nodeName(node, titleMax)}`, issueText(node), pullText(node), statusText(node)]);
}

function statusText({ status, mergeSha, hold }: NodeState): string {
  if (status === "DONE") return mergeSha ? `merged ${mergeSha.slice(0, 7)}` : "done";
  if (hold) return "set aside";
  return status === "NEW" ? "" : STATUS_WORDS[status];
}

/** A subtree that is folded as one: its top node and how many it holds. */
interface Folded {
  readonly node: NodeState;
  readonly size: number;
  readonly finished: boolean;
}

function foldedTree({ tree, roots }: TreeView, detail: Detail): string {
  const kinds = classify(tree);
  // The root is shown whatever it holds.
  const kindOf = (node: NodeState) => (node.plan.parent === null ? "open" : kinds.get(node.plan.id));
  const folded: Folded[] = [];
  const lines = nested(tree, roots, (node) => {
    const kind = kindOf(node);
    const parent = tree.byId.get(node.plan.parent ?? "");
    if (kind === "open") return openLine(tree, node, detail.title);
    if (parent && kindOf(parent) === "open")
      folded.push({
        node,
        size: descendantsOf(tree, node.plan.id).length + 1,
        finished: kind === "finished",
      });
    return null;
  });
  const [top = "", ...open] = lines;
  return [
    // The root is the first line; a long tree below it is one fold more.
    ...(lines.length > OPEN_MAX
      ? [
          top,
          fold(
            `${STATUS_MARKS.IN_PROGRESS} ${plural(open.length, "node")} under way or blocked, with the way to them`,
            open.join("\n"),
          ),
        ]
      : [lines.join("\n")]),
    ...[true, false].map((finished) =>
      foldOf(
        tree,
        folded.filter((item) => item.finished === finished),
        detail,
      ),
    ),
  ]
    .filter(Boolean)
    .join("\n\n");
}

function foldOf(tree: Tree<NodeState>, items: readonly Folded[], detail: Detail): string {
  const [first] = items;
  if (!first) return "";
  const size = items.reduce((sum, item) => sum + item.size, 0);
  const word = first.finished
    ? `${STATUS_MARKS.DONE} ${plural(size, "finished node")}`
    : `${STATUS_MARKS.NEW} ${plural(size, "node")} not started`;
  const summary = items.length < size ? `${word}, in ${plural(items.length, "subtree")}` : word;
  if (detail.startless === "ids")
    return fold(summary, idsOf(items.flatMap((item) => subtree(tree, item.node))));
  const whole = !first.finished && detail.startless === "tree";
  const text = whole
    ? nested(
        tree,
        items.map((item) => item.node),
        (node) => nodeLine(node, detail.title),
      )
    : items.map((item) => {
        const with_ = item.size > 1 ? `with ${plural(item.size - 1, "node")} below it` : "";
        return `- ${joined([nodeLine(item.node, detail.title), with_])}`;
      });
  return fold(summary, text.join("\n"));
}

type Kind = "finished" | "startless" | "open";

/** What a subtree is as a whole: all of it done, none of it begun, or neither. */
function classify(tree: Tree<NodeState>): Map<string, Kind> {
  const kinds = new Map<string, Kind>();
  const visit = (node: NodeState): Kind => {
    const below = childrenOf(tree, node.plan.id).map(visit);
    const own: Kind = node.status === "DONE" ? "finished" : isStartless(node) ? "startless" : "open";
    const kind = below.every((other) => other === own) ? own : "open";
    kinds.set(node.plan.id, kind);
    return kind;
  };
  for (const node of tree.nodes) if (node.plan.parent === null) visit(node);
  return kinds;
}

const subtree = (tree: Tree<NodeState>, node: NodeState): NodeState[] => [
  node,
  ...descendantsOf(tree, node.plan.id),
];

const idsOf = (nodes: readonly NodeState[]): string =>
  nodes.map((node) => node.plan.id + (node.issue ? ` (#${node.issue.number})` : "")).join(", ");

const SHORTENED =
  "The tree is too large to be shown here with titles: each issue has its own, and the ledger of this run has all.";

/** The last resort: per status the ids, and should there be thousands of them, their number. */
function idsOnly({ tree }: TreeView, room: number): string {
  const groups = (["BLOCKED", "IN_PROGRESS", "REVIEW", "QA", "NEW", "DONE"] as const).flatMap((status) => {
    const nodes = tree.nodes.filter((node) => node.status === status);
    return nodes.length > 0 ? [{ status, nodes }] : [];
  });
  const share = (room - SHORTENED.length - 20) / Math.max(1, groups.length);
  const lines = groups.map(({ status, nodes }) => {
    const lead = `- ${STATUS_MARKS[status]} ${plural(nodes.length, "node")} ${STATUS_WORDS[status]}: `;
    return (
      lead +
      firstThatFits(share - lead.length, [
        () => idsOf(nodes),
        () => nodes.map((node) => node.plan.id).join(", "),
        () => "see the ledger of this run",
      ])
    );
  });
  return [SHORTENED, lines.join("\n")].join("\n\n");
}
