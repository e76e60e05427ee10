import { MAX_CHILDREN, type SeenIssue, type SeenPull } from "@slipway/github";
import {
  BLOCKED_LABEL,
  baseBranchOf,
  branchOf,
  childrenOf,
  kindLabel,
  type NodeState,
  type RunState,
  SUITE_LABEL,
  type Tree,
  treeOf,
} from "@slipway/model";

/** The repository as it was found. */
export interface Seen {
  /** Those that changed lately. */
  readonly pulls: readonly SeenPull[];
  readonly issues: readonly SeenIssue[];
  /** Every branch with its commit. */
  readonly heads: ReadonlyMap<string, string>;
}

/** Numbers of the issues and pull requests that the ledger knows. */
export function numbersOf({ nodes }: Pick<RunState, "nodes">): {
  readonly issues: ReadonlySet<number>;
  readonly pulls: ReadonlySet<number>;
} {
  return {
    issues: new Set(nodes.flatMap(({ issue }) => (issue ? [issue.number] : []))),
    pulls: new Set(nodes.flatMap(({ pull }) => (pull === null ? [] : [pull]))),
  };
}

/** Those of a run: by its marker, or by the number in the ledger, where somebody has deleted the marker. */
export function oursAmong(state: RunState, seen: Pick<Seen, "pulls" | "issues">): typeof seen {
  const known = numbersOf(state);
  return {
    pulls: seen.pulls.filter(({ runId, number }) => runId === state.runId || known.pulls.has(number)),
    issues: seen.issues.filter(({ runId, number }) => runId === state.runId || known.issues.has(number)),
  };
}

/** A difference between the repository and the ledger that no job of ours is about to record. */
export type Change =
  | {
      readonly kind: "pullMerged" | "pullClosed" | "pullReopened";
      readonly nodeId: string;
      readonly pull: SeenPull;
    }
  | {
      readonly kind: "branchMoved";
      readonly nodeId: string;
      readonly branch: string;
      readonly from: string;
      readonly to: string;
    }
  /** `at`: where it can be made again without losing anything. */
  | { readonly kind: "branchLost"; readonly nodeId: string; readonly branch: string; readonly at: string }
  | { readonly kind: "issueClosed" | "issueReopened"; readonly nodeId: string; readonly issue: SeenIssue }
  | { readonly kind: "retitled"; readonly nodeId: string; readonly issue: SeenIssue; readonly title: string }
  | {
      readonly kind: "relabelled";
      readonly nodeId: string;
      readonly issue: SeenIssue;
      readonly added: readonly string[];
      readonly removed: readonly string[];
    }
  | {
      readonly kind: "moved";
      readonly nodeId: string;
      readonly issue: SeenIssue;
      readonly parentId: string | null;
    };

/**
 * What differs. Pull requests and branches of nodes that a job holds are left to that job; issues are not.
 *
 * @param ended workflow runs that have ended: nothing comes of their leases
 */
export function changesOf(state: RunState, seen: Seen, ended: ReadonlySet<number>): Change[] {
  const tree = treeOf(state.nodes);
  const pulls = new Map(seen.pulls.map((pull) => [pull.number, pull]));
  const issues = new Map(seen.issues.map((issue) => [issue.number, issue]));
  const byIssue = new Map(
    state.nodes.flatMap((node) => (node.issue ? [[node.issue.number, node.plan.id]] : [])),
  );
  // Where GitHub shows no sub-issues, or no more of one parent, an issue without a parent was taken from none.
  const offered = seen.issues.some(({ parent }) => typeof parent === "number");
  const isLinked = ({ plan: { parent } }: NodeState) =>
    offered && parent !== null && childrenOf(tree, parent).length <= MAX_CHILDREN;
  return state.nodes.flatMap((node): Change[] => {
    if (!node.issue) return [];
    const pull = node.pull === null ? undefined : pulls.get(node.pull);
    const onPull = pull ? pullChange(state, node, pull, ended) : [];
    const onBranch =
      onPull.length > 0 && onPull[0]?.kind === "pullMerged" ? [] : branchChange(tree, node, seen.heads);
    const lost = onBranch.some((change) => change.kind === "branchLost");
    const issue = issues.get(node.issue.number);
    return [
      // GitHub closes the pull request of a branch that is deleted: that is not what somebody wanted of it.
      ...onPull.filter((change) => !(lost && change.kind === "pullClosed")),
      ...onBranch,
      ...(issue ? issueChanges(node, issue, onPull, byIssue as ReadonlyMap<number, string>) : []).filter(
        (change) => change.kind !== "moved" || change.parentId !== null || isLinked(node),
      ),
    ];
  });
}

function pullChange(state: RunState, node: NodeState, pull: SeenPull, ended: ReadonlySet<number>): Change[] {
  if (node.status === "DONE") return [];
  const nodeId = node.plan.id;
  const held = node.lease !== null;
  if (pull.merged) {
    const free = !held || ended.has(node.lease?.workflowRunId ?? 0);
    // What went into another branch is not in the parent.
    if (pull.baseRef === baseBranchOf(state, node)) return free ? [{ kind: "pullMerged", nodeId, pull }] : [];
  }
  if (held) return [];
  const isHeld = node.hold?.kind === "pullClosed";
  if (pull.state === "open") return isHeld ? [{ kind: "pullReopened", nodeId, pull }] : [];
  return !node.hold && isNews(node, pull.closedAt) ? [{ kind: "pullClosed", nodeId, pull }] : [];
}

