import { type ActionContext, readInputs, workflowRunUrl } from "@slipway/action-kit";
import { type BranchRules, getPull, type Pull } from "@slipway/github";
import {
  addUsage,
  baseBranchOf,
  type Evidence,
  judge,
  type LedgerEvent,
  mergedSummary,
  NO_USAGE,
  type NodeState,
  newest,
  type RunState,
  type Subject,
  type Verdict,
  verdictSummary,
} from "@slipway/model";
import { z } from "zod";
import { type ChecksEvidence, checksEvidence, silenceNote, underWay } from "./checks.ts";
import { type Found, handedOver, kept } from "./evidence.ts";
import { failuresOf, troubleText } from "./findings.ts";
import { mergeNode, takeMerged } from "./merge.ts";
import { type NodeRun, withNode } from "./node-run.ts";
import { nodeRisk } from "./risk.ts";
import { showReview, showVerdict } from "./show.ts";
import { currentSubject, giveBackStale, movedSide } from "./subject.ts";
import { pullNumber, readTarget } from "./target.ts";

const modeSchema = z.enum(["execute", "verify", "gate"]).default("verify");

/** Judges the evidence for exactly the change that would be merged, shows the verdict, and merges when it may. */
export function gate(context: ActionContext): Promise<void> {
  const inputs = readInputs(context.runner, {
    mode: modeSchema,
    "app-id": z.coerce.number().int().optional(),
  });
  return withNode(context, async (run) => {
    const again = inputs.mode === "gate";
    const outcome = await gateNode(context, run, { again, ownAppId: inputs["app-id"] ?? null });
    context.runner.setOutput("outcome", outcome);
  });
}

interface How {
  /** The evidence in the ledger is judged once more; nothing was checked anew. */
  readonly again: boolean;
  /** App that this job acts as; null: GitHub Actions. */
  readonly ownAppId: number | null;
}

export type Outcome = "merged" | "defect" | "waiting" | "stale" | "stopped";

async function gateNode(context: ActionContext, run: NodeRun, { again, ownAppId }: How): Promise<Outcome> {
  const { node, github } = run;
  const found: Found = again
    ? { evidence: kept(node.evidence), broke: {}, spent: NO_USAGE }
    : await handedOver(context, run);
  const pull = await getPull(github, pullNumber(run));
  const standing = await standingPull(run, pull);
  if (standing) return standing;
  const subject = await currentSubject(run);
  const moved = movedSide(node.subject, subject);
  if (moved) return giveBackStale(run, moved);

  const facts = await readTarget(run, subject, pull, ownAppId);
  const at = github.now().toISOString();
  const checks = checksEvidence({ nodeId: node.plan.id, subject, facts, ownAppId, at });
  const verdict = await judgeNow(context, run, { subject, again, found }, checks);
  if (!verdict) return "stopped";
  await showVerdict(context, run, verdict, silenceNote(checks, ownAppId !== null));
  // Judged again, too: the job that judged first may have ended before it had shown what the reviewer found.
  await showReview(run, found.evidence, subject.headSha);

  switch (verdict.outcome) {
    case "mergeable":
      return merge(context, run, { subject, again, found, checks, rules: facts.rules });
    case "waiting":
      return wait(run, verdict);
    case "refused":
      return refuse(run, verdict, [...found.evidence, checks]);
  }
}

/** What has become of the pull request without us; undefined while it is open. */
async function standingPull(run: NodeRun, pull: Pull): Promise<Outcome | undefined> {
  const { node, claim } = run;
  if (pull.mergeSha !== null) {
    await takeMerged(run, pull.mergeSha);
    return "merged";
  }
  if (pull.state === "open") return undefined;
  const reason = `Pull request #${pull.number} of ${node.plan.id} was closed without merging.`;
  await run.finish([{ type: "node.failed", nodeId: node.plan.id, claim, reason, usage: NO_USAGE }]);
  return "stopped";
}

/**
 * Judges on the newest state, which may hold an approval that was given while the checks ran, and records the verdict.
 * Undefined when the run is to go no further: what was found is recorded all the same.
 */
