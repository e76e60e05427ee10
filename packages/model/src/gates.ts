import { budgetSpent, hasBudget } from "./budget.ts";
import type { Risk } from "./schema/event.ts";
import type { Evidence, EvidenceKind, Subject } from "./schema/evidence.ts";
import { type Policy, ROLES, type RoleName } from "./schema/policy.ts";
import type { NodeState, RunState } from "./schema/state.ts";
import type { Gate, GateName, Verdict } from "./schema/verdict.ts";
import { childrenOf, isLeaf, openChildren, treeOf } from "./tree.ts";

/** Evidence counts only for exactly the change that it judged (rule 5). */
export function sameSubject(a: Subject, b: Subject): boolean {
  return a.specHash === b.specHash && a.baseSha === b.baseSha && a.headSha === b.headSha;
}

/**
 * Whether a review need not be made, and paid for, again: it found nothing against exactly this change. One that found
 * something is made anew, since whoever asks for another try asks for another look.
 */
export const isKeptReview = (
  item: Evidence,
  subject: Subject,
): item is Extract<Evidence, { kind: "review" }> => isReviewOf(item, subject) && item.verdict === "pass";

/** Whether it is a review of exactly this change. */
export const isReviewOf = (item: Evidence, subject: Subject): item is Extract<Evidence, { kind: "review" }> =>
  item.kind === "review" && sameSubject(item.subject, subject);

/** The agent that looks at each change as well where the policy says `review.security`. */
export const AUDITOR = "security-auditor";

/** Whether everybody has read the change whom the policy asks to; one without a list is of a time before there was one. */
export const isWholeReview = (
  { agents }: Pick<Extract<Evidence, { kind: "review" }>, "agents">,
  { review }: Pick<Policy, "review">,
): boolean => !review.security || agents === undefined || agents.includes(AUDITOR);

/** What a verdict is computed with besides the evidence. */
export interface Judging {
  /** The change that would be merged, read just now. */
  readonly subject: Subject;
  readonly at: string;
  /** Null: nobody has told yet how risky the change is, which counts as failed. */
  readonly risk: Risk | null;
  /** Addresses for people: of a repository's page, and of the jobs that left the evidence. */
  readonly links: { readonly repository: string | null; readonly run: string | null };
  /** Why a check's job broke off, where it could say so. */
  readonly broke?: Broke;
}

/** What kept a check from leaving evidence, by the check. */
export type Broke = Readonly<Partial<Record<"qa" | "review" | "scan", string>>>;

/**
 * Whether a node may merge, computed from evidence. What is missing or judged something else counts
 * against it.
 */
export function judge(
  state: RunState,
  node: NodeState,
  evidence: readonly Evidence[],
  judging: Judging,
): Verdict {
  const { subject, at, risk, links, broke = {} } = judging;
  const valid = evidence.filter((item) => item.nodeId === node.plan.id && sameSubject(item.subject, subject));
  const page = (path: string) => (links.repository === null ? null : `${links.repository}/${path}`);
  const pull = node.pull === null ? null : page(`pull/${node.pull}`);
  const gates = [
    childrenGate(state, node, page),
    defectsGate(state, node, page),
    checksGate(valid, pull),
    { ...evidenceGate("qa", valid, broke), link: links.run },
    { ...coverageGate(state, valid), link: links.run },
    { ...reviewGate(state, node, valid, broke), link: links.run },
    { ...evidenceGate("scan", valid, broke), link: links.run },
    { ...approvalGate(state, node, subject, risk, valid), link: pull && `${pull}/files` },
    { ...riskGate(node, risk, valid), link: pull },
    budgetGate(state, page),
  ];
  return { nodeId: node.plan.id, subject, ...conclusion(gates, subject), gates, at };
}

