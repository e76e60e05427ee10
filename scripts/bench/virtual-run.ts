/** A run in virtual time: the real `decide` and the real fold, with runners without number. */
import type { PlanNode } from "@slipway/model";
import { finish, type Job, newWorld, turn, type World } from "../../packages/model/src/testing/simulate.ts";
import type { RandomTree } from "./random-tree.ts";

export interface VirtualRun {
  /** From the first claim of a node to the merge of the root, in the unit of the durations. */
  readonly makespan: number;
  /** Turns of `decide` in that time. */
  readonly turns: number;
}

interface Moment {
  readonly at: number;
  readonly happens: () => void;
}

/**
 * @param turnTakes from the end of a job until what a turn then claims has begun; turns of a run come one after another,
 * and one turn sees everything that ended before it began
 * @throws Error when the run does not end
 */
export function virtualRun({ nodes, durations }: RandomTree, turnTakes: number): VirtualRun {
  const world = plannedWorld(nodes);
  const agenda: Moment[] = [];
  const at = (time: number, happens: () => void) => void agenda.push({ at: time, happens });
  /** Until when the queue of each branch is taken. */
  const queues = new Map<string, number>();
  const parents = new Map(nodes.map(({ id, parent }) => [id, parent ?? "integration"]));
  let turns = 0;
  let turnsFreeAt = 0;
  let end = 0;

  const takeTurn = (now: number) => {
    turns += 1;
    const known = new Set(world.jobs);
    turn(world);
    for (const job of world.jobs.filter((item) => !known.has(item))) begin(job, now);
  };
  const askForTurn = (now: number) => {
    if (turnTakes === 0) return takeTurn(now);
    const begins = Math.max(now, turnsFreeAt);
    turnsFreeAt = begins + turnTakes;
    const ends = turnsFreeAt;
    at(ends, () => takeTurn(ends));
  };
  const begin = (job: Job, now: number) => {
    if (!job.node) return;
    const { execute = 0, integrate = 0 } = durations.get(job.what) ?? {};
    const branch = parents.get(job.what) ?? "";
    at(now + execute, () => {
      const merged = Math.max(now + execute, queues.get(branch) ?? 0) + integrate;
      queues.set(branch, merged);
      at(merged, () => {
        finish(world, job, "done");
        end = merged;
        askForTurn(merged);
      });
    });
  };

  askForTurn(0);
  for (let next = takeEarliest(agenda); next; next = takeEarliest(agenda)) next.happens();
  const open = world.state.nodes.filter(({ status }) => status !== "DONE");
  if (open.length > 0) throw new Error(`${open.length} nodes are still open at the end.`);
  return { makespan: end, turns };
}

/** A run whose plan is drawn, and whose policy allows any number of nodes at once. */
function plannedWorld(nodes: readonly PlanNode[]): World {
  const world = newWorld({ nodes: [...nodes] });
  const { policy } = world.state;
  world.state = {
    ...world.state,
    policy: { ...policy, limits: { ...policy.limits, parallel: nodes.length } },
  };
  for (const stage of ["spec", "plan", "issues"]) {
    turn(world);
    const job = world.jobs.find(({ what }) => what === stage);
    if (!job) throw new Error(`The ${stage} stage was not claimed.`);
    finish(world, job, "done");
  }
  return world;
}

/** Takes the earliest moment off the agenda; of several at one time the one that was written down first. */
function takeEarliest(agenda: Moment[]): Moment | undefined {
  let first = 0;
  agenda.forEach(({ at }, index) => {
    if (at < (agenda[first]?.at ?? Number.POSITIVE_INFINITY)) first = index;
  });
  return agenda.splice(first, 1)[0];
}
