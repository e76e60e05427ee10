/** The changes in a stretch of history, however they came into it: squashed, rebased or merged. */
import type { LogEntry } from "@slipway/github";
import {
  descendantsOf,
  isLeaf,
  type NodeState,
  type ReleaseCommit,
  type RunState,
  TRAILERS,
  treeOf,
} from "@slipway/model";
import { changeSubject, trailers } from "./messages.ts";
import { readCommit } from "./read-commit.ts";
import { changesIn } from "./squashed.ts";

/** Changes of a `git log`, newest first. Merges change nothing by themselves. */
export function changesOf(state: RunState, log: readonly LogEntry[]): ReleaseCommit[] {
  return log
    .filter(({ parents }) => parents.length < 2)
    .flatMap(({ sha, subject, body }) => changesIn(sha, `${subject}\n\n${body}`))
    .flatMap((change) =>
      isMerge(change) || isDocument(change) ? [] : (gathered(state, change) ?? [change]),
    );
}

/** What was brought into a branch that takes no merge commits; a change that was made anew on it names its node. */
const isMerge = ({ trailers: told }: ReleaseCommit): boolean =>
  told.has(TRAILERS.merged) && !told.has(TRAILERS.node);

/** The documents of a specification are what was asked for, and no change by themselves. */
const isDocument = ({ trailers: told }: ReleaseCommit): boolean => told.has(TRAILERS.document);

/**
 * A parent whose pull request a person or a merge queue squashed has GitHub's own message, which asks for no version:
 * its changes are those that the ledger tells. Undefined for any other commit.
 */
function gathered(state: RunState, { sha, type, pull }: ReleaseCommit): ReleaseCommit[] | undefined {
  if (type !== null || pull === null) return undefined;
  const node = state.nodes.find((one) => one.mergeSha === sha && one.pull === pull && !isLeaf(one));
  if (!node) return undefined;
  const leaves = descendantsOf(treeOf(state.nodes), node.plan.id).filter(
    (one) => isLeaf(one) && one.status === "DONE" && one.pull !== null,
  );
  if (leaves.length === 0) return undefined;
  const at = ({ finishedAt }: NodeState) => finishedAt ?? "";
  return leaves
    .sort((a, b) => (at(a) < at(b) ? 1 : at(a) > at(b) ? -1 : 0))
    .map((leaf) => planned(state, leaf, sha));
}

/** The change of a node in the words that it is squashed with. */
const planned = (state: RunState, node: NodeState, sha: string): ReleaseCommit =>
  readCommit(sha, `${changeSubject(node)} (#${node.pull})\n\n${trailers(state, node)}`);

/**
 * One change for each node: a branch that is rebased or merged brings its node's commits one by one, and what a
 * dependency delivered elsewhere in the tree may come by both ways. The order is kept.
 */
export function onePerNode(state: RunState, changes: readonly ReleaseCommit[]): ReleaseCommit[] {
  const groups = new Map<ReleaseCommit | string, ReleaseCommit[]>();
  for (const change of changes) {
    const [run, node] = [TRAILERS.run, TRAILERS.node].map((key) => change.trailers.get(key)?.at(-1));
    const key = run && node ? `${run} ${node}` : change;
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return [...groups.values()].flatMap((group) => {
    const [newest] = group;
    if (!newest || group.length === 1) return group;
    const breaking = group.some((change) => change.breaking);
    const id = newest.trailers.get(TRAILERS.node)?.at(-1);
    const ours = newest.trailers.get(TRAILERS.run)?.at(-1) === state.runId;
    const node = ours ? state.nodes.find(({ plan }) => plan.id === id) : undefined;
    // The plan's words are those of a squash; an agent's single commits may be called anything.
    const { type, scope, subject } =
      node && isLeaf(node) && subjectsOf(group).size > 1 ? planned(state, node, newest.sha) : newest;
    const releaseAs = group.find((change) => change.releaseAs !== null)?.releaseAs ?? null;
    return [{ ...newest, type, scope, subject, breaking, releaseAs }];
  });
}

const subjectsOf = (group: readonly ReleaseCommit[]) => new Set(group.map(({ subject }) => subject));
