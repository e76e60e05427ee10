import { type ActionContext, loadJsonArtifact, StageError } from "@slipway/action-kit";
import { checkPaths } from "@slipway/agents";
import {
  closeIssue,
  commitFiles,
  type EnsurePull,
  ensureBranch,
  ensurePull,
  mergeInto,
  type Pull,
  reopenPull,
} from "@slipway/github";
import {
  artifactName,
  baseBranchOf,
  branchOf,
  type ChangeArtifact,
  ConfigurationError,
  changeArtifactSchema,
  type LedgerEvent,
  NO_USAGE,
  type NodeState,
} from "@slipway/model";
import { changeSize } from "./change-size.ts";
import { commitMessage, pullBody, pullTitle } from "./messages.ts";
import { type NodeRun, withNode } from "./node-run.ts";
import { changeRisk } from "./risk.ts";
import { specHashOf } from "./subject.ts";

/** Puts a handed-over change on its branch, brings the branch up to date and opens the pull request. */
export function publish(context: ActionContext): Promise<void> {
  return withNode(context, async (run) => {
    const outcome = await publishNode(context, run);
    context.runner.setOutput("outcome", outcome.kind);
    if (outcome.kind === "published") {
      context.runner.setOutput("head-sha", outcome.headSha);
      context.runner.setOutput("base-sha", outcome.baseSha);
    }
    context.runner.addSummary(`### ${run.node.plan.id}: ${outcome.text}`);
  });
}

type Outcome =
  | { readonly kind: "published"; readonly headSha: string; readonly baseSha: string; readonly text: string }
  | { readonly kind: "merged" | "conflict" | "stopped"; readonly text: string };

async function publishNode(context: ActionContext, run: NodeRun): Promise<Outcome> {
  const { state, node, claim, github } = run;
  const nodeId = node.plan.id;
  const change = await readChange(context, run);
  if (state.control === "CANCELLED") return release(run, "The run was cancelled.");
  if (change) {
    const problem = refusalOf(change, run);
    if (problem) {
      await run.finish([{ type: "node.failed", nodeId, claim, reason: problem, usage: change.usage }]);
      return { kind: "stopped", text: problem };
    }
  }
  const base = baseBranchOf(state, node);
  const branch = branchOf(node);
  const heads = await github.git.lsRemote([`refs/heads/${base}`, `refs/heads/${branch}`]);
  const baseSha = heads.get(`refs/heads/${base}`);
  if (!baseSha)
    throw new ConfigurationError(
      `The branch ${base}, which ${nodeId} is merged into, does not exist: was it deleted?`,
    );
  const ownHead = heads.get(`refs/heads/${branch}`) ?? null;
  if (!change && isLeaf(node) && (ownHead === null || node.pull === null)) {
    return withoutChange(run, branch);
  }

  const head = change
    ? await commitChange(run, change, branch, ownHead, baseSha)
    : (ownHead ?? (await ensureBranch(github, branch, baseSha)).sha);
  const upToDate = await bringUpToDate(run, branch, head, base, baseSha, change);
  if (upToDate.kind === "conflict") return upToDate;
  if (upToDate.headSha === baseSha) return nothingToMerge(run, baseSha);

  const pull = await openPull(run, {
    head: branch,
    base,
    marker: { what: "pull", runId: state.runId, nodeId },
    title: pullTitle(node),
    body: pullBody(state, node, change?.summary ?? node.summary ?? ""),
    draft: await isDraft(run, baseSha, upToDate.headSha),
  });
  const subject = { specHash: specHashOf(state), baseSha, headSha: upToDate.headSha };
  const published: LedgerEvent = {
    type: "node.published",
    nodeId,
    claim,
    branch,
    pull: pull.number,
    subject,
    summary: change?.summary ?? "",
    usage: change?.usage ?? NO_USAGE,
  };
  const after = await run.record([published]);
  if (!after.held) return { kind: "stopped", text: "the claim was taken over" };
  if (after.state.control !== "RUN") {
    await run.record([
      {
        type: "node.released",
        nodeId,
        claim,
        reason: `The run is ${after.state.control}: the change is kept in pull request #${pull.number}.`,
      },
    ]);
    return {
      kind: "stopped",
      text: `kept in pull request #${pull.number}; the run is ${after.state.control}`,
    };
  }
  return {
    kind: "published",
    headSha: subject.headSha,
    baseSha,
    text: `pull request #${pull.number} at ${subject.headSha.slice(0, 7)}`,
  };
}

async function readChange(
  context: ActionContext,
  { node, claim, state }: NodeRun,
): Promise<ChangeArtifact | undefined> {
  const change = await loadJsonArtifact(
    context.environment,
    artifactName.change(node.plan.id, claim),
    "change.json",
    changeArtifactSchema,
  );
  if (change && (change.runId !== state.runId || change.nodeId !== node.plan.id)) {
    throw new StageError(`The change that was handed over is of ${change.nodeId} in run ${change.runId}.`);
  }
  return change;
}

