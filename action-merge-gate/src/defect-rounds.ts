import type { NodeState } from "@slipway/model";
import { listed } from "./checks.ts";
import type { Failure } from "./findings.ts";

export type DefectStep =
  /** `again`: what was fixed before and is found once more. */
  | { readonly kind: "file"; readonly again: string | undefined }
  | { readonly kind: "open"; readonly reason: string }
  | { readonly kind: "blocked"; readonly reason: string };

export interface DefectInput {
  readonly node: NodeState;
  readonly children: readonly NodeState[];
  readonly failures: readonly Failure[];
  readonly fingerprint: string;
  /** `limits.defectRounds` of the policy. */
  readonly rounds: number;
}

/**
 * What becomes of a refused node: a defect, unless an open one has the same finding; after the policy's number of
 * rounds a person is asked. A person's `retry` starts the count anew.
 */
export function nextStep({ node, children, failures, fingerprint, rounds }: DefectInput): DefectStep {
  const nodeId = node.plan.id;
  const defects = children.filter((child) => child.plan.kind === "defect");
  const found = listed(failures.slice(0, 5).map((failure) => failure.title)) || "its gates";
  const open = defects.find((child) => child.status !== "DONE" && child.fingerprint === fingerprint);
  if (open) return { kind: "open", reason: `${open.plan.id} is open for ${found} already.` };
  const counted = defects.filter((child) => isSince(child, node.resumedAt));
  if (counted.length >= rounds) {
    const fixed = counted.map((child) => child.plan.id);
    const tried =
      fixed.length === 0
        ? "the policy has no defects filed (limits.defectRounds is 0)"
        : `${listed(fixed)} ${fixed.length === 1 ? "was" : "were"} to mend it and did not`;
    const reason = `${nodeId} does not pass: ${found} still fails, and ${tried}. ${node.verdict?.sentence ?? ""} A person has to look at pull request #${node.pull ?? "?"}: push what is missing to its branch, or change the policy, then \`retry ${nodeId}\`.`;
    return { kind: "blocked", reason: reason.slice(0, 2_000) };
  }
  const before = defects.filter((child) => child.fingerprint === fingerprint).map((child) => child.plan.id);
  return {
    kind: "file",
    again:
      before.length === 0
        ? undefined
        : `${listed(before)} was to mend the same finding, which is there again.`,
  };
}

/** A defect that nobody has begun is not older than anything. */
function isSince({ startedAt }: NodeState, since: string | null): boolean {
  return since === null || startedAt === null || Date.parse(startedAt) >= Date.parse(since);
}
