/** Everything that happens to a run in the wild: jobs that end in every way, commands, and what people do on GitHub. */
import fc from "fast-check";
import { type Commander, react } from "../commands.ts";
import { outsideWait } from "../decide.ts";
import { runStateOf } from "../run-state.ts";
import type { Command } from "../schema/command.ts";
import type { LedgerEvent, Risk } from "../schema/event.ts";
import type { RiskLevel } from "../schema/evidence.ts";
import type { Plan } from "../schema/plan.ts";
import type { NodeState } from "../schema/state.ts";
import { soundPlan } from "./plans.ts";
import { AT, RUN_ID, sha } from "./samples.ts";
import { finish, type Job, newWorld, OUTCOMES, type Outcome, record, turn, type World } from "./simulate.ts";

export type Step =
  /** One of the jobs in progress ends. */
  | { readonly kind: "end"; readonly pick: number; readonly how: Outcome; readonly risk: RiskLevel }
  | {
      readonly kind: "command";
      readonly name: "pause" | "resume" | "retry" | "advance" | "cancel";
      /** For `retry` and `advance`: of one node. */
      readonly pick: number | null;
    }
  | { readonly kind: "approve"; readonly pick: number; readonly role: string }
  | { readonly kind: "person"; readonly doing: Doing; readonly pick: number; readonly other: number }
  /** What a node waits for outside is over. */
  | { readonly kind: "settle" };

const DOINGS = [
  "issue.closed",
  "issue.reopened",
  "issue.moved",
  "pull.closed",
  "pull.reopened",
  "pull.merged",
  "branch.moved",
  "branch.lost",
] as const;
type Doing = (typeof DOINGS)[number];

const pick = fc.nat(60);
const end = fc.record({
  kind: fc.constant("end" as const),
  pick: fc.nat(5),
  how: fc.oneof(
    { weight: 5, arbitrary: fc.constant<Outcome>("done") },
    { weight: 3, arbitrary: fc.constantFrom(...OUTCOMES) },
  ),
  risk: fc.constantFrom<RiskLevel>("low", "low", "medium", "high"),
});

/** Steps of a life; a run that is cancelled is over early, so few are. */
const life: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: end },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("command" as const),
        // A run that stays paused lives little.
        name: fc.oneof(
          { weight: 2, arbitrary: fc.constantFrom("pause" as const, "advance" as const) },
          { weight: 6, arbitrary: fc.constantFrom("resume" as const, "retry" as const) },
        ),
        pick: fc.option(pick),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("approve" as const),
        pick,
        role: fc.constantFrom("admin", "maintain", "write", "read", "none"),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("person" as const),
        doing: fc.constantFrom(...DOINGS),
        pick,
        other: pick,
      }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: "settle" as const }) },
  ),
  { maxLength: 80, size: "max" },
);

export const cancel: Step = { kind: "command", name: "cancel", pick: null };

/** Policies that make a difference to how a run goes. */
export const anyPolicy = fc.record({
  limits: fc.record({ attempts: fc.integer({ min: 1, max: 4 }), parallel: fc.integer({ min: 1, max: 6 }) }),
  release: fc.record({ enabled: fc.boolean() }),
  review: fc.record({ required: fc.boolean() }),
  approval: fc.constantFrom("none", "write", "maintain", "admin"),
  risk: fc.record({
    medium: fc.constantFrom("auto", "approve"),
    high: fc.constantFrom("auto", "approve", "draft-only"),
  }),
  budget: fc.oneof(fc.constant({}), fc.record({ calls: fc.integer({ min: 1, max: 20 }) })),
});

/** A run that lived these steps; most start where the plan is there, since that is where most can happen. */
export interface Lived {
  readonly plan: Plan;
  readonly policy: unknown;
  readonly planned: boolean;
  readonly steps: readonly Step[];
}

export const lived: fc.Arbitrary<Lived> = fc.record({
  plan: soundPlan,
  policy: anyPolicy,
  planned: fc.oneof(
    { weight: 5, arbitrary: fc.constant(true) },
    { weight: 1, arbitrary: fc.constant(false) },
  ),
  steps: life,
});

/** @param after looks at the world after each step */
export function livedWorld(given: Lived, after: (world: World) => void = () => undefined): World {
  const world = newWorld(given.plan, given.policy);
  turn(world);
  while (given.planned && world.state.stages.issues.status !== "done") {
    const [job] = world.jobs;
    if (job) finish(world, job, "done");
    turn(world);
  }
  for (const step of given.steps) {
    live(world, step);
    after(world);
  }
  return world;
}

/** Lives a step and takes the turn that follows it. */
export function live(world: World, step: Step): void {
  switch (step.kind) {
    case "end": {
      const job = at(world.jobs, step.pick);
      if (job) finish(world, job, fitting(world, job, step.how), riskOf(world, step.risk));
      break;
    }
    case "command": {
      const node = step.pick === null ? undefined : at(world.state.nodes, step.pick);
      const nodeId =
        node && (step.name === "retry" || step.name === "advance") ? { nodeId: node.plan.id } : {};
      command(world, { version: 1, runId: RUN_ID, command: step.name, ...nodeId } as Given);
      break;
    }
    case "approve":
      approve(world, at(world.state.nodes.filter(isApprovable), step.pick), step.role);
      break;
    case "person":
      act(world, step);
      break;
    case "settle":
      turn(world, waiting(world));
      return;
  }
  turn(world);
}

