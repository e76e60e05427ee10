import { type ActionContext, bringDependencies, limitEvents } from "@slipway/action-kit";
import { checkPaths } from "@slipway/agents";
import { closeIssue, ensureBranch, getPull, LimitReachedError, type Pull } from "@slipway/github";
import {
  baseBranchOf,
  branchOf,
  type ChangeArtifact,
  type ChangeSize,
  ConfigurationError,
  isLeaf,
  type LedgerEvent,
  NO_USAGE,
  noteSummary,
  publishedSummary,
} from "@slipway/model";
import { changeSize } from "./change-size.ts";
import { commitChange } from "./commit-change.ts";
import { readChange, refusalOf } from "./handed-change.ts";
import { withDocuments } from "./late-documents.ts";
import { madeOf } from "./making.ts";
import { takeMerged } from "./merge.ts";
import { pullBody, pullTitle } from "./messages.ts";
import { isForPeople, type NodeRun, withNode } from "./node-run.ts";
import { isDraft, openPull } from "./open-pull.ts";
import { specHashOf } from "./subject.ts";
import { bringUpToDate } from "./up-to-date.ts";

/** What an agent has made is worth a job that waits for GitHub's limits: given back, it would be made anew. */
const PATIENCE_MS = 61 * 60_000;

/** Puts a handed-over change on its branch, brings the branch up to date and opens the pull request. */
export function publish(context: ActionContext): Promise<void> {
  return withNode(
    context,
    async (run) => {
      const outcome = await publishNode(context, run);
      context.runner.setOutput("outcome", outcome.kind);
      if (outcome.kind === "published") {
        context.runner.setOutput("head-sha", outcome.headSha);
        context.runner.setOutput("base-sha", outcome.baseSha);
      }
      context.runner.addSummary(
        outcome.kind === "published"
          ? publishedSummary(run.node, outcome.pull, outcome.headSha)
          : noteSummary(`${run.node.plan.id} ${ENDS[outcome.kind]}`, outcome.text),
      );
    },
    PATIENCE_MS,
  );
}

type Outcome =
  | { readonly kind: "published"; readonly headSha: string; readonly baseSha: string; readonly pull: number }
  | { readonly kind: "merged" | "conflict" | "stopped"; readonly text: string };

/** What came of it instead of a pull request to be checked. */
const ENDS = { merged: "is done", conflict: "is not published", stopped: "is not published" } as const;

async function publishNode(context: ActionContext, run: NodeRun): Promise<Outcome> {
  const change = await readChange(context, run);
  try {
    return await publishChange(run, change);
  } catch (error) {
    // What the agent's work has cost is on nobody's account yet.
    if (isForPeople(error)) await broken(run, error, change);
    throw error;
  }
}

async function publishChange(run: NodeRun, change: ChangeArtifact | undefined): Promise<Outcome> {
  const { state, node, github } = run;
  const nodeId = node.plan.id;
  if (state.control === "CANCELLED") return release(run, "The run was cancelled.");
  if (change && !change.interrupted) {
    const problem = refusalOf(change, run);
    if (problem) return fail(run, problem, change);
  }
  const base = baseBranchOf(state, node);
  const branch = branchOf(node);
  const conflict = change?.interrupted ? undefined : await bringDependencies(github, state, node, base);
  const heads = await github.git.lsRemote([`refs/heads/${base}`, `refs/heads/${branch}`]);
  const baseSha = heads.get(`refs/heads/${base}`);
  if (!baseSha) {
    const reason = `The branch ${base}, which ${nodeId} is merged into, does not exist: was it deleted? It is made again when ${nodeId} is tried again.`;
    return fail(run, reason, change);
  }
  const ownHead = heads.get(`refs/heads/${branch}`) ?? null;
  if (change?.interrupted) return keepUnfinished(run, change, branch, ownHead, baseSha);
  if (conflict !== undefined) return block(run, conflict, change, { branch, ownHead, baseSha });
  if (ownHead === null && node.status === "REVIEW") {
    const before = await mergedBefore(run, base, null);
    if (before) return before;
  }
  if (!change && isLeaf(node) && (ownHead === null || node.pull === null)) {
    return withoutChange(run, branch);
  }

  const changed =
    change && change.files.length > 0
      ? await commitChange(run, change, branch, ownHead, baseSha)
      : (ownHead ?? (await ensureBranch(github, branch, baseSha)).sha);
  // What a parent gathered may be merged already, by a person say.
  if (!isLeaf(node) && (changed === baseSha || (await github.git.isAncestor(changed, baseSha))))
    return nothingToMerge(run, baseSha);
  const head = await withDocuments(run, baseSha, changed);
  if (head === ownHead && head !== baseSha && !(await github.git.isAncestor(baseSha, head))) {
    const before = await mergedBefore(run, base, head);
    if (before) return before;
  }
  const upToDate = await bringUpToDate(run, branch, head, base, baseSha, change);
  if (upToDate.kind === "conflict") return upToDate;
  const { headSha } = upToDate;
  if (headSha === baseSha) return nothingToMerge(run, baseSha);

  const knownMissing = node.pull === null && (ownHead === null || ownHead === change?.startSha);
  const pull = await openedPull(run, change, { branch, base, baseSha, headSha, knownMissing });
  if ("kind" in pull) return pull;
  return recordPublished(run, pull.number, change, { branch, baseSha, headSha });
}

