/** In which ways a node's pull request may be merged, the best one first. */
import type { BranchRules, MergeMethod, MergeWay, MethodRefusal } from "@slipway/github";
import { isLeaf, type LedgerEvent, type NodeState, type Subject } from "@slipway/model";
import { changesOf, onePerNode } from "./changes.ts";
import { changeSubject, commitMessage, parentSubject, trailers } from "./messages.ts";
import type { NodeRun } from "./node-run.ts";
import { squashedMessage } from "./squashed.ts";

/** A leaf becomes one commit, a parent keeps those of its children. Merge commits are made last where they say the least. */
const PREFERENCE: Readonly<Record<"leaf" | "parent", readonly MergeMethod[]>> = {
  leaf: ["squash", "rebase", "merge"],
  parent: ["merge", "rebase", "squash"],
};

/** What the rules of the target branch leave. A merge queue has a method of its own, whatever is asked for. */
export function methodsFor(
  node: Pick<NodeState, "plan">,
  { mergeQueue, mergeMethods }: Pick<BranchRules, "mergeQueue" | "mergeMethods">,
): readonly MergeMethod[] {
  const wanted = PREFERENCE[isLeaf(node) ? "leaf" : "parent"];
  return mergeQueue ? wanted.slice(0, 1) : wanted.filter((method) => mergeMethods.includes(method));
}

/** With the words of the commit that each makes. A rebase keeps those of the commits. */
export function waysFor(run: NodeRun, subject: Subject, methods: readonly MergeMethod[]): MergeWay[] {
  const { github, state, node } = run;
  const words = {
    merge: () => ({ title: `${parentSubject(node)} (#${node.pull})`, message: trailers(state, node) }),
    squash: async () => {
      if (isLeaf(node)) return squashedLeaf(run);
      const log = await github.git.log(subject.baseSha, subject.headSha);
      return squashedMessage(state, node, onePerNode(state, changesOf(state, log)));
    },
  };
  return methods.map((method) => (method === "rebase" ? { method } : { method, words: words[method] }));
}

function squashedLeaf({ state, node }: NodeRun): { title: string; message: string } {
  const message = commitMessage(state, node, node.plan.title, node.summary ?? "");
  return {
    title: `${changeSubject(node)} (#${node.pull})`,
    message: message.split("\n").slice(2).join("\n"),
  };
}

/** Only a person can change what the settings and the rules allow. */
export function noMethod(
  { plan, pull }: Pick<NodeState, "plan" | "pull">,
  base: string,
  refusals: readonly MethodRefusal[],
): LedgerEvent {
  const words =
    refusals.length === 0
      ? `the rules of ${base} leave none`
      : `GitHub's words: ${refusals.map(({ reason }) => reason.replace(/\.?$/, ".")).join(" ")}`;
  const reason = `Pull request #${pull} of ${plan.id} can be merged into ${base} by no method (${words.replace(/\.$/, "")}). Allow squashing, rebasing or merge commits, both in the repository's settings and in the rules of ${base}, then \`retry ${plan.id}\`.`;
  return { type: "node.blocked", nodeId: plan.id, reason: reason.slice(0, 2_000) };
}
