/** A change that was handed over, on the branch of its node. Whatever was killed on the way there, it is there once. */
import { StageError } from "@slipway/action-kit";
import {
  type Committed,
  commitChain,
  commitChainTo,
  commitFiles,
  type LogEntry,
  mergeInto,
  writeTree,
} from "@slipway/github";
import { type ChangeArtifact, isOfRun } from "@slipway/model";
import { treeRefusal } from "./handed-tree.ts";
import type { NodeRun } from "./node-run.ts";
import {
  COMMITS_MAX,
  type CommitOfChange,
  commitsOf,
  oneCommit,
  roomForCommits,
} from "./proposed-commits.ts";

/** Puts a change on the node's branch, as the commits that its agent proposed or as one. Nothing is ever forced. */
export async function commitChange(
  run: NodeRun,
  change: ChangeArtifact,
  branch: string,
  ownHead: string | null,
  baseSha: string,
): Promise<string> {
  const { github, state, node } = run;
  const { startSha } = change;
  await github.git.ensureHistory(ownHead === null ? [startSha, baseSha] : [startSha, baseSha, ownHead]);
  if (startSha !== ownHead && startSha !== baseSha && !(await github.git.isAncestor(startSha, baseSha))) {
    throw new StageError(
      `The change starts from ${startSha}, which is neither on ${branch} nor on its base: it is not published.`,
    );
  }
  const problem = await treeRefusal(github.git, change, state.policy);
  if (problem !== undefined) throw new StageError(problem);
  const baseTree = await github.git.treeOf(startSha);
  const one = oneCommit(state, node, change);
  const { commits } = commitsOf(state, node, change, roomForCommits(github.requests, claimedWith(run)));
  const isMoved = ownHead !== null && ownHead !== startSha;
  if (isMoved) {
    const at = { startSha, ownHead, baseTree };
    if (await isThere(run, at, change, waysOf(run, change))) return ownHead;
    const others = await workOfOthers(run, { startSha, ownHead, baseSha });
    if (others.length > 0) return besideOthers(run, { ...at, branch, others }, change, commits);
  }
  const committed: Committed =
    commits.length > 1 && !isMoved
      ? await commitChainTo(github, { parent: startSha, baseTree, branch, expectedHead: ownHead }, commits)
      : await commitFiles(github, {
          ...one,
          baseTree,
          // Work made anew after a conflict keeps what stood on the branch as its other parent: nothing is ever forced.
          parents: isMoved ? [ownHead, startSha] : [startSha],
          branch,
          expectedHead: ownHead,
        });
  switch (committed.kind) {
    case "committed":
      return committed.sha;
    case "unchanged":
      return ownHead ?? startSha;
    case "moved":
      throw new StageError(
        `${branch} was pushed to while the change of ${node.plan.id} was published: it is tried again.`,
      );
  }
}

/** Nodes that the same turn has claimed, as far as they are still at work. */
const claimedWith = ({ state, node }: NodeRun): number =>
  state.nodes.filter(({ lease }) => lease !== null && lease.workflowRunId === node.lease?.workflowRunId)
    .length;

/** The commits that an earlier job may have made of it, with more room than there is now or with less. */
const waysOf = ({ state, node }: NodeRun, change: ChangeArtifact) =>
  Array.from({ length: COMMITS_MAX }, (_, at) => commitsOf(state, node, change, at + 1).commits);

interface At {
  readonly startSha: string;
  readonly ownHead: string;
  readonly baseTree: string;
}

/** Whether the branch holds this very change: an earlier claim committed it and broke off before it could say so. */
async function isThere(
  { github }: NodeRun,
  { startSha, ownHead, baseTree }: At,
  { files }: ChangeArtifact,
  ways: readonly (readonly CommitOfChange[])[],
): Promise<boolean> {
  const log = await github.git.log(startSha, ownHead);
  const likely = ways.flatMap((commits) => lastOf(log, commits, startSha));
  if (likely.length === 0) return false;
  const tree = await writeTree(github, { baseTree, files });
  for (const sha of likely) if ((await github.git.treeOf(sha)) === tree) return true;
  return false;
}

/**
 * Commits in a history that end these, one made after another from a commit on. What would have changed nothing was not
 * made, so that some may be missing: what the last one holds tells whether it is the whole.
 */
export function lastOf(
  log: readonly LogEntry[],
  commits: readonly Pick<CommitOfChange, "message">[],
  startSha: string,
): string[] {
  const bySha = new Map(log.map((entry) => [entry.sha, entry]));
  const messages = commits.map(({ message }) => message.trim());
  const reaches = (entry: LogEntry | undefined, before: number): boolean => {
    if (entry === undefined || before <= 0) return false;
    const index = messages.lastIndexOf(messageOf(entry), before - 1);
    if (index < 0) return false;
    return entry.parents.includes(startSha) || reaches(bySha.get(entry.parents[0] ?? ""), index);
  };
  return log.filter((entry) => reaches(entry, messages.length)).map(({ sha }) => sha);
}

const messageOf = ({ subject, body }: LogEntry) => `${subject}\n\n${body}`.trim();

/** Commits on the node's branch, since the agent began, that are neither the suite's nor on the base. */
async function workOfOthers(
  { github, state }: NodeRun,
  { startSha, ownHead, baseSha }: Pick<At, "startSha" | "ownHead"> & { readonly baseSha: string },
): Promise<LogEntry[]> {
  const found: LogEntry[] = [];
  for (const entry of await github.git.log(startSha, ownHead))
    if (!isOfRun(entry, state.runId) && !(await github.git.isAncestor(entry.sha, baseSha))) found.push(entry);
  return found;
}

/**
 * Puts a change beside what somebody pushed to the node's branch while its agent was at work: by a merge of both, so
 * that neither is lost. The branch is made to hold the change once, however often this is asked for.
 *
 * @throws StageError when both changed the same lines
 */
async function besideOthers(
  { github, node }: NodeRun,
  at: At & { readonly branch: string; readonly others: readonly LogEntry[] },
  change: ChangeArtifact,
  commits: readonly CommitOfChange[],
): Promise<string> {
  const { branch, startSha, ownHead, baseTree, others } = at;
  const loose = await commitChain(github, { parent: startSha, baseTree }, commits);
  if (loose === startSha) return ownHead;
  const merged = await mergeInto(github, {
    branch,
    head: loose,
    message: `chore: keep what was pushed to ${branch} beside the change of ${node.plan.id}`,
  });
  if (merged.kind === "merged") return merged.sha;
  if (merged.kind === "up-to-date") return ownHead;
  const theirs = new Set((await github.git.diff(startSha, ownHead)).map(({ path }) => path));
  const both = change.files.map(({ path }) => path).filter((path) => theirs.has(path));
  throw new StageError(
    `${branch} was pushed to while the change of ${node.plan.id} was made (${others
      .slice(0, 5)
      .map(({ sha }) => sha.slice(0, 7))
      .join(
        ", ",
      )}), and the two conflict in ${both.join(", ") || "files that could not be named"}: it is tried again on what is there now.`,
  );
}
