import { type ActionContext, loadJsonArtifact, workflowRunUrl } from "@slipway/action-kit";
import { closeIssue, ensureCheckRun, mergePull, postReview } from "@slipway/github";
import {
  artifactName,
  baseBranchOf,
  branchOf,
  type Evidence,
  type EvidenceKind,
  evidenceArtifactSchema,
  InternalError,
  judge,
  markerText,
  NO_USAGE,
  type Subject,
  type Verdict,
  verdictText,
} from "@slipway/model";
import { changeSubject, commitMessage, parentSubject, trailers } from "./messages.ts";
import { type NodeRun, withNode } from "./node-run.ts";
import { reviewBody } from "./review-body.ts";

/** Judges the evidence for exactly the change that would be merged, shows the verdict, and merges when it may. */
export function gate(context: ActionContext): Promise<void> {
  return withNode(context, async (run) => {
    const outcome = await gateNode(context, run);
    context.runner.setOutput("outcome", outcome);
  });
}

type Outcome = "merged" | "defect" | "waiting" | "stale" | "stopped";

async function gateNode(context: ActionContext, run: NodeRun): Promise<Outcome> {
  const { state, node, claim, github } = run;
  const nodeId = node.plan.id;
  const evidence = await readEvidence(context, run);
  if (state.control !== "RUN") {
    await run.record([{ type: "node.released", nodeId, claim, reason: `The run is ${state.control}.` }]);
    return "stopped";
  }
  const subject = await currentSubject(run);
  if (!node.subject || subject.headSha !== node.subject.headSha || subject.baseSha !== node.subject.baseSha) {
    return stale(run, subject);
  }
  const verdict = judge(state, node, evidence, subject, github.now().toISOString());
  const judged = await run.record([{ type: "node.judged", nodeId, claim, evidence, verdict }]);
  if (!judged.held) return "stopped";
  context.runner.addSummary(verdictText(verdict));
  await showVerdict(context, run, verdict, evidence);

  switch (verdict.outcome) {
    case "mergeable":
      return merge(run, subject);
    case "waiting":
      await run.finish([{ type: "node.released", nodeId, claim, reason: verdict.sentence }]);
      return "waiting";
    case "refused":
      return refuse(run, verdict, evidence);
  }
}

/** The evidence of this claim; what a job did not leave is missing, and the gate counts it as failed. */
async function readEvidence(
  { environment }: ActionContext,
  { node, claim, state }: NodeRun,
): Promise<Evidence[]> {
  const kinds: EvidenceKind[] = ["qa", "review", "scan"];
  const found: Evidence[] = [];
  for (const kind of kinds) {
    const name = artifactName.evidence(kind, node.plan.id, claim);
    const document = await loadJsonArtifact(environment, name, "evidence.json", evidenceArtifactSchema);
    if (document && document.runId === state.runId && document.evidence.kind === kind)
      found.push(document.evidence);
  }
  return found;
}

/** What would be merged now, read from the branches themselves. */
async function currentSubject({ github, state, node }: NodeRun): Promise<Subject> {
  const base = `refs/heads/${baseBranchOf(state, node)}`;
  const own = `refs/heads/${branchOf(node)}`;
  const heads = await github.git.lsRemote([base, own]);
  const baseSha = heads.get(base);
  const headSha = heads.get(own);
  if (!state.specHash) throw new InternalError(`Run ${state.runId} has no specification.`);
  return { specHash: state.specHash, baseSha: baseSha ?? "0".repeat(40), headSha: headSha ?? "0".repeat(40) };
}

async function stale(run: NodeRun, subject: Subject): Promise<Outcome> {
  const moved = subject.headSha === run.node.subject?.headSha ? "base" : "head";
  await run.finish([
    {
      type: "node.released",
      nodeId: run.node.plan.id,
      claim: run.claim,
      reason: `The ${moved} moved while the change was checked: it is checked again.`,
    },
  ]);
  return "stale";
}

