import { branchOf } from "./branches.ts";
import { budgetSpent } from "./budget.ts";
import { InternalError } from "./errors.ts";
import { defectAgain, isDefectAgain } from "./fold-defect.ts";
import { leftAfter } from "./fold-left.ts";
import { foldSeen, noted } from "./fold-seen.ts";
import { doneStage, failedStage, onStage, recordedSpec } from "./fold-stage.ts";
import { defaultNext, idleStatus, newNode, startedState } from "./fold-start.ts";
import { isKeptReview } from "./gates.ts";
import { answered } from "./questions.ts";
import { addUsage, NO_USAGE, type Usage } from "./schema/common.ts";
import type { EventRecord, LedgerEvent } from "./schema/event.ts";
import type { NodeState, RunState } from "./schema/state.ts";
import { isLeaf } from "./tree.ts";

type EventOf<T extends LedgerEvent["type"]> = Extract<LedgerEvent, { type: T }>;

/**
 * The state of a run after its events. Folding in any batching gives the same state.
 *
 * @param previous the state that earlier records gave; null before the first
 * @throws InternalError when a record does not continue the chain: the ledger is damaged or was misread
 */
export function foldEvents(previous: RunState | null, records: readonly EventRecord[]): RunState {
  let state = previous;
  const work: WorkingNodes = { owned: null, index: new Map() };
  for (const record of records) {
    if (record.seq !== (state?.seq ?? 0) + 1) {
      throw new InternalError(
        `Event ${record.seq} (${record.event.type}) does not follow event ${state?.seq ?? 0}.`,
      );
    }
    state = { ...applyEvent(state, record, work), seq: record.seq, updatedAt: record.at };
  }
  if (!state) throw new InternalError("A run without events has no state.");
  return state;
}

/**
 * The node list that this fold made and alone holds, so that an event changes its own node in constant
 * time instead of copying the whole list.
 */
interface WorkingNodes {
  owned: NodeState[] | null;
  index: Map<string, number>;
}

function applyEvent(state: RunState | null, { at, event, by }: EventRecord, work: WorkingNodes): RunState {
  if (event.type === "run.started") {
    if (state) throw new InternalError(`Run ${event.runId} was started twice.`);
    return startedState(event, at);
  }
  if (!state) throw new InternalError(`The first event of a run is run.started, not ${event.type}.`);
  switch (event.type) {
    case "run.paused":
      return seen({ ...state, control: "PAUSED" }, event.dispatchId);
    case "run.resumed":
      return seen({ ...state, control: "RUN" }, event.dispatchId);
    case "run.cancelled":
      return seen({ ...state, control: "CANCELLED" }, event.dispatchId);
    case "run.retried":
      return seen(retried(state, event.nodeId, at), event.dispatchId);
    case "run.failed":
      return { ...state, failure: event.reason };
    case "run.completed":
      return { ...state, completed: true };
    case "run.noted":
      return noted(state, at, event.text);
    case "run.limited":
      // Several jobs meet the limit, each with its own word on when there is room.
      return { ...state, limitedUntil: later(state.limitedUntil, event.until) };
    case "run.shown":
      return { ...state, statusComment: event.comment };
    case "run.observed":
      return { ...state, observedAt: at };
    case "stage.claimed":
      return onStage(state, event.stage, (stage) => ({
        ...stage,
        claims: event.lease.claim,
        lease: event.lease,
      }));
    case "stage.failed":
      return spend(
        onStage(state, event.stage, (stage) => failedStage(state, stage, event)),
        event.usage ?? NO_USAGE,
      );
    case "stage.released":
      return onStage(state, event.stage, (stage) => ({
        ...stage,
        lease: null,
        trouble: event.reason,
        left: event.brokeOff ? leftAfter(stage, event) : stage.left,
      }));
    case "spec.recorded":
      return spend(recordedSpec(state, event), event.usage);
    case "spec.asked":
      return {
        ...state,
        questions: { ...state.questions, issue: event.issue, closed: event.closed ?? false },
      };
    case "spec.answered":
      return seen(answered(state, event.answers, by), event.dispatchId);
    case "plan.recorded":
      return spend(
        onStage({ ...state, nodes: event.plan.nodes.map(newNode) }, "plan", (stage) =>
          doneStage(stage, event.usage, event.agents),
        ),
        event.usage,
      );
    case "issues.synced":
      return onStage({ ...state, nodes: withIssues(state.nodes, event.issues) }, "issues", (stage) =>
        doneStage(stage, NO_USAGE),
      );
    case "release.recorded":
      return spend(
        onStage({ ...state, release: event.release, releaseNote: event.reason }, "release", (stage) =>
          doneStage(stage, event.usage ?? NO_USAGE, event.agents),
        ),
        event.usage ?? NO_USAGE,
      );
    case "node.approved":
      return seen(
        onNode(work, state, event.nodeId, (node) => ({
          ...node,
          approval: { headSha: event.headSha, by, role: event.role },
        })),
        event.dispatchId,
      );
    case "defect.filed":
      return withDefect(work, state, event);
    case "issue.closed":
    case "issue.reopened":
    case "issue.retitled":
    case "issue.relabelled":
    case "issue.moved":
    case "pull.closed":
    case "pull.reopened":
    case "pull.merged":
    case "branch.moved":
    case "branch.lost":
      return foldSeen(state, event, at, (update) => onNode(work, state, event.nodeId, update));
    default:
      return onNodeEvent(work, state, event, at);
  }
}

