import { type ActionContext, loadJsonArtifact, StageError } from "@slipway/action-kit";
import { checkPaths } from "@slipway/agents";
import { commitFiles, type LogEntry, looseCommit, mergeInto, writeTree } from "@slipway/github";
import {
  artifactName,
  type ChangeArtifact,
  changeArtifactSchema,
  isLeaf,
  isOfRun,
  type NodeState,
} from "@slipway/model";
import { commitMessage } from "./messages.ts";
import type { NodeRun } from "./node-run.ts";

/** The change that the agent's job handed over for this claim; undefined when there was nothing to execute. */
export async function readChange(
  context: ActionContext,
  { node, claim, state }: NodeRun,
): Promise<ChangeArtifact | undefined> {
  const change = await loadJsonArtifact(
    context.environment,
    artifactName.change(node.plan.id, claim),
    "change.json",
    changeArtifactSchema,
    { isDue: isLeaf(node) && node.status === "IN_PROGRESS" },
  );
  if (change && (change.runId !== state.runId || change.nodeId !== node.plan.id)) {
    throw new StageError(`The change that was handed over is of ${change.nodeId} in run ${change.runId}.`);
  }
  return change;
}

/** Why a change that was handed over is not published; undefined when it is. The agent's job is not trusted with this. */
export function refusalOf(change: ChangeArtifact, { state, node }: NodeRun): string | undefined {
  if (change.outcome === "unfinished")
    return withTrouble(node, `The agent did not finish ${node.plan.id}: ${change.reason}`);
  if (change.files.length === 0 && !isFurtherWork(node)) {
    const words =
      change.summary.trim() === "" ? "It gave no reason." : `The agent's words: ${change.summary}`;
    return withTrouble(node, `${node.plan.id} came back without a change. ${words}`);
  }
  const problems = checkPaths(change.files, state.policy);
  return problems.length > 0 ? problems.join(" ").slice(0, 2_000) : undefined;
}

/** An agent that goes on from kept work may find that nothing is missing. */
export const isFurtherWork = ({ branch, pull }: NodeState): boolean => branch !== null && pull === null;

/** What stood in the way before still does: the files of a conflict, say. */
function withTrouble(node: NodeState, reason: string): string {
  const before =
    node.trouble === null || reason.includes(node.trouble) ? "" : ` Before that: ${node.trouble}`;
  return `${reason.slice(0, 1_000)}${before}`.slice(0, 2_000);
}

/** Puts a change on the node's branch, as one commit. Nothing is ever forced. */
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
  const own = {
    baseTree: await github.git.treeOf(startSha),
    files: change.files,
    message: commitMessage(state, node, change.title, change.summary),
  };
  if (ownHead !== null && ownHead !== startSha) {
    if (await isThere(run, { startSha, ownHead }, own)) return ownHead;
    const others = await workOfOthers(run, { startSha, ownHead, baseSha });
    if (others.length > 0)
      return besideOthers(run, { branch, startSha, ownHead, others }, { ...own, parents: [startSha] });
  }
  const committed = await commitFiles(github, {
    ...own,
    // Work made anew after a conflict keeps what stood on the branch as its other parent: nothing is ever forced.
    parents: ownHead === null || ownHead === startSha ? [startSha] : [ownHead, startSha],
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

/** Whether the branch holds this very change: an earlier claim committed it and broke off before it could say so. */
async function isThere(
  { github }: NodeRun,
  { startSha, ownHead }: Pick<At, "startSha" | "ownHead">,
  change: Pick<Parameters<typeof looseCommit>[1], "baseTree" | "files" | "message">,
): Promise<boolean> {
  const likely = (await github.git.log(startSha, ownHead)).filter(
    (entry) => messageOf(entry) === change.message.trim() && entry.parents.includes(startSha),
  );
  if (likely.length === 0) return false;
  const tree = await writeTree(github, change);
  for (const { sha } of likely) if ((await github.git.treeOf(sha)) === tree) return true;
  return false;
}

const messageOf = ({ subject, body }: LogEntry) => `${subject}\n\n${body}`.trim();

interface At {
  readonly startSha: string;
  readonly ownHead: string;
  readonly baseSha: string;
}

/** Commits on the node's branch, since the agent began, that are neither the suite's nor on the base. */
async function workOfOthers(
  { github, state }: NodeRun,
  { startSha, ownHead, baseSha }: At,
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
  at: {
    readonly branch: string;
    readonly startSha: string;
    readonly ownHead: string;
    readonly others: readonly LogEntry[];
  },
  change: Parameters<typeof looseCommit>[1],
): Promise<string> {
  const { branch, startSha, ownHead, others } = at;
  const there = await github.git.log(startSha, ownHead);
  if (there.some((entry) => messageOf(entry) === change.message.trim() && entry.parents[0] === startSha))
    return ownHead;
  const loose = await looseCommit(github, change);
  if (loose === undefined) return ownHead;
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