async function judgeNow(
  context: ActionContext,
  run: NodeRun,
  { subject, again, found }: Pick<Judged, "subject" | "again" | "found">,
  checks: Evidence,
): Promise<Verdict | undefined> {
  const evidence = [...found.evidence, checks];
  const { node, claim, github } = run;
  const { serverUrl, owner, repo } = context.environment;
  const nodeId = node.plan.id;
  const at = github.now().toISOString();
  // What is judged again was found by the jobs of an earlier workflow run.
  const before = again ? node.verdict?.gates.find((item) => item.name === "qa")?.link : undefined;
  const links = {
    repository: `${serverUrl}/${owner}/${repo}`,
    run: before ?? workflowRunUrl(context.environment),
  };
  let verdict: Verdict | undefined;
  const judged = await run.record((state: RunState, now: NodeState): LedgerEvent[] => {
    const risk = nodeRisk(state, now, evidence);
    verdict = judge(state, now, evidence, { subject, at, risk, links, broke: found.broke });
    const said: LedgerEvent = {
      type: "node.judged",
      nodeId,
      claim,
      evidence: [...evidence],
      verdict,
      ...(found.spent.calls > 0 ? { usage: found.spent } : {}),
      ...(risk ? { risk } : {}),
    };
    if (state.control === "RUN") return [said];
    const reason = `The run is ${state.control}.`;
    const released = { type: "node.released", nodeId, claim, reason } as const;
    // Checks that a pause interrupted left no evidence: that is nothing to hold against the change.
    return verdict.outcome === "refused"
      ? [
          {
            ...released,
            usage: addUsage(newest(evidence, "review")?.usage ?? NO_USAGE, found.spent),
            evidence,
          },
        ]
      : [said, released];
  });
  return judged.held && judged.state.control === "RUN" ? verdict : undefined;
}

interface Judged {
  readonly subject: Subject;
  readonly again: boolean;
  readonly found: Found;
  readonly checks: ChecksEvidence;
  /** Of the base. */
  readonly rules: BranchRules;
}

async function merge(
  context: ActionContext,
  run: NodeRun,
  { subject, again, found, checks, rules }: Judged,
): Promise<Outcome> {
  const merged = await mergeNode(run, subject, rules);
  if (merged.kind === "merged")
    context.runner.addSummary(mergedSummary(run.node, baseBranchOf(run.state, run.node), merged.sha));
  if (merged.kind !== "queued") return merged.kind;
  const at = run.github.now().toISOString();
  const waiting = underWay(checks, { pull: pullNumber(run), ...merged }, at);
  const before = { ...found, evidence: kept(found.evidence), spent: NO_USAGE };
  const verdict = await judgeNow(context, run, { subject, again, found: before }, waiting);
  if (!verdict) return "stopped";
  // The check stays green: where it is required, a merge queue merges nothing that it does not pass.
  context.runner.addSummary(verdictSummary(run.node, verdict, undefined));
  return wait(run, verdict);
}

async function wait(run: NodeRun, verdict: Verdict): Promise<Outcome> {
  const nodeId = run.node.plan.id;
  await run.finish([{ type: "node.released", nodeId, claim: run.claim, reason: verdict.sentence }]);
  return "waiting";
}

/** What failed on the change itself becomes a defect; missing evidence, or a defect that is not fixed, is a failed attempt. */
async function refuse(run: NodeRun, verdict: Verdict, evidence: readonly Evidence[]): Promise<Outcome> {
  const { node, claim } = run;
  const judged = { verdict, evidence: [...evidence] };
  if (node.plan.kind !== "defect" && isChangesFault(verdict, evidence)) return "defect";
  const reason = troubleText(judged);
  await run.finish([{ type: "node.failed", nodeId: node.plan.id, claim, reason, usage: NO_USAGE }]);
  return "stopped";
}

/** Whether everything that failed is something found in the change, and not something that could not be told. */
function isChangesFault(verdict: Verdict, evidence: readonly Evidence[]): boolean {
  const failing = verdict.gates.filter((item) => item.status === "fail").map((item) => item.name);
  return failing.every((name) => {
    const kind = name === "coverage" ? "qa" : name;
    const told = evidence.filter((item) => item.kind === kind);
    if (name === "coverage") return told.length > 0;
    if (told.length === 0) return false;
    return failuresOf({ verdict: null, evidence: told }).length > 0;
  });
}