/** Outcome and the one sentence of a list of gates. */
function conclusion(gates: readonly Gate[], subject: Subject): Pick<Verdict, "outcome" | "sentence"> {
  const open = gates.filter((gate) => gate.status === "fail" || gate.status === "pending");
  if (open.length === 0) {
    const passed = gates.filter((gate) => gate.status === "pass").map((gate) => gate.name);
    return {
      outcome: "mergeable",
      sentence: `Mergeable: ${passed.join(", ")} passed on ${short(subject.headSha)}.`,
    };
  }
  const told = open.map((gate) => withoutStop(gate.reason));
  // "needs a, and b" reads better than "needs a; needs b".
  const needs = told.filter((text) => text.startsWith("needs ")).map((text) => text.slice("needs ".length));
  const rest = told.filter((text) => !text.startsWith("needs "));
  const parts = [...rest, ...(needs.length > 0 ? [`needs ${needs.join(", and ")}`] : [])];
  return {
    outcome: open.some((gate) => gate.status === "fail") ? "refused" : "waiting",
    sentence: `Not mergeable: ${parts.join("; ")}.`.slice(0, 2_000),
  };
}

export const short = (sha: string): string => sha.slice(0, 7);
const withoutStop = (text: string) => text.replace(/\.$/, "");
const gate = (name: GateName, status: Gate["status"], reason: string, link: string | null = null): Gate => ({
  name,
  status,
  reason: reason.slice(0, 1_000),
  link,
});

type Page = (path: string) => string | null;

function issuePage(page: Page, nodes: readonly NodeState[]): string | null {
  const issue = nodes.find((node) => node.issue)?.issue;
  return issue ? page(`issues/${issue.number}`) : null;
}

function childrenGate(state: RunState, node: NodeState, page: Page): Gate {
  const tree = treeOf(state.nodes);
  const planned = childrenOf(tree, node.plan.id).filter((child) => child.plan.kind !== "defect");
  if (planned.length === 0) return gate("children", "skipped", "It has no children.");
  const open = planned.filter((child) => child.status !== "DONE");
  return open.length === 0
    ? gate("children", "pass", `All ${planned.length} children are done.`, issuePage(page, [node]))
    : gate(
        "children",
        "pending",
        `needs ${open.map((child) => child.plan.id).join(", ")} to be done`,
        issuePage(page, open),
      );
}

function defectsGate(state: RunState, node: NodeState, page: Page): Gate {
  const open = openChildren(treeOf(state.nodes), node.plan.id).filter(
    (child) => child.plan.kind === "defect",
  );
  return open.length === 0
    ? gate("defects", "pass", "No open defect.", issuePage(page, [node]))
    : gate(
        "defects",
        "pending",
        `needs ${open.map((child) => child.plan.id).join(", ")} to be fixed`,
        issuePage(page, open),
      );
}

/** The newest wins: a check may have been repeated on the same change. */
export function newest<K extends EvidenceKind>(
  evidence: readonly Evidence[],
  kind: K,
): Extract<Evidence, { kind: K }> | undefined {
  return evidence.filter((item): item is Extract<Evidence, { kind: K }> => item.kind === kind).at(-1);
}

function checksGate(evidence: readonly Evidence[], pull: string | null): Gate {
  const found = newest(evidence, "checks");
  const link = (found?.checks.find((check) => check.state !== "pass")?.link ?? pull) || null;
  if (!found)
    return gate(
      "checks",
      "fail",
      "the rules of the target branch could not be read, which counts as failed",
      link,
    );
  if (found.verdict === "pass" && found.checks.length === 0)
    return gate("checks", "skipped", "The target branch requires none.", link);
  return gate("checks", found.verdict, found.reason, link);
}

function evidenceGate(name: "qa" | "scan", evidence: readonly Evidence[], broke: Broke): Gate {
  const found = newest(evidence, name);
  if (!found) return missingGate(name, broke);
  return gate(name, found.verdict, found.reason);
}

/** Nothing was found out about the change: people have to know why, since it is nothing that the change could mend. */
function missingGate(name: keyof Broke, broke: Broke): Gate {
  const why = withoutStop((broke[name] ?? "").replace(/\s+/g, " ").trim());
  const told = why === "" ? "" : `: ${why}`;
  return gate(name, "fail", `${name} left no evidence for this exact change, which counts as failed${told}`);
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
  return state.policy.review.required && isLeaf(node);
}

function reviewGate(state: RunState, node: NodeState, evidence: readonly Evidence[], broke: Broke): Gate {
  if (!state.policy.review.required) return gate("review", "skipped", "The policy asks for none.");
  if (!needsReview(state, node))
    return gate("review", "skipped", "Each change in it was reviewed in its own pull request.");
  const found = newest(evidence, "review");
  if (!found) return missingGate("review", broke);
  if (found.verdict === "pass" && !isWholeReview(found, state.policy))
    return gate(
      "review",
      "fail",
      "the security audit left no evidence for this exact change, which counts as failed",
    );
  return gate("review", found.verdict, found.reason);
}

