import { type ActionContext, checkOf, loadFailure, loadJsonArtifact } from "@slipway/action-kit";
import {
  addUsage,
  artifactName,
  type Broke,
  type Evidence,
  evidenceArtifactSchema,
  NO_USAGE,
  needsReview,
  type Usage,
} from "@slipway/model";
import type { NodeRun } from "./node-run.ts";

const HANDED_OVER = ["qa", "review", "scan"] as const;

export interface Found {
  readonly evidence: readonly Evidence[];
  /** Why there is none of a check that broke off. */
  readonly broke: Broke;
  /** What those that broke off have cost. */
  readonly spent: Usage;
}

/** The evidence of this claim; what a job did not leave is missing, and the gate counts it as failed. */
export async function handedOver(
  { environment }: ActionContext,
  { node, claim, state }: NodeRun,
): Promise<Found> {
  const found: Evidence[] = [];
  const broke: { -readonly [Kind in keyof Broke]: Broke[Kind] } = {};
  let spent = NO_USAGE;
  for (const kind of HANDED_OVER) {
    const name = artifactName.evidence(kind, node.plan.id, claim);
    // What is missing costs an attempt: a list that does not show it yet is not taken at its word.
    const isDue =
      kind !== "review" ||
      (needsReview(state, node) && !node.evidence.some((item) => item.kind === "review"));
    const document = await loadJsonArtifact(environment, name, "evidence.json", evidenceArtifactSchema, {
      isDue,
    });
    if (document && document.runId === state.runId && document.evidence.kind === kind)
      found.push(document.evidence);
    else {
      const left = await loadFailure(environment, checkOf(kind, node.plan.id), claim);
      if (!left) continue;
      broke[kind] = left.reason;
      spent = addUsage(spent, left.usage);
    }
  }
  return { evidence: found, broke, spent };
}

/** What an earlier claim left in the ledger, to be judged again. Its cost is on the account already. */
export function kept(evidence: readonly Evidence[]): Evidence[] {
  return evidence
    .filter((item) => item.kind !== "checks")
    .map((item) => (item.kind === "review" ? { ...item, usage: NO_USAGE } : item));
}
