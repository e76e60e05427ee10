/** A world in which a run turns: an executor that succeeds, fails and gets lost by a tape of choices. */
import { decide, type Turn, type Work } from "../decide.ts";
import { foldEvents } from "../fold.ts";
import { judge } from "../gates.ts";
import { isLegalTransition, runStateOf } from "../run-state.ts";
import { NO_USAGE, type Usage } from "../schema/common.ts";
import type { EventRecord, LedgerEvent, NodeMode, Risk } from "../schema/event.ts";
import type { Evidence, RequiredCheck, Subject } from "../schema/evidence.ts";
import type { Plan } from "../schema/plan.ts";
import type { NodeState, RunState } from "../schema/state.ts";
import { ancestorsOf, isLeaf, nextId, treeOf } from "../tree.ts";
import { AT, evidenceOf, judgingOf, LOW_RISK, nodeOf, planNode, SPEC, sha, startedEvent } from "./samples.ts";

export interface Job {
  readonly workflowRunId: number;
  readonly claim: number;
  /** Stage name or node id. */
  readonly what: string;
  readonly node: boolean;
  /** Null for a stage. */
  readonly mode: NodeMode | null;
}

/** `waits`: a check of the repository's own is pending; `stale`: head or base moved before the verdict. */
export const OUTCOMES = [
  "done",
  "failed",
  "lost",
  "defect",
  "conflict",
  "released",
  "waits",
  "stale",
  "blocked",
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface World {
  state: RunState;
  readonly records: EventRecord[];
  readonly jobs: Job[];
  readonly ended: Set<number>;
  readonly claimed: Set<string>;
  runNumber: number;
  heads: number;
  readonly plan: Plan;
}

export function newWorld(plan: Plan, policy: unknown = {}): World {
  const first: EventRecord = { seq: 1, at: AT, by: "ada", event: startedEvent(policy) };
  return {
    state: deepFreeze(foldEvents(null, [first])),
    records: [first],
    jobs: [],
    ended: new Set(),
    claimed: new Set(),
    runNumber: 0,
    heads: 0,
    plan,
  };
}

export function deepFreeze<T>(value: T): T {
  if (value === null || typeof value !== "object" || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
  return value;
}

/** Appends one turn's events and checks what must hold whatever happens. */
export function record(world: World, events: readonly LedgerEvent[]): void {
  const before = world.state;
  const records = events.map(
    (event, index): EventRecord => ({ seq: before.seq + 1 + index, at: AT, by: "ada", event }),
  );
  if (records.length === 0) return;
  const after = deepFreeze(foldEvents(before, records));
  checkNodes(before, after);
  const [from, to] = [runStateOf(before), runStateOf(after)];
  if (!isLegalTransition(from, to)) throw new Error(`${from} -> ${to} after ${JSON.stringify(events)}`);
  world.records.push(...records);
  world.state = after;
}

/** What is DONE stays so as it was merged, and nothing is DONE above what is open. */
function checkNodes(before: RunState, after: RunState): void {
  const tree = treeOf(after.nodes);
  const then = treeOf(before.nodes).byId;
  for (const node of after.nodes) {
    const { id } = node.plan;
    const was = then.get(id);
    if (was?.status === "DONE" && (node.status !== "DONE" || node.mergeSha !== was.mergeSha))
      throw new Error(`${id} was DONE and is ${node.status}, merged as ${node.mergeSha}`);
    if (node.status === "DONE" && node.lease) throw new Error(`${id} is DONE and still held`);
    if (node.status === "DONE") continue;
    const above = ancestorsOf(tree, id).find((other) => other.status === "DONE");
    if (above) throw new Error(`${above.plan.id} is DONE before ${id}`);
  }
}

/** @param settled nodes whose outside wait is over */
export function turnOf(world: World, settled: ReadonlySet<string> = new Set()): Turn {
  world.runNumber += 1;
  const endedRuns = new Set(world.ended);
  return { now: AT, workflowRunId: world.runNumber, runAttempt: 1, endedRuns, settled };
}

/** One run of `decide`, with its claims carried out; a second one must find nothing more to claim. */
export function turn(world: World, settled?: ReadonlySet<string>): Work {
  const now = turnOf(world, settled);
  const decision = decide(world.state, now);
  if (JSON.stringify(decide(world.state, now)) !== JSON.stringify(decision))
    throw new Error("decide is not deterministic");
  record(world, decision.events);
  take(world, decision.work, now.workflowRunId);
  const again = decide(world.state, now);
  if (again.events.some((event) => event.type.endsWith(".claimed")) && again.work.kind !== "nodes")
    throw new Error("a stage was claimed twice");
  if (again.work.kind === "nodes")
    throw new Error(`nodes were left or claimed twice: ${JSON.stringify(again)}`);
  return decision.work;
}

function take(world: World, work: Work, workflowRunId: number): void {
  const jobs: Job[] =
    work.kind === "stage"
      ? [{ workflowRunId, claim: work.claim, what: work.stage, node: false, mode: null }]
      : work.kind === "nodes"
        ? work.nodes.map(({ claim, nodeId, mode }) => ({
            workflowRunId,
            claim,
            what: nodeId,
            node: true,
            mode,
          }))
        : [];
  for (const job of jobs) {
    const key = `${job.what}#${job.claim}`;
    if (world.claimed.has(key)) throw new Error(`${key} was claimed twice`);
    // A late job whose claim was taken from it can still be there: it can record nothing any more.
    if (world.jobs.some((other) => other.what === job.what && holds(world.state, other)))
      throw new Error(`${job.what} is done twice at once`);
    if (job.node) checkStartable(world.state, job);
    world.claimed.add(key);
    world.jobs.push(job);
  }
  const busy = world.state.nodes.filter((node) => node.lease).length;
  if (busy > world.state.policy.limits.parallel) throw new Error(`${busy} nodes at once`);
}

/** Dependencies, earlier siblings and children are DONE, told without the code under test. */
function checkStartable(state: RunState, { what: id, mode }: Job): void {
  const { plan, hold, branch, verdict, subject } = nodeOf(state, id);
  if (hold) throw new Error(`${id} started though ${hold.by} set it aside`);
  if (state.control !== "RUN") throw new Error(`${id} started though the run is ${state.control}`);
  const leaf = !state.nodes.some((other) => other.plan.parent === id);
  if (leaf && mode !== "execute" && branch === null) throw new Error(`${id} has nothing to ${mode}`);
  if (mode === "gate" && (!verdict || !subject)) throw new Error(`${id} has nothing to judge again`);
  const open = (nodeId: string) => nodeOf(state, nodeId).status !== "DONE";
  for (const other of state.nodes.filter((node) => node.plan.parent === id))
    if (open(other.plan.id)) throw new Error(`${id} started before its child ${other.plan.id}`);
  for (let at: string | null = plan.id; at !== null; at = nodeOf(state, at).plan.parent) {
    const { parent, orderIndex, dependsOn } = nodeOf(state, at).plan;
    const earlier = state.nodes.filter(
      (node) => parent !== null && node.plan.parent === parent && node.plan.orderIndex < orderIndex,
    );
    for (const other of [...dependsOn, ...earlier.map((node) => node.plan.id)])
      if (open(other)) throw new Error(`${id} started before ${other}`);
  }
}

/** Ends a job. What it recorded is what the suite's own jobs record. */
export function finish(world: World, job: Job, outcome: Outcome, risk: Risk = LOW_RISK): void {
  if (outcome === "lost") {
    // The whole workflow run is gone, with all that it held.
    world.ended.add(job.workflowRunId);
    world.jobs.splice(
      0,
      world.jobs.length,
      ...world.jobs.filter((o) => o.workflowRunId !== job.workflowRunId),
    );
    return;
  }
  world.jobs.splice(world.jobs.indexOf(job), 1);
  if (!holds(world.state, job)) return;
  record(world, job.node ? nodeEvents(world, job, outcome, risk) : [stageEvent(world, job, outcome)]);
}

/** Whether a job still has its claim: every event of a claim that was lost is dropped before it is recorded. */
export function holds(state: RunState, { what, claim, node }: Job): boolean {
  const lease = node ? nodeOf(state, what).lease : state.stages[what as "spec"].lease;
  return lease?.claim === claim;
}

/**
 * Runs a world until nothing is in progress; a choice picks the job that ends next and how. Returns what there was to
 * do in the end.
 */
export function drain(world: World, tape: readonly (readonly [number, Outcome])[], bounded: boolean): string {
  let work = turn(world);
  for (let step = 0; step < 2_000; step += 1) {
    const [pick, wanted] = tape[step] ?? [0, "done"];
    const job = world.jobs[pick % Math.max(1, world.jobs.length)];
    if (!job) return work.kind;
    finish(world, job, outcomeOf(world, job, wanted, bounded));
    work = turn(world);
  }
  throw new Error("the run does not end");
}

/** A failure only where it fits: stages have no defects, defects have none either, limits hold if asked. */
function outcomeOf(world: World, job: Job, wanted: Outcome, bounded: boolean): Outcome {
  const { state } = world;
  const failures = (other: Job) =>
    other.node ? nodeOf(state, other.what).failures : state.stages[other.what as "spec"].failures;
  const last = (other: Job) => failures(other) + 1 >= state.policy.limits.attempts;
  const hit =
    wanted === "lost" ? world.jobs.filter((other) => other.workflowRunId === job.workflowRunId) : [job];
  if (bounded && wanted !== "released" && wanted !== "defect" && hit.some(last)) return "done";
  if (!job.node) return wanted === "failed" || wanted === "lost" ? wanted : "done";
  const node = nodeOf(state, job.what);
  if (wanted === "defect" && node.plan.kind === "defect") return "done";
  // A conflict of what a parent gathered is for a person to settle.
  if (bounded && wanted === "conflict" && !isLeaf(node)) return "done";
  return wanted;
}

function stageEvent({ plan }: World, { what, claim }: Job, outcome: Outcome): LedgerEvent {
  if (outcome !== "done")
    return { type: "stage.failed", stage: what as "spec", claim, reason: "It did not work." };
  switch (what) {
    case "spec":
      return { type: "spec.recorded", claim, spec: SPEC, usage: NO_USAGE };
    case "plan":
      return { type: "plan.recorded", claim, plan, usage: { ...NO_USAGE, calls: 1 } };
    case "issues":
      return {
        type: "issues.synced",
        claim,
        issues: plan.nodes.map(({ id }, index) => ({
          nodeId: id,
          issue: { number: index + 1, id: index + 1 },
        })),
      };
    default:
      return { type: "release.recorded", claim, release: null, reason: "No commit asks for one." };
  }
}

function nodeEvents(
  world: World,
  { what: nodeId, claim, mode }: Job,
  outcome: Outcome,
  risk: Risk,
): LedgerEvent[] {
  const on = { nodeId, claim };
  const node: NodeState = nodeOf(world.state, nodeId);
  const spent = { ...NO_USAGE, calls: mode === "execute" ? 1 : 0 };
  switch (outcome) {
    case "failed":
      return [{ type: "node.failed", ...on, reason: "It did not work.", usage: spent }];
    case "released":
      return [{ type: "node.released", ...on, reason: "The run is paused." }];
    case "blocked":
      return [{ type: "node.blocked", nodeId, reason: "What it needs conflicts with its branch." }];
    case "conflict":
      return [{ type: "node.conflicted", ...on, baseSha: sha(1), files: ["a.ts"], usage: spent }];
  }
  // The gate saw that a person closed the pull request.
  if (node.hold?.kind === "pullClosed")
    return [{ type: "node.failed", ...on, reason: "Its pull request was closed.", usage: NO_USAGE }];
  const { subject, published } = changeOf(world, node, claim, mode, spent);
  const stale: LedgerEvent = { type: "node.released", ...on, reason: "The base moved.", stale: true };
  if (outcome === "stale") return [...published, stale];
  const evidence = foundOn(node, subject, outcome, risk);
  // The approval that counts is one of this very head: a change made anew has none.
  const verdict = judge(world.state, node, evidence, judgingOf(subject, risk));
  const judged: LedgerEvent[] = [...published, { type: "node.judged", ...on, evidence, verdict, risk }];
  switch (verdict.outcome) {
    case "mergeable":
      return [...judged, { type: "node.merged", ...on, pull: world.heads, mergeSha: sha(world.heads) }];
    case "waiting":
      return [...judged, { type: "node.released", ...on, reason: verdict.sentence }];
    case "refused":
      return [
        ...judged,
        outcome === "defect" ? defectOf(world, nodeId, claim) : failure(on, verdict.sentence),
      ];
  }
}

const failure = (on: { nodeId: string; claim: number }, reason: string): LedgerEvent => ({
  type: "node.failed",
  ...on,
  reason,
  usage: NO_USAGE,
});

/** The change that a job judges: the one that is there for the gate alone, else a new head. */
function changeOf(world: World, node: NodeState, claim: number, mode: NodeMode | null, usage: Usage) {
  const nodeId = node.plan.id;
  if (mode === "gate" && node.subject) return { subject: node.subject, published: [] };
  world.heads += 1;
  const subject = {
    specHash: world.state.specHash ?? "",
    baseSha: sha(1),
    headSha: sha(1_000 + world.heads),
  };
  const event: LedgerEvent = {
    type: "node.published",
    nodeId,
    claim,
    branch: `b/${nodeId}`,
    pull: node.pull ?? world.heads,
    subject,
    summary: "",
    usage,
  };
  return { subject, published: [event] };
}

function foundOn(node: NodeState, subject: Subject, outcome: Outcome, risk: Risk): Evidence[] {
  const fails = outcome === "defect" ? ["qa"] : [];
  return evidenceOf(node.plan.id, subject, fails).map((item) =>
    item.kind === "checks"
      ? {
          ...item,
          draft: risk.action === "draft-only" && outcome !== "done",
          ...(outcome === "waits"
            ? { verdict: "pending", reason: "needs `CI` to finish", checks: [PENDING] }
            : {}),
        }
      : item,
  );
}

const PENDING: RequiredCheck = { name: "CI", state: "pending", title: "", summary: "", link: null };

function defectOf(world: World, parentId: string, claim: number): LedgerEvent {
  const id = nextId(treeOf(world.state.nodes), "D");
  const issue = { number: 500 + world.heads, id: 500 + world.heads };
  const node = planNode(id, parentId, { acceptance: ["The test passes."] });
  return { type: "defect.filed", parentId, claim, node, fingerprint: id, issue };
}