/** The role whose approval a node needs; null when it needs none. */
export function approvalWanted(policy: Policy, node: NodeState, risk: Risk | null): RoleName | null {
  const forRoot = node.plan.parent === null && policy.approval !== "none" ? policy.approval : null;
  const forRisk = risk && risk.action !== "auto" ? policy.risk.role : null;
  if (forRoot === null || forRisk === null) return forRoot ?? forRisk;
  return rank(forRoot) <= rank(forRisk) ? forRoot : forRisk;
}

/** Whether an approval is there, alive and of the wanted role. */
export function isApproved(node: NodeState, headSha: string, wanted: RoleName): boolean {
  return node.approval?.headSha === headSha && roleSuffices(node.approval.role, wanted);
}

const PEOPLE: Readonly<Record<RoleName, string>> = {
  admin: "an admin",
  maintain: "a maintainer",
  write: "someone who may write",
  triage: "someone who may triage",
  read: "someone who may read",
};
/** How a role is spoken of: `a maintainer`. */
export const personWith = (role: RoleName): string => PEOPLE[role];

function approvalGate(
  state: RunState,
  node: NodeState,
  subject: Subject,
  risk: Risk | null,
  evidence: readonly Evidence[],
): Gate {
  const wanted = approvalWanted(state.policy, node, risk);
  const reviews = newest(evidence, "checks")?.approvals ?? { wanted: 0, given: 0 };
  const missing = Math.max(0, reviews.wanted - reviews.given);
  if (wanted === null && reviews.wanted === 0)
    return gate("approval", "skipped", "Neither the policy nor the target branch asks for one.");
  const given = node.approval;
  const ours = wanted === null || isApproved(node, subject.headSha, wanted);
  if (ours && missing === 0) {
    const by = wanted !== null && given ? `Approved by ${given.by} (${given.role}).` : "";
    return gate("approval", "pass", by || `${reviews.given} approving reviews, ${reviews.wanted} asked for.`);
  }
  const dead =
    !ours && given && given.headSha !== subject.headSha
      ? ` (the approval of ${short(given.headSha)} died with the push)`
      : "";
  const needs = [
    ...(ours || wanted === null
      ? []
      : [`1 approval from ${personWith(wanted)} on ${short(subject.headSha)}${dead}`]),
    ...(missing > 0
      ? [`${missing} more approving ${missing === 1 ? "review" : "reviews"} by the branch's rules`]
      : []),
  ];
  return gate("approval", "pending", `needs ${needs.join(", and ")}`);
}

function riskGate(node: NodeState, risk: Risk | null, evidence: readonly Evidence[]): Gate {
  if (!risk) return gate("risk", "fail", "how risky the change is could not be told, which counts as failed");
  const draft = newest(evidence, "checks")?.draft ?? false;
  const why = risk.reasons.length > 0 ? `: ${risk.reasons.join(", ")}` : "";
  const which = node.pull === null ? "the pull request" : `pull request #${node.pull}`;
  if (draft)
    return gate(
      "risk",
      "pending",
      `needs ${which} to be marked ready by a person (risk ${risk.level}${why})`,
    );
  const told = `Risk ${risk.level}${why}; the policy says ${risk.action}.`;
  return gate("risk", "pass", told);
}

function budgetGate(state: RunState, page: Page): Gate {
  const link = issuePage(page, state.nodes.slice(0, 1));
  if (!hasBudget(state)) return gate("budget", "skipped", "The policy sets none.", link);
  const spent = budgetSpent(state);
  // What is paid for and passed is merged; the budget keeps new work from starting.
  return gate("budget", "pass", spent ? `No new agent starts: ${spent}.` : "Within the budget.", link);
}

/** Whether a role is the wanted one or a higher one. */
export function roleSuffices(role: string, wanted: RoleName | "none"): boolean {
  return wanted === "none" || rank(role) <= rank(wanted);
}

/** 0 is the highest role (admin); a role that is not known ranks below all. */
const rank = (role: string): number => {
  const at = (ROLES as readonly string[]).indexOf(role);
  return at === -1 ? ROLES.length : at;
};