/** Why a change that was handed over is not published; undefined when it is. The agent's job is not trusted with this. */
function refusalOf(change: ChangeArtifact, { state, node }: NodeRun): string | undefined {
  if (change.outcome === "unfinished")
    return withTrouble(node, `The agent did not finish ${node.plan.id}: ${change.reason}`);
  if (change.files.length === 0) {
    const words =
      change.summary.trim() === "" ? "It gave no reason." : `The agent's words: ${change.summary}`;
    return withTrouble(node, `${node.plan.id} came back without a change. ${words}`);
  }
  const problems = checkPaths(change.files, state.policy);
  return problems.length > 0 ? problems.join(" ").slice(0, 2_000) : undefined;
}

/** What stood in the way before still does: the files of a conflict, say. */
function withTrouble(node: NodeState, reason: string): string {
  const before =
    node.trouble === null || reason.includes(node.trouble) ? "" : ` Before that: ${node.trouble}`;
  return `${reason.slice(0, 1_000)}${before}`.slice(0, 2_000);
}

async function commitChange(
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
  const committed = await commitFiles(github, {
    // Work made anew after a conflict keeps what stood on the branch as its other parent: nothing is ever forced.
    parents: ownHead === null || ownHead === startSha ? [startSha] : [ownHead, startSha],
    baseTree: await github.git.treeOf(startSha),
    files: change.files,
    message: commitMessage(state, node, change.title, change.summary),
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

type UpToDate =
  | { readonly kind: "current"; readonly headSha: string }
  | { readonly kind: "conflict"; readonly text: string };

/** Merges the base into the branch where it moved: the tree that is tested is the tree that is merged. */
async function bringUpToDate(
  run: NodeRun,
  branch: string,
  headSha: string,
  base: string,
  baseSha: string,
  change: ChangeArtifact | undefined,
): Promise<UpToDate> {
  const { github, node, claim } = run;
  if (headSha === baseSha || (await github.git.isAncestor(baseSha, headSha)))
    return { kind: "current", headSha };
  const merged = await mergeInto(github, {
    branch,
    head: baseSha,
    message: `chore: bring ${branch} up to date with ${base}`,
  });
  if (merged.kind === "merged") return { kind: "current", headSha: merged.sha };
  if (merged.kind === "up-to-date") return { kind: "current", headSha };
  const tried = await github.git.mergeTree(baseSha, headSha);
  const files =
    tried.clean || tried.conflicts.length === 0 ? ["files that could not be named"] : [...tried.conflicts];
  await run.finish([
    {
      type: "node.conflicted",
      nodeId: node.plan.id,
      claim,
      baseSha,
      files,
      usage: change?.usage ?? NO_USAGE,
    },
  ]);
  return { kind: "conflict", text: `conflicts with ${base} in ${files.join(", ")}` };
}

/** Whether the pull request is opened as a draft: by the policy, or by the risk that the change has by itself. */
async function isDraft({ github, state, node }: NodeRun, baseSha: string, headSha: string): Promise<boolean> {
  const { pulls, risk } = state.policy;
  if (pulls.draft) return true;
  if (![risk.low, risk.medium, risk.high].includes("draft-only")) return false;
  const change = await changeSize(github.git, baseSha, headSha);
  return changeRisk(state, node, change).action === "draft-only";
}

/** The node's open pull request; one that a person closed without merging is opened again. */
async function openPull({ github }: NodeRun, request: EnsurePull): Promise<Pull> {
  const found = await ensurePull(github, request);
  switch (found.kind) {
    case "open":
      return found.pull;
    case "closed":
      return reopenPull(github, found.pull.number);
    case "merged":
      throw new StageError(
        `Pull request #${found.pull.number} was merged by someone else, and ${request.head} has commits beyond it.`,
      );
    case "empty":
      throw new StageError(
        `GitHub sees no commits between ${request.base} and ${request.head}: it is tried again.`,
      );
  }
}

const isLeaf = (node: NodeState) => node.plan.kind === "task" || node.plan.kind === "defect";

/** A leaf that has nothing to publish must not pass for one that needed no change. */
async function withoutChange(run: NodeRun, branch: string): Promise<Outcome> {
  const { state, node, claim } = run;
  if (state.control !== "RUN") return release(run, `The run is ${state.control}.`);
  const reason =
    node.pull === null
      ? `No change of ${node.plan.id} was handed over.`
      : `The branch ${branch} of ${node.plan.id} is gone: was it deleted? Restore it from pull request #${node.pull}, then \`retry\`.`;
  await run.finish([{ type: "node.failed", nodeId: node.plan.id, claim, reason, usage: NO_USAGE }]);
  return { kind: "stopped", text: reason };
}

async function nothingToMerge(run: NodeRun, baseSha: string): Promise<Outcome> {
  const { github, node, claim } = run;
  if (node.issue) await closeIssue(github, node.issue.number);
  await run.finish([{ type: "node.merged", nodeId: node.plan.id, claim, pull: null, mergeSha: baseSha }]);
  return { kind: "merged", text: "there was nothing to merge" };
}

async function release(run: NodeRun, reason: string): Promise<Outcome> {
  await run.record([{ type: "node.released", nodeId: run.node.plan.id, claim: run.claim, reason }]);
  return { kind: "stopped", text: reason };
}
