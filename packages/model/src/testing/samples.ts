/** Values for this package's tests. Not exported by the package. */
import { foldEvents } from "../fold.ts";
import type { Judging } from "../gates.ts";
import { hashOf } from "../hash.ts";
import { NO_USAGE } from "../schema/common.ts";
import type { EventRecord, LedgerEvent, Risk } from "../schema/event.ts";
import type { Evidence, Subject } from "../schema/evidence.ts";
import type { Plan, PlanNode } from "../schema/plan.ts";
import { type Policy, policySchema } from "../schema/policy.ts";
import type { Spec } from "../schema/spec.ts";
import type { NodeState, RunState } from "../schema/state.ts";

export const RUN_ID = "r-20261120-7f3k2a";
export const AT = "2026-11-20T10:00:00.000Z";

/** A commit SHA that is told apart from others by a number. */
export const sha = (number: number): string => number.toString(16).padStart(40, "0");

export const SPEC: Spec = {
  title: "Durations",
  summary: "Parse and print durations.",
  requirements: [
    { id: "FR-001", text: "`P1D` must be read as one day." },
    { id: "FR-002", text: "A wrong unit must be refused." },
  ],
  successCriteria: [{ id: "SC-001", text: "All of ISO 8601 is read." }],
  acceptance: [
    { id: "AC-001", requirement: "FR-001", given: "P1D", when: "it is parsed", outcome: "one day" },
    { id: "AC-002", requirement: "FR-002", given: "P1Q", when: "it is parsed", outcome: "an error" },
  ],
  assumptions: ["A day has 24 hours."],
  outOfScope: ["Time zones."],
  openQuestions: [{ question: "Are weeks needed?", recommended: "Yes." }],
};
export const SPEC_HASH = hashOf(SPEC);

export function planNode(id: string, parent: string | null, more: Partial<PlanNode> = {}): PlanNode {
  const kind = ({ E: "epic", F: "feature", T: "task", D: "defect" } as const)[id[0] as "E" | "F" | "T" | "D"];
  return {
    id,
    kind,
    title: `Title of ${id}`,
    objective: `Objective of ${id}.`,
    parent,
    orderIndex: 0,
    dependsOn: [],
    requirements: kind === "task" ? ["FR-001", "FR-002"] : [],
    acceptance: kind === "task" ? ["AC-001"] : [],
    size: "S",
    changeType: "feat",
    scope: null,
    breaking: false,
    ...more,
  };
}

/** Two features; T2 waits for T1 by order, T3 for T1 across features, T4 stands beside T3. */
export const PLAN: Plan = {
  nodes: [
    planNode("E1", null),
    planNode("F1", "E1"),
    planNode("F2", "E1"),
    planNode("T1", "F1"),
    planNode("T2", "F1", { orderIndex: 1 }),
    planNode("T3", "F2", { dependsOn: ["T1"] }),
    planNode("T4", "F2"),
  ],
};

export const policyOf = (policy: unknown = {}): Policy => policySchema.parse(policy);

export function startedEvent(policy: unknown = {}, dispatchId: string | null = null): LedgerEvent {
  return {
    type: "run.started",
    runId: RUN_ID,
    dispatchId,
    idea: "Durations, please.",
    requestedBy: "ada",
    repository: "ada/durations",
    integrationBranch: "main",
    policy: policyOf(policy),
    backendUrl: null,
  };
}

export function recordsOf(events: readonly LedgerEvent[], after = 0): EventRecord[] {
  return events.map((event, index) => ({ seq: after + 1 + index, at: AT, by: "ada", event }));
}

export const append = (state: RunState | null, ...events: LedgerEvent[]): RunState =>
  foldEvents(state, recordsOf(events, state?.seq ?? 0));

export const lease = (claim: number, workflowRunId = 1, runAttempt = 1) => ({
  workflowRunId,
  runAttempt,
  claim,
  expiresAt: "2026-11-20T12:00:00.000Z",
});

/** The events that lead a fresh run to its execution loop. */
export function plannedEvents(plan: Plan = PLAN, policy: unknown = {}): LedgerEvent[] {
  return [
    startedEvent(policy),
    { type: "stage.claimed", stage: "spec", lease: lease(1) },
    { type: "spec.recorded", claim: 1, spec: SPEC, usage: NO_USAGE },
    { type: "stage.claimed", stage: "plan", lease: lease(1) },
    { type: "plan.recorded", claim: 1, plan, usage: NO_USAGE },
    { type: "stage.claimed", stage: "issues", lease: lease(1) },
    {
      type: "issues.synced",
      claim: 1,
      issues: plan.nodes.map((node, index) => ({
        nodeId: node.id,
        issue: { number: index + 1, id: 1_000 + index },
      })),
    },
  ];
}

export const plannedState = (plan: Plan = PLAN, policy: unknown = {}): RunState =>
  append(null, ...plannedEvents(plan, policy));

export const nodeOf = (state: RunState, id: string): NodeState => {
  const node = state.nodes.find((item) => item.plan.id === id);
  if (!node) throw new Error(`no node ${id}`);
  return node;
};

export const subjectOf = (head: number, base = 1): Subject => ({
  specHash: SPEC_HASH,
  baseSha: sha(base),
  headSha: sha(head),
});

/** Evidence of each kind for one node and subject; `fails` names the kinds that fail. */
export function evidenceOf(nodeId: string, subject: Subject, fails: readonly string[] = []): Evidence[] {
  const base = (kind: string) => ({
    nodeId,
    subject,
    verdict: fails.includes(kind) ? ("fail" as const) : ("pass" as const),
    reason: fails.includes(kind) ? `${kind} found something wrong.` : `${kind} found nothing wrong.`,
    at: AT,
  });
  return [
    { ...base("qa"), kind: "qa", commands: [], coverage: null },
    { ...base("review"), kind: "review", findings: [], usage: NO_USAGE },
    { ...base("scan"), kind: "scan", findings: [] },
    {
      ...base("checks"),
      kind: "checks",
      checks: [],
      approvals: { wanted: 0, given: 0 },
      draft: false,
      paths: ["a.ts"],
      lines: 10,
    },
  ];
}

export const LOW_RISK: Risk = { level: "low", action: "auto", reasons: [] };

/** What a verdict on a harmless change is computed with. */
export const judgingOf = (subject: Subject, risk: Risk | null = LOW_RISK): Judging => ({
  subject,
  at: AT,
  risk,
  links: {
    repository: "https://github.test/acme/spans",
    run: "https://github.test/acme/spans/actions/runs/7",
  },
});

/** The same state with some fields of some nodes changed: for situations that take many events to reach. */
export function withNodes(state: RunState, changes: Readonly<Record<string, Partial<NodeState>>>): RunState {
  return { ...state, nodes: state.nodes.map((node) => ({ ...node, ...changes[node.plan.id] })) };
}

export const allDone = (state: RunState, ...except: string[]): RunState =>
  withNodes(
    state,
    Object.fromEntries(
      state.nodes
        .filter((node) => !except.includes(node.plan.id))
        .map((node) => [node.plan.id, { status: "DONE" as const, mergeSha: sha(7) }]),
    ),
  );