async function showVerdict(
  context: ActionContext,
  run: NodeRun,
  verdict: Verdict,
  evidence: readonly Evidence[],
): Promise<void> {
  const { github, node, state } = run;
  await ensureCheckRun(github, {
    name: "Slipway",
    headSha: verdict.subject.headSha,
    conclusion:
      verdict.outcome === "mergeable" ? "success" : verdict.outcome === "waiting" ? "neutral" : "failure",
    title: verdict.sentence.slice(0, 250),
    summary: verdictText(verdict),
    detailsUrl: workflowRunUrl(context.environment),
    externalId: `${state.runId}/${node.plan.id}`,
  });
  const review = evidence.find((item) => item.kind === "review");
  if (!review || node.pull === null) return;
  const marker = {
    what: "review",
    runId: state.runId,
    nodeId: node.plan.id,
    headSha: verdict.subject.headSha,
  } as const;
  await postReview(github, {
    number: node.pull,
    headSha: verdict.subject.headSha,
    marker,
    ...reviewBody(review, markerText(marker)),
  });
}

async function merge(run: NodeRun, subject: Subject): Promise<Outcome> {
  const { github, state, node, claim } = run;
  const nodeId = node.plan.id;
  if (node.pull === null) throw new InternalError(`${nodeId} has no pull request to merge.`);
  const leaf = node.plan.kind === "task" || node.plan.kind === "defect";
  const result = await mergePull(github, {
    number: node.pull,
    sha: subject.headSha,
    method: leaf ? "squash" : "merge",
    title: `${leaf ? changeSubject(node) : parentSubject(node)} (#${node.pull})`,
    message: leaf
      ? commitMessage(state, node, node.plan.title, node.summary ?? "")
          .split("\n")
          .slice(2)
          .join("\n")
      : trailers(state, node),
  });
  switch (result.kind) {
    case "merged":
      if (node.issue) await closeIssue(github, node.issue.number);
      await run.finish([{ type: "node.merged", nodeId, claim, pull: node.pull, mergeSha: result.sha }]);
      return "merged";
    case "moved":
    case "baseModified":
      return stale(run, { ...subject, headSha: result.kind === "moved" ? "0".repeat(40) : subject.headSha });
    case "notMergeable":
      await run.finish([
        {
          type: "node.failed",
          nodeId,
          claim,
          reason: `GitHub refused the merge: ${result.reason}`,
          usage: NO_USAGE,
        },
      ]);
      return "stopped";
  }
}

/** What failed on the change itself becomes a defect; missing evidence, or a defect that is not fixed, is a failed attempt. */
async function refuse(run: NodeRun, verdict: Verdict, evidence: readonly Evidence[]): Promise<Outcome> {
  const { node, claim } = run;
  const failed =
    evidence.some((item) => item.verdict === "fail") ||
    verdict.gates.some((item) => item.name === "coverage" && item.status === "fail");
  const complete = verdict.gates
    .filter((item) => item.status === "fail")
    .every((item) => item.name === "coverage" || evidence.some((found) => found.kind === item.name));
  if (failed && complete && node.plan.kind !== "defect") return "defect";
  await run.finish([
    {
      type: "node.failed",
      nodeId: node.plan.id,
      claim,
      reason: troubleText(verdict, evidence),
      usage: NO_USAGE,
    },
  ]);
  return "stopped";
}

/** What the next attempt is told: the sentence, and what the failing checks printed. */
export function troubleText(verdict: Verdict, evidence: readonly Evidence[]): string {
  const details = evidence.filter((item) => item.verdict === "fail").map(detailOf);
  return [verdict.sentence, ...details].join("\n\n").slice(0, 2_000);
}

function detailOf(item: Evidence): string {
  if (item.kind === "qa") {
    const failing = item.commands.filter((command) => command.exitCode !== 0);
    return failing
      .map(
        (command) =>
          `\`${command.command}\` exited ${command.exitCode ?? "by force"}:\n${command.output.slice(-1_200)}`,
      )
      .join("\n\n");
  }
  return item.findings
    .map(
      (finding) =>
        `${finding.path ?? ""}${finding.line === null ? "" : `:${finding.line}`} ${finding.title}: ${finding.detail}`,
    )
    .join("\n");
}
