/** A world in which a run turns: an executor that succeeds, fails and gets lost by a tape of choices. */
import { decide, type Turn, type Work } from "../decide.ts";
import { foldEvents } from "../fold.ts";
import { judge } from "../gates.ts";
import { isLegalTransition, runStateOf } from "../run-state.ts";
import { NO_USAGE } from "../schema/common.ts";
import type { EventRecord, LedgerEvent } from "../schema/event.ts";
import type { Plan } from "../schema/plan.ts";
import type { NodeState, RunState } from "../schema/state.ts";
import { descendantsOf, nextId, treeOf } from "../tree.ts";
import { AT, evidenceOf, judgingOf, nodeOf, planNode, SPEC, sha, startedEvent } from "./samples.ts";

export interface Job {
  readonly workflowRunId: number;
  readonly claim: number;
  /** Stage name or node id. */
  readonly what: string;
  readonly node: boolean;
}

export type Outcome = "done" | "failed" | "lost" | "defect" | "conflict" | "released";

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
  for (const { event } of records) {
    if (event.type !== "node.merged") continue;
    const open = descendantsOf(treeOf(after.nodes), event.nodeId).filter((node) => node.status !== "DONE");
    if (open.length > 0) throw new Error(`${event.nodeId} merged before ${open.map((n) => n.plan.id)}`);
  }
  const [from, to] = [runStateOf(before), runStateOf(after)];
  if (!isLegalTransition(from, to)) throw new Error(`${from} -> ${to} after ${JSON.stringify(events)}`);
  world.records.push(...records);
  world.state = after;
}

export function turnOf(world: World): Turn {
  world.runNumber += 1;
  return { now: AT, workflowRunId: world.runNumber, runAttempt: 1, endedRuns: new Set(world.ended) };
}

/** One run of `decide`, with its claims carried out; a second one must find nothing more to claim. */
export function turn(world: World): Work {
  const now = turnOf(world);
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
      ? [{ workflowRunId, claim: work.claim, what: work.stage, node: false }]
      : work.kind === "nodes"
        ? work.nodes.map((item) => ({ workflowRunId, claim: item.claim, what: item.nodeId, node: true }))
        : [];
  for (const job of jobs) {
    const key = `${job.what}#${job.claim}`;
    if (world.claimed.has(key)) throw new Error(`${key} was claimed twice`);
    if (world.jobs.some((other) => other.what === job.what))
      throw new Error(`${job.what} is done twice at once`);
    if (job.node) checkStartable(world.state, job.what);
    world.claimed.add(key);
    world.jobs.push(job);
  }
  const busy = world.state.nodes.filter((node) => node.lease).length;
  if (busy > world.state.policy.limits.parallel) throw new Error(`${busy} nodes at once`);
}

/** Dependencies, earlier siblings and children are DONE, told without the code under test. */
function checkStartable(state: RunState, id: string): void {
  const { plan } = nodeOf(state, id);
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
export function finish(world: World, job: Job, outcome: Outcome): void {
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
  record(world, job.node ? nodeEvents(world, job, outcome) : [stageEvent(world, job, outcome)]);
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

function nodeEvents(world: World, { what: nodeId, claim }: Job, outcome: Outcome): LedgerEvent[] {
  const on = { nodeId, claim };
  if (outcome === "failed")
    return [{ type: "node.failed", ...on, reason: "It did not work.", usage: NO_USAGE }];
  if (outcome === "released") return [{ type: "node.released", ...on, reason: "The run is paused." }];
  if (outcome === "conflict")
    return [{ type: "node.conflicted", ...on, baseSha: sha(1), files: ["a.ts"], usage: NO_USAGE }];
  const subject = {
    specHash: world.state.specHash ?? "",
    baseSha: sha(1),
    headSha: sha(1_000 + ++world.heads),
  };
  const node: NodeState = nodeOf(world.state, nodeId);
  const evidence = evidenceOf(nodeId, subject, outcome === "defect" ? ["qa"] : []);
  const verdict = judge(world.state, node, evidence, judgingOf(subject));
  const published: LedgerEvent[] = [
    {
      type: "node.published",
      ...on,
      branch: `b/${nodeId}`,
      pull: world.heads,
      subject,
      summary: "",
      usage: NO_USAGE,
    },
    { type: "node.judged", ...on, evidence, verdict },
  ];
  if (outcome === "defect") {
    const id = nextId(treeOf(world.state.nodes), "D");
    const issue = { number: 500 + world.heads, id: 500 + world.heads };
    const defect = planNode(id, nodeId, { acceptance: ["The test passes."] });
    return [
      ...published,
      { type: "defect.filed", parentId: nodeId, claim, node: defect, fingerprint: id, issue },
    ];
  }
  if (verdict.outcome !== "mergeable") throw new Error(verdict.sentence);
  return [...published, { type: "node.merged", ...on, pull: world.heads, mergeSha: sha(world.heads) }];
}
