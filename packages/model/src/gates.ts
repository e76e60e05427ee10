import type { Evidence, EvidenceKind, Subject } from "./schema/evidence.ts";
import type { Policy } from "./schema/policy.ts";
import type { NodeState, RunState } from "./schema/state.ts";
import type { Gate, GateName, Verdict } from "./schema/verdict.ts";
import { childrenOf, openChildren, treeOf } from "./tree.ts";

/** Evidence counts only for exactly the change that it judged (rule 5). */
export function sameSubject(a: Subject, b: Subject): boolean {
  return a.specHash === b.specHash && a.baseSha === b.baseSha && a.headSha === b.headSha;
}

/**
 * Whether a node may merge, computed from evidence. What is missing or judged something else counts
 * against it.
 *
 * @param subject the change that would be merged, read just now
 */
export function judge(
  state: RunState,
  node: NodeState,
  evidence: readonly Evidence[],
  subject: Subject,
  at: string,
): Verdict {
  const valid = evidence.filter((item) => item.nodeId === node.plan.id && sameSubject(item.subject, subject));
  const gates = [
    childrenGate(state, node),
    defectsGate(state, node),
    evidenceGate("qa", valid),
    coverageGate(state, valid),
    reviewGate(state, node, valid),
    evidenceGate("scan", valid),
    approvalGate(state, node, subject),
  ];
  const open = gates.filter((gate) => gate.status === "fail" || gate.status === "pending");
  const outcome =
    open.length === 0 ? "mergeable" : open.some((gate) => gate.status === "fail") ? "refused" : "waiting";
  const sentence =
    open.length === 0
      ? `Mergeable: ${gates
          .filter((gate) => gate.status === "pass")
          .map((gate) => gate.name)
          .join(", ")} passed on ${short(subject.headSha)}.`
      : `Not mergeable: ${open.map((gate) => withoutStop(gate.reason)).join("; ")}.`;
  return { nodeId: node.plan.id, subject, outcome, sentence: sentence.slice(0, 2_000), gates, at };
}

export const short = (sha: string): string => sha.slice(0, 7);
const withoutStop = (text: string) => text.replace(/\.$/, "");
const gate = (name: GateName, status: Gate["status"], reason: string): Gate => ({
  name,
  status,
  reason: reason.slice(0, 1_000),
});

function childrenGate(state: RunState, node: NodeState): Gate {
  const tree = treeOf(state.nodes);
  const planned = childrenOf(tree, node.plan.id).filter((child) => child.plan.kind !== "defect");
  if (planned.length === 0) return gate("children", "skipped", "It has no children.");
  const open = planned.filter((child) => child.status !== "DONE");
  return open.length === 0
    ? gate("children", "pass", `All ${planned.length} children are done.`)
    : gate("children", "pending", `needs ${open.map((child) => child.plan.id).join(", ")} to be done`);
}

function defectsGate(state: RunState, node: NodeState): Gate {
  const open = openChildren(treeOf(state.nodes), node.plan.id).filter(
    (child) => child.plan.kind === "defect",
  );
  return open.length === 0
    ? gate("defects", "pass", "No open defect.")
    : gate("defects", "pending", `needs ${open.map((child) => child.plan.id).join(", ")} to be fixed`);
}

/** The newest wins: a check may have been repeated on the same change. */
function newest<K extends EvidenceKind>(
  evidence: readonly Evidence[],
  kind: K,
): Extract<Evidence, { kind: K }> | undefined {
  return evidence.filter((item): item is Extract<Evidence, { kind: K }> => item.kind === kind).at(-1);
}

function evidenceGate(name: "qa" | "scan", evidence: readonly Evidence[]): Gate {
  const found = newest(evidence, name);
  if (!found)
    return gate(name, "fail", `${name} left no evidence for this exact change, which counts as failed`);
  return gate(name, found.verdict, found.reason);
}

function coverageGate(state: RunState, evidence: readonly Evidence[]): Gate {
  const minimum = state.policy.qa.coverageMinimum;
  if (minimum === undefined) return gate("coverage", "skipped", "The policy asks for none.");
  const coverage = newest(evidence, "qa")?.coverage ?? null;
  if (coverage === null)
    return gate("coverage", "fail", `line coverage could not be read; the policy asks for ${minimum} %`);
  return coverage >= minimum
    ? gate("coverage", "pass", `${coverage} % of lines, at least ${minimum} % asked for.`)
    : gate("coverage", "fail", `${coverage} % of lines covered, ${minimum} % asked for`);
}

/** Leaves are reviewed; a parent holds nothing that was not reviewed in its children's pull requests. */
export function needsReview(state: RunState, node: NodeState): boolean {
  return state.policy.review.required && (node.plan.kind === "task" || node.plan.kind === "defect");
}

function reviewGate(state: RunState, node: NodeState, evidence: readonly Evidence[]): Gate {
  if (!state.policy.review.required) return gate("review", "skipped", "The policy asks for none.");
  if (!needsReview(state, node))
    return gate("review", "skipped", "Each change in it was reviewed in its own pull request.");
  const found = newest(evidence, "review");
  if (!found)
    return gate("review", "fail", "review left no evidence for this exact change, which counts as failed");
  return gate("review", found.verdict, found.reason);
}

function approvalGate(state: RunState, node: NodeState, subject: Subject): Gate {
  const wanted = state.policy.approval;
  if (wanted === "none") return gate("approval", "skipped", "The policy asks for none.");
  if (node.plan.parent !== null)
    return gate("approval", "skipped", "Only the root pull request needs an approval.");
  const given = node.approval;
  if (given?.headSha === subject.headSha && roleSuffices(given.role, wanted))
    return gate("approval", "pass", `Approved by ${given.by} (${given.role}).`);
  const dead =
    given && given.headSha !== subject.headSha
      ? `; the approval of ${short(given.headSha)} died with the push`
      : "";
  return gate(
    "approval",
    "pending",
    `needs 1 approval from someone with the role ${wanted} or above on ${short(subject.headSha)}${dead}`,
  );
}

/** Whether a role is the wanted one or a higher one. */
export function roleSuffices(role: string, wanted: Policy["approval"]): boolean {
  return wanted === "none" || rank(role) <= rank(wanted);
}

const TIERS = ["admin", "maintain", "write", "triage", "read"];
/** 0 is the highest role; a role that is not known ranks below all. */
const rank = (role: string) => (TIERS.includes(role) ? TIERS.indexOf(role) : TIERS.length);
