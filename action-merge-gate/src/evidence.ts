import { type ActionContext, loadJsonArtifact } from "@slipway/action-kit";
import {
  artifactName,
  type Evidence,
  type EvidenceKind,
  evidenceArtifactSchema,
  NO_USAGE,
  needsReview,
} from "@slipway/model";
import type { NodeRun } from "./node-run.ts";

const HANDED_OVER: readonly EvidenceKind[] = ["qa", "review", "scan"];

/** The evidence of this claim; what a job did not leave is missing, and the gate counts it as failed. */
export async function handedOver(
  { environment }: ActionContext,
  { node, claim, state }: NodeRun,
): Promise<Evidence[]> {
  const found: Evidence[] = [];
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
  }
  return found;
}

/** What an earlier claim left in the ledger, to be judged again. Its cost is on the account already. */
export function kept(evidence: readonly Evidence[]): Evidence[] {
  return evidence
    .filter((item) => item.kind !== "checks")
    .map((item) => (item.kind === "review" ? { ...item, usage: NO_USAGE } : item));
}
