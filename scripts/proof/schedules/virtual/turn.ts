/** The job that decides, in virtual time: the suite's own pure rules between the reads and writes around them. */
import type { CheckState } from "@slipway/github";
import {
  branchChain,
  type Command,
  type decide,
  holdersOf,
  type LedgerEvent,
  type RunState,
  runStateOf,
  suspectRuns,
} from "@slipway/model";
import { changesOf, type Seen } from "../../../../action-orchestrator/src/changes.ts";
import {
  awaitingOn,
  closersAskedFor,
  factsOf,
  settledOf,
  waitingNodes,
} from "../../../../action-orchestrator/src/facts.ts";
import type { Look } from "../../../../action-orchestrator/src/look.ts";
import { needsTurn } from "../../../../action-orchestrator/src/sweep.ts";
import { turnOf } from "../../../../action-orchestrator/src/turn.ts";
import { RUN_ID, startedEvent } from "../../../../packages/model/src/testing/samples.ts";
import type { Steps } from "./clock.ts";
import type { Flow } from "./flow.ts";
import { append, count, JobError, nodeIn, nowOf, trip, type World } from "./world.ts";

/** @returns what is claimed is named in the flow */
export function* decideTurn(world: World, flow: Flow): Steps<string> {
  const { asked } = flow;
  yield trip(world);
  if (asked.kind === "sweep") return yield* sweep(world, flow);
  const before = world.state;
  const command = asked.kind === "command" ? asked.command : null;
  if (!before && command?.command !== "start") throw new JobError("There is no run.");
  const settled = new Set<string>();
  if (before && asked.kind === "reported") {
    yield trip(world);
    for (const nodeId of settledNow(world, before, asked.headSha)) settled.add(nodeId);
    if (settled.size === 0) return "";
  }
  const ended = yield* endedAmong(world, before ? holdersAsked(world, before, flow) : [], flow.id);
  const thorough = asked.kind === "turn" || (asked.kind === "command" && asked.person);
  const silent = new Set(ended).add(flow.id);
  const look = before ? yield* lookAround(world, before, silent, thorough) : null;
  let refused: string | null = null;
  let taken: ReturnType<typeof decide> | undefined;
  const state = yield* append(world, (newest) => {
    const turn = turnOf(
      newest,
      {
        runId: RUN_ID,
        by: "ada",
        before,
        started: !before && command?.command === "start" ? [startOf(world, command)] : [],
        command,
        commander: null,
        look,
        ended,
        settled: [...settled],
      },
      { at: nowOf(world), workflowRunId: flow.id, runAttempt: flow.attempt },
    );
    if ("refuse" in turn) throw new JobError(turn.refuse);
    refused = turn.refused;
    taken = turn.decision;
    return turn.events;
  });
  if (refused === null && command?.dispatchId) world.taken.add(command.dispatchId);
  if (refused !== null) throw new JobError(refused);
  yield trip(world);
  prepareBranches(world, state, taken?.work);
  yield trip(world);
  const work = taken?.work;
  flow.named = {
    stage: work?.kind === "stage" ? work : null,
    nodes: work?.kind === "nodes" ? work.nodes : [],
  };
  return "";
}

const startOf = (world: World, command: Extract<Command, { command: "start" }>): LedgerEvent => ({
  ...(startedEvent({}, command.dispatchId ?? null) as Extract<LedgerEvent, { type: "run.started" }>),
  policy: world.policy,
});

function holdersAsked(world: World, before: RunState, { asked }: Flow): number[] {
  const command = asked.kind === "command" ? asked.command.command : null;
  const all = asked.kind === "turn" || command === "retry" || command === "resume";
  return all ? holdersOf(before) : suspectRuns(before, nowOf(world));
}

function* endedAmong(world: World, holders: readonly number[], own: number): Steps<Set<number>> {
  const ended = new Set<number>();
  for (const id of holders) {
    if (id === own) continue;
    yield trip(world);
    const flow = world.flows.get(id);
    if (!flow || flow.status === "completed") ended.add(id);
  }
  return ended;
}

function* lookAround(
  world: World,
  state: RunState,
  ended: ReadonlySet<number>,
  thorough: boolean,
): Steps<Look | null> {
  const name = runStateOf(state);
  if (name === "DONE" || name === "CANCELLED" || state.stages.issues.status !== "done") return null;
  yield trip(world);
  const seen = seenNow(world, state);
  const changes = changesOf(state, seen, ended);
  const bot = { login: "slipway[bot]", type: "Bot" } as const;
  const closers = new Map(closersAskedFor(changes).map((number) => [number, bot]));
  const forced = new Set<string>();
  for (const change of changes)
    if (change.kind === "branchMoved" && !world.commits.isIn(change.from, change.to))
      forced.add(change.nodeId);
  yield trip(world);
  const settled = thorough ? settledOf(waitingNodes(state), seen, reports(world, state)) : new Set<string>();
  return {
    seen,
    facts: factsOf(changes, seen, { closers, forced, own: new Set(), restored: new Map() }, null),
    settled,
    warnings: [],
  };
}

function seenNow(world: World, state: RunState): Seen {
  const at = nowOf(world);
  const pulls = world.pulls.map((pull) => ({
    number: pull.number,
    state: pull.open ? ("open" as const) : ("closed" as const),
    merged: pull.mergeSha !== null,
    mergeSha: pull.mergeSha,
    headRef: pull.head,
    headSha: world.heads.get(pull.head) ?? "",
    baseRef: pull.base,
    draft: false,
    title: pull.nodeId,
    updatedAt: at,
    closedAt: pull.open ? null : at,
    runId: state.runId,
    nodeId: pull.nodeId,
  }));
  return { pulls, issues: [], heads: new Map(world.heads) };
}

function reports(world: World, state: RunState): Map<string, CheckState[]> {
  const found = new Map<string, CheckState[]>();
  for (const { plan, subject } of state.nodes) {
    const report = world.checks.get(subject?.headSha ?? "");
    if (report !== undefined) found.set(plan.id, [reportOf(report)]);
  }
  return found;
}

const reportOf = (state: "pending" | "pass"): CheckState => ({
  name: "CI",
  appId: null,
  source: "check",
  state,
  conclusion: state === "pass" ? "success" : "in_progress",
  title: "",
  summary: "",
  url: null,
});

/** Nodes that need not wait any longer for what is reported on a commit. */
function settledNow(world: World, state: RunState, headSha: string): string[] {
  const waiting = awaitingOn(state, headSha);
  return [...settledOf(waiting, { pulls: [] }, reports(world, state))];
}

function prepareBranches(
  world: World,
  state: RunState,
  work: ReturnType<typeof decide>["work"] | undefined,
): void {
  if (work?.kind !== "nodes") return;
  for (const { nodeId } of work.nodes)
    for (const { branch, from } of branchChain(state, nodeIn(state, nodeId)))
      if (!world.heads.has(branch)) world.heads.set(branch, world.heads.get(from) ?? "");
}

function* sweep(world: World, flow: Flow): Steps<string> {
  const { state } = world;
  if (!state) return "";
  const ended = yield* endedAmong(world, holdersOf(state), flow.id);
  if (needsTurn(state, nowOf(world), ended) === undefined) return "";
  count(world, "turns by the hourly sweep");
  yield trip(world);
  world.send(world, { kind: "turn" });
  return "";
}
