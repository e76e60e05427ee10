import { branchOf } from "./branches.ts";
import { newNode } from "./fold-start.ts";
import type { LedgerEvent } from "./schema/event.ts";
import type { NodeState } from "./schema/state.ts";

type Filed = Extract<LedgerEvent, { type: "defect.filed" }>;

/** Whether what is filed is a defect of the same node that was mended before, and has come back. */
export function isDefectAgain({ plan, status }: NodeState, { node, parentId }: Filed): boolean {
  return plan.kind === "defect" && status === "DONE" && plan.parent === parentId && node.parent === parentId;
}

/**
 * A defect whose finding is there again: the same node and issue, begun anew. What was merged before stays merged, so
 * the next change starts from a branch of its own.
 */
export function defectAgain(node: NodeState, { node: plan, issue, fingerprint }: Filed): NodeState {
  const { claims, usage, labels, startedAt, resumedAt } = node;
  const kept = { claims, usage, labels, startedAt, resumedAt };
  return { ...newNode(plan), ...kept, issue, fingerprint, branch: nextBranch(branchOf(node)) };
}

/** `defect/7-fix-qa` → `defect/7-fix-qa-2` → `defect/7-fix-qa-3` */
function nextBranch(branch: string): string {
  const [, stem = branch, round] = /^(.+?)-(\d{1,3})$/.exec(branch) ?? [];
  return round === undefined ? `${branch}-2` : `${stem}-${Number(round) + 1}`;
}