type NodeEvent = Extract<LedgerEvent, { type: `node.${string}` }>;

function onNodeEvent(
  work: WorkingNodes,
  state: RunState,
  event: Exclude<NodeEvent, EventOf<"node.approved">>,
  at: string,
): RunState {
  const change = (update: (node: NodeState) => NodeState) => onNode(work, state, event.nodeId, update);
  switch (event.type) {
    case "node.claimed":
      return change((node) => ({
        ...node,
        lease: event.lease,
        claims: event.lease.claim,
        status:
          event.mode === "execute" || node.pull === null
            ? "IN_PROGRESS"
            : event.mode === "gate"
              ? "QA"
              : "REVIEW",
        startedAt: node.startedAt ?? at,
      }));
    case "node.published":
      return spend(
        change((node) => ({
          ...node,
          status: "REVIEW",
          next: "verify",
          branch: event.branch,
          pull: event.pull,
          subject: event.subject,
          // Evidence for another subject is void (rule 5); of what there is for this one only a review is worth keeping.
          evidence: node.evidence.filter((item) => isKeptReview(item, event.subject)),
          verdict: null,
          summary: event.summary || node.summary,
          ...(event.made ? { made: event.made } : {}),
          trouble: null,
          usage: addUsage(node.usage, event.usage),
        })),
        event.usage,
      );
    case "node.judged": {
      const spent = event.evidence.reduce<Usage>(
        (sum, item) => (item.kind === "review" ? addUsage(sum, item.usage) : sum),
        event.usage ?? NO_USAGE,
      );
      return spend(
        change((node) => ({
          ...node,
          status: "QA",
          evidence: event.evidence,
          verdict: event.verdict,
          left: [],
          risk: event.risk ?? node.risk,
          usage: addUsage(node.usage, spent),
        })),
        spent,
      );
    }
    case "node.merged":
      return change((node) => ({
        ...node,
        status: "DONE",
        lease: null,
        pull: event.pull ?? node.pull,
        mergeSha: event.mergeSha,
        trouble: null,
        left: [],
        finishedAt: at,
      }));
    case "node.released":
      return spend(
        change((node) => ({
          ...node,
          lease: null,
          trouble: event.reason,
          // A branch that keeps the work stands for what was handed over.
          left: event.brokeOff ? leftAfter(node, event) : event.branch ? [] : node.left,
          status: idleStatus(node),
          branch: event.branch ?? node.branch,
          usage: addUsage(node.usage, event.usage ?? NO_USAGE),
          // Evidence about another head or base is void (rule 5): the next claim checks again.
          ...(event.evidence ? { evidence: event.evidence, verdict: null } : {}),
          ...(event.stale ? { evidence: [], verdict: null } : {}),
        })),
        event.usage ?? NO_USAGE,
      );
    case "node.conflicted":
      return spend(
        change((node) => ({
          ...conflictedNode(state, node, event.files),
          next: "execute",
          // The change is made anew on the newest base; what was judged is no longer what will be merged.
          subject: null,
          evidence: [],
          verdict: null,
          left: [],
          usage: addUsage(node.usage, event.usage),
        })),
        event.usage,
      );
    case "node.failed":
      return spend(
        change((node) => ({
          ...failedNode(state, node, event.reason),
          left: leftAfter(node, event),
          usage: addUsage(node.usage, event.usage),
        })),
        event.usage,
      );
    case "node.blocked":
      return change((node) => ({ ...node, status: "BLOCKED", lease: null, trouble: event.reason }));
  }
}

/** The branch of a node, which has one as soon as it has an issue. */
const named = (node: NodeState): string => (node.branch || node.issue ? branchOf(node) : node.plan.id);

