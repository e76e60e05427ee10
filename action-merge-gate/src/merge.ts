import { type BranchRules, closeIssue, mergePull } from "@slipway/github";
import { baseBranchOf, type LedgerEvent, NO_USAGE, type Subject } from "@slipway/model";
import { methodsFor, noMethod, waysFor } from "./merge-ways.ts";
import type { NodeRun } from "./node-run.ts";
import { currentSubject, giveBackStale, movedSide } from "./subject.ts";
import { pullNumber } from "./target.ts";

/** Waiting costs job minutes; a queue that takes longer is left alone, and looked at again later. */
const PATIENCE_MS = 2 * 60_000;

export type Merged =
  | { readonly kind: "merged"; readonly sha: string }
  | { readonly kind: "stale" | "stopped" }
  | { readonly kind: "queued"; readonly base: string; readonly where: "queue" | "background" };

/**
 * Merges exactly what was judged into exactly what it was judged on.
 *
 * @param rules those of the base; a merge queue tests what it merges
 */
export async function mergeNode(
  run: NodeRun,
  subject: Subject,
  rules: Pick<BranchRules, "mergeQueue" | "mergeMethods">,
): Promise<Merged> {
  const { github, node, claim } = run;
  const nodeId = node.plan.id;
  const newest = await run.read();
  if (newest.control !== "RUN") {
    await run.finish([{ type: "node.released", nodeId, claim, reason: `The run is ${newest.control}.` }]);
    return { kind: "stopped" };
  }
  // Showing the verdict took a while; GitHub guards the head from here on, the base nobody.
  const moved = movedSide(subject, await currentSubject(run));
  if (moved) return { kind: await giveBackStale(run, moved) };
  const result = await mergePull(github, {
    number: pullNumber(run),
    sha: subject.headSha,
    ways: waysFor(run, subject, methodsFor(node, rules)),
    deadline: new Date(github.now().getTime() + PATIENCE_MS),
  });
  switch (result.kind) {
    case "merged":
      await takeMerged(run, result.sha, rules.mergeQueue ? [] : await untested(run, result.sha, subject));
      return { kind: "merged", sha: result.sha };
    case "moved":
      return { kind: await giveBackStale(run, "head") };
    case "baseModified":
      return { kind: await giveBackStale(run, "base") };
    case "queued":
      return { kind: "queued", base: baseBranchOf(run.state, node), where: result.where };
    case "noMethod":
      await run.finish([noMethod(node, baseBranchOf(run.state, node), result.refusals)]);
      return { kind: "stopped" };
    case "notMergeable":
      await run.finish([refusal(run, result.reason)]);
      return { kind: "stopped" };
  }
}

/** Records that the node's pull request is merged, and closes its issue. */
export async function takeMerged(
  run: NodeRun,
  mergeSha: string,
  notes: readonly LedgerEvent[] = [],
): Promise<void> {
  const { github, node, claim } = run;
  if (node.issue) await closeIssue(github, node.issue.number);
  await run.finish([
    { type: "node.merged", nodeId: node.plan.id, claim, pull: node.pull, mergeSha },
    ...notes,
  ]);
}

/**
 * GitHub guards the head of a merge, not its base: who pushes to that in the same moment is merged with, untested. It
 * cannot be undone, so it is said. The judged head holds its base, so that whatever the method, what was merged has
 * the files of the head; other files came from elsewhere. No API request.
 */
async function untested(
  { github, state, node }: NodeRun,
  mergeSha: string,
  { headSha }: Subject,
): Promise<LedgerEvent[]> {
  try {
    await github.git.fetch([mergeSha, headSha], { depth: 1, filter: "tree:0" });
    const treeOf = async (sha: string) => {
      const text = (await github.git.run(["cat-file", "commit", sha])).stdout.toString("utf8");
      return /^tree ([0-9a-f]{40})$/m.exec(text)?.[1];
    };
    if ((await treeOf(mergeSha)) === (await treeOf(headSha))) return [];
    const base = baseBranchOf(state, node);
    const then =
      node.plan.parent === null
        ? "Have its own checks looked at."
        : `${node.plan.parent} tests it before it merges.`;
    return [
      {
        type: "run.noted",
        text: `${node.plan.id} was merged into ${base} in the moment in which somebody pushed to that (${mergeSha.slice(0, 7)}): the two were not tested together. ${then}`,
      },
    ];
  } catch (error) {
    github.log.warn(`What ${mergeSha} was merged with could not be read: ${(error as Error).message}`);
    return [];
  }
}

/** What the repository's own settings forbid is not asked for again: only a person can change them. */
const BY_RULE = /review|required|protect|rule|not allowed|not authorized|signature|linear/i;
/** A check that began anew since the gate looked: the next look waits for it. */
const BY_CHECK = /status check/i;

export function refusal(
  { node, claim }: { readonly node: Pick<NodeRun["node"], "plan" | "pull">; readonly claim: number },
  said: string,
): LedgerEvent {
  const nodeId = node.plan.id;
  const reason = `GitHub refused to merge pull request #${node.pull} of ${nodeId}: ${said}`.slice(0, 1_800);
  return BY_RULE.test(said) && !BY_CHECK.test(said)
    ? { type: "node.blocked", nodeId, reason: `${reason} When that is settled, \`retry ${nodeId}\`.` }
    : { type: "node.failed", nodeId, claim, reason, usage: NO_USAGE };
}