/**
 * People put right whatever keeps the run from going on, and every job succeeds from now on.
 *
 * @throws Error when the run ends neither DONE nor CANCELLED
 */
export function putRight(world: World): void {
  for (let round = 0; round < 3_000; round += 1) {
    if (["DONE", "CANCELLED"].includes(runStateOf(world.state))) return;
    command(world, { version: 1, runId: RUN_ID, command: "resume" });
    command(world, { version: 1, runId: RUN_ID, command: "retry" });
    for (const node of world.state.nodes) {
      if (node.hold) command(world, { version: 1, runId: RUN_ID, command: "retry", nodeId: node.plan.id });
      approve(world, node, "admin");
    }
    turn(world, waiting(world));
    const [job] = world.jobs;
    if (job) finish(world, job, "done", riskOf(world, "low"));
    turn(world);
  }
  throw new Error(`the run does not end: ${runStateOf(world.state)}, ${JSON.stringify(turn(world))}`);
}

type Given = Exclude<Command, { command: "start" }>;

function command(world: World, given: Given, by?: Commander): void {
  const reaction = react(world.state, given, by);
  if (reaction.kind === "accepted") record(world, reaction.events);
}

const isApprovable = ({ subject, status }: NodeState) => subject !== null && status !== "DONE";

function approve(world: World, node: NodeState | undefined, role: string): void {
  if (!node?.subject || !isApprovable(node)) return;
  const headSha = node.subject.headSha;
  command(
    world,
    { version: 1, runId: RUN_ID, command: "approve", nodeId: node.plan.id, headSha },
    { role, teams: [] },
  );
}

const waiting = ({ state }: World): ReadonlySet<string> =>
  new Set(state.nodes.filter((node) => outsideWait(state, node) === "waiting").map(({ plan }) => plan.id));

function riskOf({ state }: World, level: RiskLevel): Risk {
  return { level, action: state.policy.risk[level], reasons: [] };
}

/** Stages know fewer ends, and defects have no defects of their own. */
function fitting(world: World, job: Job, how: Outcome): Outcome {
  if (!job.node) return how === "failed" || how === "lost" ? how : "done";
  const defect = world.state.nodes.some(({ plan }) => plan.id === job.what && plan.kind === "defect");
  return how === "defect" && defect ? "failed" : how;
}

/** Nodes that a doing is possible on. */
const POSSIBLE: Record<Doing, (node: NodeState) => boolean> = {
  "issue.closed": ({ issue }) => issue !== null,
  "issue.reopened": ({ hold }) => hold?.kind === "issueClosed",
  "issue.moved": ({ issue }) => issue !== null,
  "pull.closed": ({ pull }) => pull !== null,
  // GitHub reopens none whose branch is gone.
  "pull.reopened": ({ hold, branch }) => hold?.kind === "pullClosed" && branch !== null,
  "pull.merged": ({ pull }) => pull !== null,
  "branch.moved": ({ branch }) => branch !== null,
  "branch.lost": ({ branch }) => branch !== null,
};

/** What GitHub shows of a person's doing, recorded. */
function act(world: World, { doing, pick: index, other }: Extract<Step, { kind: "person" }>): void {
  if (["DONE", "CANCELLED"].includes(runStateOf(world.state))) return;
  const { nodes } = world.state;
  const node = at(
    nodes.filter((item) => item.status !== "DONE" && POSSIBLE[doing](item)),
    index,
  );
  if (!node) return;
  world.heads += 1;
  record(world, [seenEvent(world, node, doing, at(nodes, other)?.plan.id ?? null)]);
}

function seenEvent(world: World, node: NodeState, doing: Doing, other: string | null): LedgerEvent {
  const on = { nodeId: node.plan.id, by: "grace" };
  const pull = node.pull ?? 1;
  const fresh = sha(1_000 + world.heads);
  switch (doing) {
    case "issue.closed":
      return { type: doing, ...on, at: AT };
    case "issue.reopened":
      return { type: doing, ...on };
    case "issue.moved":
      return { type: doing, ...on, parentId: other };
    case "pull.closed":
      return { type: doing, ...on, pull, at: AT };
    case "pull.reopened":
      return { type: doing, ...on, pull };
    case "pull.merged":
      return { type: doing, ...on, pull, mergeSha: fresh };
    case "branch.moved":
      return { type: doing, ...on, headSha: fresh, forced: world.heads % 3 === 0 };
    case "branch.lost":
      return { type: doing, ...on, restoredAt: world.heads % 2 === 0 ? fresh : null };
  }
}

const at = <T>(list: readonly T[], index: number): T | undefined => list[index % Math.max(1, list.length)];