/**
 * Whether the base moved by the merge of this very head: a job that broke off before it could say so, or that a person
 * starts again, must not merge it twice.
 *
 * @param head of the node's branch; null: GitHub deleted that after the merge
 */
async function mergedBefore(run: NodeRun, base: string, head: string | null): Promise<Outcome | undefined> {
  const { node, github } = run;
  if (node.pull === null) return undefined;
  const pull = await getPull(github, node.pull);
  if (pull.mergeSha === null || pull.baseRef !== base) return undefined;
  if (head !== null && pull.headSha !== head) return undefined;
  await takeMerged(run, pull.mergeSha);
  return { kind: "merged", text: `pull request #${pull.number} was merged before` };
}

/** Only a person can go on from here; what the agent made is paid for, so it is kept on the node's branch. */
async function block(
  run: NodeRun,
  reason: string,
  change: ChangeArtifact | undefined,
  at: { readonly branch: string; readonly ownHead: string | null; readonly baseSha: string },
): Promise<Outcome> {
  const { node, claim } = run;
  const nodeId = node.plan.id;
  const keeps = change !== undefined && change.files.length > 0;
  if (keeps) await commitChange(run, change, at.branch, at.ownHead, at.baseSha);
  const kept = keeps ? { branch: at.branch } : {};
  await run.finish([
    { type: "node.released", nodeId, claim, reason, usage: change?.usage ?? NO_USAGE, ...kept },
    { type: "node.blocked", nodeId, reason },
  ]);
  return { kind: "stopped", text: reason };
}

interface Place {
  readonly branch: string;
  readonly baseSha: string;
  readonly headSha: string;
}

interface Opening extends Place {
  readonly base: string;
  /** The branch was not there, or held nothing of the change yet: no earlier job has opened a pull request of it. */
  readonly knownMissing: boolean;
}

/** The pull request; where the repository's settings forbid it, the node waits for a person, and the work is kept. */
async function openedPull(
  run: NodeRun,
  change: ChangeArtifact | undefined,
  { branch, base, baseSha, headSha, knownMissing }: Opening,
): Promise<Pull | Outcome> {
  const { state, claim, github } = run;
  const made = change && madeOf(state, run.node, change);
  const node = made ? { ...run.node, made } : run.node;
  const nodeId = node.plan.id;
  let known: Promise<ChangeSize> | undefined;
  const size = () => {
    known ??= changeSize(github.git, baseSha, headSha);
    return known;
  };
  try {
    return await openPull(run, {
      head: branch,
      base,
      marker: { what: "pull", runId: state.runId, nodeId },
      title: pullTitle(node),
      body: pullBody(state, node, change?.summary ?? node.summary ?? "", node.made ? await size() : null),
      draft: await isDraft(run, size),
      knownMissing,
    });
  } catch (error) {
    if (!(error instanceof ConfigurationError) || error instanceof LimitReachedError) throw error;
    const reason = error.message.slice(0, 2_000);
    await run.finish([
      { type: "node.released", nodeId, claim, reason, branch, usage: change?.usage ?? NO_USAGE },
      { type: "node.blocked", nodeId, reason },
    ]);
    return { kind: "stopped", text: reason };
  }
}

