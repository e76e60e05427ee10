import type { EventRecord, NodeState } from "@slipway/model";
import { listed } from "./checks.ts";
import type { Failure } from "./findings.ts";

export type DefectStep =
  /** `again`: the defect that was mended before, and whose finding is there once more; it is opened again. */
  | { readonly kind: "file"; readonly again: NodeState | undefined }
  | { readonly kind: "open"; readonly reason: string }
  | { readonly kind: "blocked"; readonly reason: string };

export interface DefectInput {
  readonly node: NodeState;
  readonly children: readonly NodeState[];
  readonly failures: readonly Failure[];
  readonly fingerprint: string;
  /** Ids of the defects filed for the node so far, one for each round; see {@link roundsOf}. */
  readonly filed: readonly string[];
  /** `limits.defectRounds` of the policy. */
  readonly rounds: number;
}

/**
 * What becomes of a refused node: a defect, unless an open one has the same finding; one that was mended and whose
 * finding has come back is opened again. After the policy's number of rounds a person is asked.
 */
export function nextStep({ node, children, failures, fingerprint, filed, rounds }: DefectInput): DefectStep {
  const nodeId = node.plan.id;
  const defects = children.filter((child) => child.plan.kind === "defect");
  const found = listed(failures.slice(0, 5).map((failure) => failure.title)) || "its gates";
  const open = defects.find((child) => child.status !== "DONE" && child.fingerprint === fingerprint);
  if (open) return { kind: "open", reason: `${open.plan.id} is open for ${found} already.` };
  if (filed.length >= rounds) {
    const fixed = [...new Set(filed)];
    const tried =
      fixed.length === 0
        ? "the policy has no defects filed (limits.defectRounds is 0)"
        : `${listed(fixed)} ${fixed.length === 1 ? "was" : "were"} to mend it and did not`;
    const reason = `${nodeId} does not pass: ${found} still fails, and ${tried}. ${node.verdict?.sentence ?? ""} A person has to look at pull request #${node.pull ?? "?"}: push what is missing to its branch, or change the policy, then \`retry ${nodeId}\`.`;
    return { kind: "blocked", reason: reason.slice(0, 2_000) };
  }
  return { kind: "file", again: defects.find((child) => child.fingerprint === fingerprint) };
}

/** The defects filed for a node, one for each round. A person's `retry` starts the count anew. */
export function roundsOf(events: readonly EventRecord[], nodeId: string): string[] {
  const filed: string[] = [];
  for (const { event } of events) {
    if (event.type === "run.retried" && (event.nodeId === null || event.nodeId === nodeId)) filed.length = 0;
    if (event.type === "defect.filed" && event.parentId === nodeId) filed.push(event.node.id);
  }
  return filed;
}
