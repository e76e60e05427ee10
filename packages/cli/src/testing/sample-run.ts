/** Events of a run as the ledger has them, for tests of what is made from them. */
import {
  DEFAULT_POLICY,
  type EventRecord,
  foldEvents,
  type LedgerEvent,
  type PlanNode,
  type RunState,
} from "@slipway/model";

export const RUN_ID = "r-20261121-abc234";
const SHA = (digit: string) => digit.repeat(40);
export const usage = {
  calls: 1,
  inputTokens: 1_200,
  outputTokens: 340,
  cacheReadTokens: 800,
  cacheWriteTokens: 0,
};

export function planNode(
  id: string,
  parent: string | null,
  title: string,
  more: Partial<PlanNode> = {},
): PlanNode {
  const kinds = { E: "epic", F: "feature", T: "task", D: "defect" } as const;
  return {
    id,
    kind: kinds[id[0] as keyof typeof kinds],
    title,
    objective: title,
    parent,
    orderIndex: 0,
    dependsOn: [],
    requirements: ["FR-001"],
    acceptance: [],
    size: "S",
    changeType: "feat",
    scope: null,
    breaking: false,
    ...more,
  };
}

const lease = (workflowRunId: number, claim = 1) => ({
  workflowRunId,
  runAttempt: 1,
  expiresAt: "2026-11-21T12:00:00.000Z",
  claim,
});
export const subject = { specHash: `sha256:${"0".repeat(64)}`, baseSha: SHA("b"), headSha: SHA("c") };

export const started: LedgerEvent = {
  type: "run.started",
  runId: RUN_ID,
  dispatchId: "019a0000-0000-7000-8000-000000000001",
  idea: "Durations should be readable.",
  requestedBy: "developer",
  repository: "acme/sample",
  integrationBranch: "main",
  policy: DEFAULT_POLICY,
  backendUrl: null,
};

export const planned: readonly LedgerEvent[] = [
  started,
  { type: "stage.claimed", stage: "spec", lease: lease(1) },
  {
    type: "spec.recorded",
    claim: 1,
    spec: {
      title: "Readable durations",
      summary: "Durations are printed and parsed.",
      requirements: [{ id: "FR-001", text: "A duration is printed." }],
      successCriteria: [],
      acceptance: [
        { id: "AC-001", requirement: "FR-001", given: "90 s", when: "printed", outcome: "1m 30s" },
      ],
      assumptions: [],
      outOfScope: [],
      openQuestions: [],
    },
    usage,
  },
  { type: "stage.claimed", stage: "plan", lease: lease(2) },
  {
    type: "plan.recorded",
    claim: 1,
    plan: {
      nodes: [
        planNode("E1", null, "Readable durations"),
        planNode("F1", "E1", "Print durations"),
        planNode("T1", "F1", "Print hours, minutes and seconds"),
        planNode("T2", "F1", "Print days"),
        planNode("F2", "E1", "Parse durations"),
        planNode("T3", "F2", "Parse what is printed", { dependsOn: ["T1"] }),
      ],
    },
    usage,
  },
  { type: "stage.claimed", stage: "issues", lease: lease(3) },
  {
    type: "issues.synced",
    claim: 1,
    issues: ["E1", "F1", "T1", "T2", "F2", "T3"].map((nodeId, index) => ({
      nodeId,
      issue: { number: index + 1, id: 100 + index },
    })),
  },
];

/** T1 merged, T2 in progress, T3 refused and turned back. */
export const halfWay: readonly LedgerEvent[] = [
  ...planned,
  { type: "node.claimed", nodeId: "T1", mode: "execute", lease: lease(4) },
  { type: "node.claimed", nodeId: "T2", mode: "execute", lease: lease(4) },
  {
    type: "node.published",
    nodeId: "T1",
    claim: 1,
    branch: "task/3-print-hours",
    pull: 7,
    subject,
    summary: "Printed.",
    usage,
  },
  {
    type: "node.judged",
    nodeId: "T1",
    claim: 1,
    evidence: [],
    verdict: {
      nodeId: "T1",
      subject,
      outcome: "mergeable",
      sentence: "T1 may merge.",
      gates: [{ name: "qa", status: "pass", reason: "All commands passed.", link: null }],
      at: "2026-11-21T10:00:20.000Z",
    },
  },
  { type: "node.merged", nodeId: "T1", claim: 1, pull: 7, mergeSha: SHA("d") },
  { type: "node.claimed", nodeId: "T3", mode: "execute", lease: lease(5) },
  { type: "node.failed", nodeId: "T3", claim: 1, reason: "The agent handed over nothing.", usage },
];

export function recordsOf(events: readonly LedgerEvent[]): EventRecord[] {
  return events.map((event, index) => ({
    seq: index + 1,
    at: new Date(Date.UTC(2026, 10, 21, 10, 0, index)).toISOString(),
    by: "github-actions[bot]",
    event,
  }));
}

export const stateOf = (events: readonly LedgerEvent[]): RunState => foldEvents(null, recordsOf(events));