/** A leaf's change is made anew on the newest base. What a parent gathered no agent makes anew: a person is asked. */
function conflictedNode(state: RunState, node: NodeState, files: readonly string[]): NodeState {
  const { id } = node.plan;
  const found = `The change of ${id} conflicts with what was merged meanwhile, in ${files.join(", ")}.`;
  if (isLeaf(node)) return failedNode(state, node, found);
  const parent = state.nodes.find(({ plan }) => plan.id === node.plan.parent);
  const base = parent ? named(parent) : state.integrationBranch;
  const advice = `Merge \`${base}\` into \`${named(node)}\` by hand and settle that there, then \`retry ${id}\`.`;
  return { ...failedNode(state, node, `${found} ${advice}`), status: "BLOCKED" };
}

function failedNode(state: RunState, node: NodeState, reason: string): NodeState {
  const failures = node.failures + 1;
  const blocked = failures >= state.policy.limits.attempts;
  return {
    ...node,
    failures,
    lease: null,
    trouble: reason,
    status: blocked ? "BLOCKED" : idleStatus(node),
    // A defect is itself the repair of a failing check: what still fails goes back to the agent.
    next: node.plan.kind === "defect" || node.pull === null ? defaultNext(node) : node.next,
  };
}

function retried(state: RunState, nodeId: string | null, at: string): RunState {
  const stages = Object.fromEntries(
    Object.entries(state.stages).map(([name, stage]) => [
      name,
      stage.status === "failed" ? { ...stage, status: "open" as const, failures: 0 } : stage,
    ]),
  ) as RunState["stages"];
  return {
    ...state,
    stages,
    failure: null,
    limitedUntil: null,
    budgetGrants: state.budgetGrants + (budgetSpent(state) ? 1 : 0),
    nodes: state.nodes.map((node) => {
      const asked = nodeId === null ? node.status === "BLOCKED" && !node.hold : node.plan.id === nodeId;
      return asked && node.status !== "DONE" && !node.lease ? takenUpAgain(node, at) : node;
    }),
  };
}

/** A person asked for the node: whatever kept it from going on is taken back. */
function takenUpAgain(node: NodeState, at: string): NodeState {
  const again = { ...node, status: idleStatus(node), failures: 0, resumedAt: at };
  if (!node.hold) return again;
  // A closed pull request is a change that was not wanted: it is made anew.
  return node.hold.kind === "pullClosed"
    ? { ...again, hold: null, next: defaultNext(node), trouble: node.hold.reason, left: [] }
    : { ...again, hold: null };
}

function withIssues(nodes: readonly NodeState[], issues: EventOf<"issues.synced">["issues"]): NodeState[] {
  const byId = new Map(issues.map(({ nodeId, issue }) => [nodeId, issue]));
  return nodes.map((node) => ({ ...node, issue: byId.get(node.plan.id) ?? node.issue }));
}

function withDefect(work: WorkingNodes, state: RunState, event: EventOf<"defect.filed">): RunState {
  const changed = onNode(work, state, event.parentId, (node) => ({
    ...node,
    lease: null,
    status: "REVIEW",
    next: "verify",
  }));
  const known = changed.nodes[work.index.get(event.node.id) ?? -1];
  if (known) {
    if (!isDefectAgain(known, event))
      throw new InternalError(`Run ${state.runId} already has a node ${event.node.id}.`);
    return onNode(work, changed, event.node.id, (node) => defectAgain(node, event));
  }
  work.index.set(event.node.id, changed.nodes.length);
  changed.nodes.push({ ...newNode(event.node), issue: event.issue, fingerprint: event.fingerprint });
  return changed;
}

/** The state with one node changed. Its node list is the fold's own from here on. */
function onNode(
  work: WorkingNodes,
  state: RunState,
  nodeId: string,
  update: (node: NodeState) => NodeState,
): RunState {
  if (work.owned === null || work.owned !== state.nodes) {
    work.owned = [...state.nodes];
    work.index = new Map(work.owned.map((node, index) => [node.plan.id, index]));
  }
  const index = work.index.get(nodeId);
  const node = index === undefined ? undefined : work.owned[index];
  if (index === undefined || !node) throw new InternalError(`Run ${state.runId} has no node ${nodeId}.`);
  work.owned[index] = update(node);
  return { ...state, nodes: work.owned };
}

function seen(state: RunState, dispatchId: string | null): RunState {
  return dispatchId === null ? state : { ...state, dispatchIds: [...state.dispatchIds, dispatchId] };
}

function spend(state: RunState, usage: Usage): RunState {
  return { ...state, usage: addUsage(state.usage, usage) };
}

const later = (known: string | null, until: string): string =>
  known !== null && Date.parse(known) >= Date.parse(until) ? known : until;
