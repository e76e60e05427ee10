import { type ActionContext, loadLeft, modelInputs, reachOf, readInputs } from "@slipway/action-kit";
import { openModels, reviewChange } from "@slipway/agents";
import {
  artifactName,
  type Evidence,
  evidenceArtifactSchema,
  InternalError,
  isKeptReview,
  isReviewOf,
  NO_USAGE,
} from "@slipway/model";
import { z } from "zod";
import { changeOf, isText } from "./change-files.ts";
import { type Judged, judged } from "./judged.ts";

/** A model that sees only the contract and the change says whether the change keeps the contract. */
export function review(context: ActionContext): Promise<void> {
  const inputs = readInputs(context.runner, { ...modelInputs, token: z.string() });
  return judged(context, "Review", async (given) => {
    const { github, state, node, subject, attempt, at, alone, interrupted } = given;
    const kept = alone ? undefined : node.evidence.find((item) => isKeptReview(item, subject));
    // Made before a pause or a job that broke off, and paid for then.
    if (kept) return { ...kept, at, usage: NO_USAGE };
    const left = alone ? undefined : await leftReview(context, inputs.token, given);
    if (left) return left;
    if (!state.spec) throw new InternalError(`Run ${state.runId} has no specification yet.`);
    const { diff, files } = await changeOf(github, subject);
    // Before anything is paid for.
    if ((await interrupted()) !== null) return null;
    const result = await reviewChange({
      client: openModels(state.policy, reachOf(context.runner, inputs)),
      policy: state.policy,
      runId: state.runId,
      attempt,
      node: node.plan,
      spec: state.spec,
      diff,
      files: files
        .filter((file) => isText(file.after))
        .map((file) => ({ path: file.path, content: file.after.toString("utf8") })),
    });
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
    };
  });
}

/** Handed over by a claim that broke off before a gate had read it: the very same change is not reviewed again. */
async function leftReview(
  context: ActionContext,
  token: string,
  { state, node, subject, at, attempt }: Judged,
): Promise<Evidence | undefined> {
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
