import { closeIssue, mergePull } from "@slipway/github";
import { baseBranchOf, isLeaf, type LedgerEvent, NO_USAGE, type Subject } from "@slipway/model";
import { changeSubject, commitMessage, parentSubject, trailers } from "./messages.ts";
import type { NodeRun } from "./node-run.ts";
import { currentSubject, giveBackStale, movedSide } from "./subject.ts";
import { pullNumber } from "./target.ts";

/** Waiting costs job minutes; a queue that takes longer is left alone, and looked at again later. */
const PATIENCE_MS = 2 * 60_000;

export type Merged =
  | { readonly kind: "merged" | "stale" | "stopped" }
  | { readonly kind: "queued"; readonly base: string };

/**
 * Merges exactly what was judged into exactly what it was judged on.
 *
 * @param queue the base has a merge queue, which tests what it merges
 */
export async function mergeNode(run: NodeRun, subject: Subject, queue: boolean): Promise<Merged> {
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
    ...wording(run),
    deadline: new Date(github.now().getTime() + PATIENCE_MS),
  });
  switch (result.kind) {
    case "merged":
      await takeMerged(run, result.sha, queue ? [] : await untested(run, result.sha, subject));
      return { kind: "merged" };
    case "moved":
      return { kind: await giveBackStale(run, "head") };
    case "baseModified":
      return { kind: await giveBackStale(run, "base") };
    case "queued":
      return { kind: "queued", base: baseBranchOf(run.state, node) };
    case "notMergeable":
      await run.finish([refusal(run, result.reason)]);
      return { kind: "stopped" };
  }
}

/** A leaf becomes one commit; a parent keeps those of its children. */
function wording({ state, node }: NodeRun): { method: "squash" | "merge"; title: string; message: string } {
  const leaf = isLeaf(node);
  const told = leaf
    ? commitMessage(state, node, node.plan.title, node.summary ?? "")
        .split("\n")
        .slice(2)
        .join("\n")
    : trailers(state, node);
  const subject = leaf ? changeSubject(node) : parentSubject(node);
  return { method: leaf ? "squash" : "merge", title: `${subject} (#${node.pull})`, message: told };
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
 * cannot be undone, so it is said. No API request.
 */
async function untested(
  { github, state, node }: NodeRun,
  mergeSha: string,
  { baseSha }: Subject,
): Promise<LedgerEvent[]> {
  try {
    await github.git.fetch([mergeSha], { depth: 1, filter: "tree:0" });
    const text = (await github.git.run(["cat-file", "commit", mergeSha])).stdout.toString("utf8");
    const parent = /^parent ([0-9a-f]{40})$/m.exec(text)?.[1];
    if (parent === baseSha) return [];
    const base = baseBranchOf(state, node);
    const then =
      node.plan.parent === null
        ? "Have its own checks looked at."
        : `${node.plan.parent} tests it before it merges.`;
    return [
      {
        type: "run.noted",
        text: `${node.plan.id} was merged into ${base} in the moment in which that moved to ${parent?.slice(0, 7) ?? "another commit"}: the two were not tested together. ${then}`,
      },
    ];
  } catch (error) {
    github.log.warn(`What ${mergeSha} was merged onto could not be read: ${(error as Error).message}`);
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
