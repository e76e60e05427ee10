/** Runs for this action's tests, made as the ledger makes them: by events. */
import type { SeenIssue, SeenPull } from "@slipway/github";
import {
  type LedgerEvent,
  NO_USAGE,
  type NodeState,
  type PlanNode,
  planSchema,
  policySchema,
  type RunState,
  specSchema,
  startEvent,
  stateAfter,
} from "@slipway/model";

export const RUN_ID = "r-20261120-7f3k2a";
export const AT = "2026-11-20T10:00:00.000Z";
export const LATER = "2026-11-20T11:00:00.000Z";
export const stamp = { at: AT, by: "slipway" };
export const sha = (number: number): string => number.toString(16).padStart(40, "0");

const planNode = (id: string, parent: string | null): PlanNode => ({
  id,
  kind: ({ E: "epic", F: "feature", T: "task" } as const)[id[0] as "E" | "F" | "T"],
  title: `Title of ${id}`,
  objective: `Objective of ${id}.`,
  parent,
  orderIndex: 0,
  dependsOn: [],
  requirements: id.startsWith("T") ? ["FR-001"] : [],
  acceptance: id.startsWith("T") ? ["AC-001"] : [],
  size: "S",
  changeType: "feat",
  scope: null,
  breaking: false,
});

const SPEC = specSchema.parse({
  title: "Durations",
  summary: "Parse durations.",
  requirements: [{ id: "FR-001", text: "`P1D` must be read." }],
  successCriteria: [],
  acceptance: [
    { id: "AC-001", requirement: "FR-001", given: "P1D", when: "it is parsed", outcome: "one day" },
  ],
  assumptions: [],
  outOfScope: [],
  openQuestions: [],
});
/** One feature with two tasks beside another one. */
const PLAN = planSchema.parse({
  nodes: [
    planNode("E1", null),
    planNode("F1", "E1"),
    planNode("T1", "F1"),
    planNode("T2", "F1"),
    planNode("F2", "E1"),
    planNode("T3", "F2"),
  ],
});

export const append = (state: RunState | null, ...events: LedgerEvent[]): RunState =>
  stateAfter(state, events, stamp);

export const lease = (claim: number, workflowRunId = 1) => ({
  workflowRunId,
  runAttempt: 1,
  claim,
  expiresAt: "2026-11-20T12:00:00.000Z",
});

/** A run whose issues are there: E1 has #1, F1 #2, T1 #3, T2 #4, F2 #5, T3 #6. */
export function planned(policy: unknown = {}): RunState {
  return append(
    null,
    startEvent({
      command: { version: 1, command: "start", idea: "Durations" },
      runId: RUN_ID,
      requestedBy: "ada",
      repository: "acme/spans",
      integrationBranch: "main",
      policy: policySchema.parse(policy),
    }),
    { type: "stage.claimed", stage: "spec", lease: lease(1) },
    { type: "spec.recorded", claim: 1, spec: SPEC, usage: NO_USAGE },
    { type: "stage.claimed", stage: "plan", lease: lease(1) },
    { type: "plan.recorded", claim: 1, plan: PLAN, usage: NO_USAGE },
    { type: "stage.claimed", stage: "issues", lease: lease(1) },
    {
      type: "issues.synced",
      claim: 1,
      issues: PLAN.nodes.map(({ id }, at) => ({ nodeId: id, issue: { number: at + 1, id: 100 + at } })),
    },
  );
}

export function nodeIn(state: RunState, id: string): NodeState {
  const node = state.nodes.find(({ plan }) => plan.id === id);
  if (!node) throw new Error(`There is no node ${id}.`);
  return node;
}

/** T1 published as pull request #20 at commit 7 and given back: checked or not, nobody holds it. */
export function published(state = planned(), nodeId = "T1", head = 7): RunState {
  const { issue } = nodeIn(state, nodeId);
  return append(
    state,
    { type: "node.claimed", nodeId, mode: "execute", lease: lease(1, 5) },
    {
      type: "node.published",
      nodeId,
      claim: 1,
      branch: `task/${issue?.number}-title-of-${nodeId.toLowerCase()}`,
      pull: 20,
      subject: { specHash: state.specHash ?? "", baseSha: sha(1), headSha: sha(head) },
      summary: "Done.",
      usage: NO_USAGE,
    },
    { type: "node.released", nodeId, claim: 1, reason: "Given back." },
  );
}

export const seenIssue = (number: number, more: Partial<SeenIssue> = {}): SeenIssue => ({
  number,
  id: 99 + number,
  state: "open",
  stateReason: null,
  type: null,
  labels: ["slipway", `slipway:${PLAN.nodes[number - 1]?.kind}`],
  title: `Title of ${PLAN.nodes[number - 1]?.id}`,
  parent: PLAN.nodes.findIndex(({ id }) => id === PLAN.nodes[number - 1]?.parent) + 1 || null,
  updatedAt: LATER,
  closedAt: null,
  runId: RUN_ID,
  nodeId: PLAN.nodes[number - 1]?.id ?? null,
  isPull: false,
  ...more,
});

export const seenPull = (more: Partial<SeenPull> = {}): SeenPull => ({
  number: 20,
  state: "open",
  merged: false,
  mergeSha: null,
  headRef: "task/3-title-of-t1",
  headSha: sha(7),
  baseRef: "feature/2-title-of-f1",
  draft: false,
  title: "feat: title of T1",
  updatedAt: LATER,
  closedAt: null,
  runId: RUN_ID,
  nodeId: "T1",
  ...more,
});