/** What was closed before a person asked for the node again is forgotten. */
function isNews(node: NodeState, closedAt: string | null): boolean {
  if (node.resumedAt === null || closedAt === null) return true;
  return Date.parse(closedAt) > Date.parse(node.resumedAt);
}

function branchChange(tree: Tree<NodeState>, node: NodeState, heads: ReadonlyMap<string, string>): Change[] {
  if (node.status === "DONE" || node.lease || node.hold?.kind === "pullClosed") return [];
  const nodeId = node.plan.id;
  const branch = branchOf(node);
  const now = heads.get(branch);
  const children = childrenOf(tree, nodeId);
  const merged = newestMerge(children);
  const known = node.subject?.headSha;
  if (now === undefined) {
    const at = known === undefined || isOlder(node, merged) ? (merged?.mergeSha ?? known) : known;
    return at === undefined || at === null ? [] : [{ kind: "branchLost", nodeId, branch, at }];
  }
  // A branch that its children are merged into moves by our own doing.
  if (known === undefined || now === known || children.some((child) => child.status !== "DONE")) return [];
  if (children.some((child) => child.mergeSha === now)) return [];
  return [{ kind: "branchMoved", nodeId, branch, from: known, to: now }];
}

/** A branch that children are merged into, and what it must hold because it was merged into it last. */
export interface Holding {
  readonly nodeId: string;
  readonly branch: string;
  readonly head: string;
  readonly child: string;
  readonly mergeSha: string;
}

/** Branches of nodes that nobody holds, and that have moved on from what was merged into them last. */
export function holdingsOf(state: RunState, heads: ReadonlyMap<string, string>): Holding[] {
  const tree = treeOf(state.nodes);
  return state.nodes.flatMap((node): Holding[] => {
    if (node.status === "DONE" || node.lease || !node.issue) return [];
    const branch = branchOf(node);
    const head = heads.get(branch);
    const newest = newestMerge(childrenOf(tree, node.plan.id));
    if (head === undefined || !newest?.mergeSha || newest.mergeSha === head) return [];
    return [{ nodeId: node.plan.id, branch, head, child: newest.plan.id, mergeSha: newest.mergeSha }];
  });
}

function newestMerge(children: readonly NodeState[]): NodeState | undefined {
  const done = children.filter((child) => child.mergeSha !== null && child.finishedAt !== null);
  return done.toSorted((a, b) => Date.parse(a.finishedAt ?? "") - Date.parse(b.finishedAt ?? "")).at(-1);
}

/** Whether what was judged of a node lacks what was merged into its branch since. */
function isOlder(node: NodeState, merged: NodeState | undefined): boolean {
  if (!merged?.finishedAt || node.verdict === null) return false;
  return Date.parse(merged.finishedAt) > Date.parse(node.verdict.at);
}

function issueChanges(
  node: NodeState,
  issue: SeenIssue,
  onPull: readonly Change[],
  byIssue: ReadonlyMap<number, string>,
): Change[] {
  const nodeId = node.plan.id;
  const done = node.status === "DONE" || onPull.some((change) => change.kind === "pullMerged");
  const isHeld = node.hold?.kind === "issueClosed";
  const found: Change[] = [];
  if (issue.state === "open" && isHeld) found.push({ kind: "issueReopened", nodeId, issue });
  if (issue.state === "closed" && !node.hold && !done && isNews(node, issue.closedAt))
    found.push({ kind: "issueClosed", nodeId, issue });
  const title = oneLine(issue.title);
  if (title !== "" && title !== oneLine(node.plan.title))
    found.push({ kind: "retitled", nodeId, issue, title });
  const labels = labelChange(node, issue);
  if (labels.added.length + labels.removed.length > 0)
    found.push({ kind: "relabelled", nodeId, issue, ...labels });
  const parentId = issue.parent === null ? null : byIssue.get(issue.parent ?? 0);
  // The root may well lie below an issue of somebody's own.
  if (issue.parent !== undefined && node.plan.parent !== null && (parentId ?? null) !== node.plan.parent)
    found.push({ kind: "moved", nodeId, issue, parentId: parentId ?? null });
  return found;
}

const oneLine = (text: string) =>
  text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .trim()
    .slice(0, 120)
    .toWellFormed()
    .trim();

/** As many as an event takes. */
const LABELS_MAX = 100;

/**
 * Labels against those that the suite and people's earlier changes gave. The label of BLOCKED is redrawn by us; that of
 * the node's kind is not there where kinds are issue types.
 */
function labelChange(node: NodeState, issue: SeenIssue) {
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
  const has = (list: readonly string[], label: string) => list.some((other) => same(other, label));
  const expected = [SUITE_LABEL, ...node.labels.added].filter((label) => !has(node.labels.removed, label));
  const ours = [BLOCKED_LABEL, kindLabel(node.plan.kind)];
  const there = issue.labels.filter((label) => !has(ours, label));
  return {
    added: there.filter((label) => !has(expected, label)).slice(0, LABELS_MAX),
    removed: expected.filter((label) => !has(issue.labels, label)).slice(0, LABELS_MAX),
  };
}