async function recordPublished(
  run: NodeRun,
  pull: number,
  change: ChangeArtifact | undefined,
  { branch, baseSha, headSha }: Place,
): Promise<Outcome> {
  const { state, node, claim } = run;
  const nodeId = node.plan.id;
  const made = change && madeOf(state, node, change);
  const published: LedgerEvent = {
    type: "node.published",
    nodeId,
    claim,
    branch,
    pull,
    subject: { specHash: specHashOf(state), baseSha, headSha },
    summary: change?.summary ?? "",
    usage: change?.usage ?? NO_USAGE,
    ...(made ? { made } : {}),
  };
  const after = await run.record((newest) => {
    if (newest.control === "RUN") return [published];
    const reason = `The run is ${newest.control}: the change is kept in pull request #${pull}.`;
    return [published, { type: "node.released", nodeId, claim, reason }];
  });
  if (!after.held) return { kind: "stopped", text: "the claim was taken over" };
  if (after.state.control !== "RUN")
    return { kind: "stopped", text: `kept in pull request #${pull}; the run is ${after.state.control}` };
  return { kind: "published", headSha, baseSha, pull };
}

/** What an agent had done when the run was paused is kept on the node's branch: the next one goes on from there. */
async function keepUnfinished(
  run: NodeRun,
  change: ChangeArtifact,
  branch: string,
  ownHead: string | null,
  baseSha: string,
): Promise<Outcome> {
  const { state, node, claim } = run;
  const refused = checkPaths(change.files, state.policy);
  const keeps = change.files.length > 0 && refused.length === 0;
  if (keeps) {
    const title = `unfinished work on ${node.plan.title}`;
    await commitChange(run, { ...change, title, commits: [] }, branch, ownHead, baseSha);
  }
  const lost = refused.length > 0 ? ` What was done is not kept: ${refused.join(" ")}` : "";
  const reason = `${change.reason}${keeps ? ` What was done is kept on ${branch}.` : lost}`.slice(0, 2_000);
  const kept = keeps ? { branch } : {};
  await run.finish([
    { type: "node.released", nodeId: node.plan.id, claim, reason, usage: change.usage, ...kept },
  ]);
  return { kind: "stopped", text: reason };
}

async function broken(run: NodeRun, error: Error, change: ChangeArtifact | undefined): Promise<void> {
  const { node, claim, finish } = run;
  const reason = error.message.slice(0, 2_000);
  if (!(error instanceof ConfigurationError)) {
    await fail(run, reason, change);
    return;
  }
  const nodeId = node.plan.id;
  const usage = change?.usage ?? NO_USAGE;
  await finish((state) => [
    ...limitEvents(error, state),
    // Nothing is wrong with what the agent made: it is published once this is settled.
    { type: "node.released", nodeId, claim, reason, usage, brokeOff: true },
    // What only a person can put right is not tried again before that.
    ...(error instanceof LimitReachedError ? [] : [{ type: "node.blocked", nodeId, reason } as const]),
  ]);
}

async function fail(run: NodeRun, reason: string, change: ChangeArtifact | undefined): Promise<Outcome> {
  const usage = change?.usage ?? NO_USAGE;
  await run.finish([{ type: "node.failed", nodeId: run.node.plan.id, claim: run.claim, reason, usage }]);
  return { kind: "stopped", text: reason };
}

/** A leaf that has nothing to publish must not pass for one that needed no change. */
async function withoutChange(run: NodeRun, branch: string): Promise<Outcome> {
  const { state, node } = run;
  if (state.control !== "RUN") return release(run, `The run is ${state.control}.`);
  const reason =
    node.pull === null
      ? `No change of ${node.plan.id} was handed over.`
      : `The branch ${branch} of ${node.plan.id} is gone: was it deleted? Restore it from pull request #${node.pull}, then \`retry\`.`;
  return fail(run, reason, undefined);
}

async function nothingToMerge(run: NodeRun, baseSha: string): Promise<Outcome> {
  const { github, node, claim } = run;
  if (node.issue) await closeIssue(github, node.issue.number);
  await run.finish([{ type: "node.merged", nodeId: node.plan.id, claim, pull: null, mergeSha: baseSha }]);
  return { kind: "merged", text: "there was nothing to merge" };
}

async function release(run: NodeRun, reason: string): Promise<Outcome> {
  await run.finish([{ type: "node.released", nodeId: run.node.plan.id, claim: run.claim, reason }]);
  return { kind: "stopped", text: reason };
}
