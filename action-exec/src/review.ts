import { type ActionContext, loadLeft, modelInputs, reachOf, readInputs } from "@slipway/action-kit";
import {
  afterSpending,
  draftTests,
  embeddedCatalog,
  ModelAnswerError,
  ModelFailure,
  openModels,
  type Review,
  reviewChange,
  TEST_DRAFTER,
  withOverrides,
} from "@slipway/agents";
import { readAgentFiles } from "@slipway/github";
import {
  AUDITOR,
  addUsage,
  artifactName,
  type Evidence,
  evidenceArtifactSchema,
  InternalError,
  isKeptReview,
  isReviewOf,
  isWholeReview,
  NO_USAGE,
  type Spec,
} from "@slipway/model";
import { z } from "zod";
import { changeOf, isText, type WrittenFile } from "./change-files.ts";
import { combined, withUntested } from "./combine.ts";
import { type Judged, judged } from "./judged.ts";

type ReviewEvidence = Extract<Evidence, { kind: "review" }>;

/** A model that sees only the contract and the change says whether the change keeps the contract. */
export function review(context: ActionContext): Promise<void> {
  const inputs = readInputs(context.runner, { token: z.string() });
  return judged(context, "Review", async (given) => {
    const { github, state, node, subject, at, alone, interrupted } = given;
    const kept = alone ? undefined : node.evidence.find((item) => isKeptReview(item, subject));
    // Made before a pause or a job that broke off, and paid for then.
    const before = kept
      ? { ...kept, at, usage: NO_USAGE }
      : alone
        ? undefined
        : await leftReview(context, inputs.token, given);
    if (before && (before.verdict === "fail" || isWholeReview(before, state.policy))) return before;
    if (!state.spec) throw new InternalError(`Run ${state.runId} has no specification yet.`);
    const { diff, files } = await changeOf(github, subject);
    // Before anything is paid for.
    if ((await interrupted()) !== null) return before ?? null;
    const result = await readers(context, given, state.spec, diff, files, before && asReview(before));
    return {
      kind: "review",
      nodeId: node.plan.id,
      subject,
      verdict: result.verdict,
      reason: result.reason,
      at,
      findings: [...result.findings],
      ...(result.risk ? { risk: { ...result.risk } } : {}),
      usage: result.usage,
      agents: [...result.agents],
    };
  });
}

function asReview({ verdict, reason, findings, risk, usage, agents = [] }: ReviewEvidence): Review {
  return { verdict, reason, findings, ...(risk ? { risk } : {}), usage, agents };
}

/**
 * Everybody who reads the change, one after another: what is paid for last is what matters least.
 *
 * @param before what the reviewer has found already, where a pause came before the auditor
 */
async function readers(
  context: ActionContext,
  { github, state, node, attempt, interrupted }: Judged,
  spec: Spec,
  diff: string,
  written: readonly WrittenFile[],
  before: Review | undefined,
): Promise<Review> {
  const { runner } = context;
  const { policy, runId, integrationBranch } = state;
  const inputs = readInputs(runner, modelInputs);
  const request = {
    client: openModels(policy, reachOf(context, inputs, policy)),
    catalog: await withOverrides(embeddedCatalog(), await readAgentFiles(github, integrationBranch)),
    policy,
    runId,
    attempt,
    node: node.plan,
    spec,
    diff,
    files: written
      .filter((file) => isText(file.after))
      .map((file) => ({ path: file.path, content: file.after.toString("utf8") })),
  };
  const first = before ?? (await reviewChange(request));
  const isToGoOn = async (wanted: boolean) => wanted && (await interrupted()) === null;
  const audit = () => reviewChange({ ...request, agent: AUDITOR });
  const both = (await isToGoOn(policy.review.security))
    ? combined([first, await afterSpending(first.usage, audit)])
    : first;
  if (!(await isToGoOn(policy.qa.drafts && node.plan.acceptance.length > 0))) return both;
  try {
    const { answer, usage } = await draftTests({ ...request, protectedPaths: policy.protectedPaths });
    return withUntested(both, answer, usage);
  } catch (error) {
    // The review is paid for, and stands without drafts.
    if (!(error instanceof ModelFailure) && !(error instanceof ModelAnswerError)) throw error;
    runner.warning(`No tests were drafted for ${node.plan.id}: ${error.message}`);
    return {
      ...both,
      usage: addUsage(both.usage, error.usage),
      agents: [...both.agents, TEST_DRAFTER],
    };
  }
}

/** Handed over by a claim that broke off before a gate had read it: the very same change is not reviewed again. */
async function leftReview(
  context: ActionContext,
  token: string,
  { state, node, subject, at, attempt }: Judged,
): Promise<ReviewEvidence | undefined> {
  const left = await loadLeft(
    context,
    token,
    { left: node.left, claim: attempt },
    (claim) => artifactName.evidence("review", node.plan.id, claim),
    "evidence.json",
    evidenceArtifactSchema,
    ({ runId, evidence }) => runId === state.runId && isReviewOf(evidence, subject),
  );
  if (left?.document.evidence.kind !== "review") return undefined;
  // The claim may have come as far as the ledger.
  const isAccounted = node.evidence.some((item) => isReviewOf(item, subject));
  return { ...left.document.evidence, at, ...(isAccounted ? { usage: NO_USAGE } : {}) };
}
