import { closeIssue, mergePull } from "@slipway/github";
import { baseBranchOf, type LedgerEvent, NO_USAGE, type Subject } from "@slipway/model";
import { changeSubject, commitMessage, parentSubject, trailers } from "./messages.ts";
import type { NodeRun } from "./node-run.ts";
import { currentSubject, giveBackStale, movedSide } from "./subject.ts";
import { pullNumber } from "./target.ts";

/** Waiting costs job minutes; a queue that takes longer is left alone, and looked at again later. */
const PATIENCE_MS = 2 * 60_000;

export type Merged =
  | { readonly kind: "merged" | "stale" | "stopped" }
  | { readonly kind: "queued"; readonly base: string };

/** Merges exactly what was judged into exactly what it was judged on. */
export async function mergeNode(run: NodeRun, subject: Subject): Promise<Merged> {
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
      await takeMerged(run, result.sha);
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
  const leaf = node.plan.kind === "task" || node.plan.kind === "defect";
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
export async function takeMerged(run: NodeRun, mergeSha: string): Promise<void> {
  const { github, node, claim } = run;
  if (node.issue) await closeIssue(github, node.issue.number);
  await run.finish([{ type: "node.merged", nodeId: node.plan.id, claim, pull: node.pull, mergeSha }]);
}

/** What the repository's own settings forbid is not asked for again: only a person can change them. */
const BY_RULE = /review|required|protect|rule|not allowed|not authorized|signature|linear|status check/i;

function refusal({ node, claim }: NodeRun, said: string): LedgerEvent {
  const nodeId = node.plan.id;
  const reason = `GitHub refused to merge pull request #${node.pull} of ${nodeId}: ${said}`.slice(0, 1_800);
  return BY_RULE.test(said)
    ? { type: "node.blocked", nodeId, reason: `${reason} When that is settled, \`retry ${nodeId}\`.` }
    : { type: "node.failed", nodeId, claim, reason, usage: NO_USAGE };
}
