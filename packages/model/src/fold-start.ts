import { NO_USAGE } from "./schema/common.ts";
import type { LedgerEvent } from "./schema/event.ts";
import type { PlanNode } from "./schema/plan.ts";
import type { NodeState, RunState, StageState } from "./schema/state.ts";
import { isLeaf } from "./tree.ts";

/** Only leaves are executed by an agent. */
export const defaultNext = (node: Pick<NodeState, "plan">): NodeState["next"] =>
  isLeaf(node) ? "execute" : "verify";

export function idleStatus(node: NodeState): NodeState["status"] {
  return node.pull === null ? "NEW" : "REVIEW";
}

/** A planned node before anything has happened to it. */
export function newNode(plan: PlanNode): NodeState {
  return {
    plan,
    status: "NEW",
    next: defaultNext({ plan }),
    claims: 0,
    failures: 0,
    lease: null,
    issue: null,
    branch: null,
    pull: null,
    subject: null,
    evidence: [],
    verdict: null,
    approval: null,
    trouble: null,
    left: [],
    mergeSha: null,
    fingerprint: null,
    summary: null,
    usage: NO_USAGE,
    startedAt: null,
    finishedAt: null,
    hold: null,
    resumedAt: null,
    risk: null,
    labels: { added: [], removed: [] },
  };
}

const NEW_STAGE: StageState = {
  status: "open",
  claims: 0,
  failures: 0,
  lease: null,
  trouble: null,
  left: [],
  usage: NO_USAGE,
};

/** A run that has just been asked for. */
export function startedState(event: Extract<LedgerEvent, { type: "run.started" }>, at: string): RunState {
  return {
    version: 1,
    runId: event.runId,
    seq: 0,
    startedAt: at,
    updatedAt: at,
    idea: event.idea,
    requestedBy: event.requestedBy,
    repository: event.repository,
    integrationBranch: event.integrationBranch,
    policy: event.policy,
    backendUrl: event.backendUrl,
    control: "RUN",
    failure: null,
    completed: false,
    dispatchIds: event.dispatchId === null ? [] : [event.dispatchId],
    spec: null,
    specHash: null,
    specDetails: null,
    questions: { issue: null, closed: false, answered: [] },
    stages: { spec: NEW_STAGE, plan: NEW_STAGE, issues: NEW_STAGE, release: NEW_STAGE },
    nodes: [],
    release: null,
    releaseNote: null,
    usage: NO_USAGE,
    dryRun: event.dryRun ?? false,
    budgetGrants: 0,
    observedAt: null,
    limitedUntil: null,
    notes: [],
  };
}
