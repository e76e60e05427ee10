/** What must hold of a run where it has come to rest. */
import { decide, isLeaf, outsideWait, type RunState, rootOf, runStateOf } from "@slipway/model";
import type { Problem } from "../sum.ts";
import type { World } from "./world.ts";

const workOf = (state: RunState) =>
  decide(state, { now: state.updatedAt, workflowRunId: 0, runAttempt: 1, endedRuns: new Set() }).work;

export const whereItIs = ({ state }: World): string =>
  state ? `${runStateOf(state)}; ${JSON.stringify(workOf(state)).slice(0, 1_000)}` : "there is no run";

const teller = (world: World) => (kind: Problem["kind"], text: string) => {
  world.problems.push({ kind, text });
};

/**
 * Where a run stands still that is not over, somebody must be able to read why and to act on it, and nothing may be
 * there that could go on by itself.
 *
 * @returns what it stands still for, in a word each
 */
export function namedStops(world: World): string[] {
  const tell = teller(world);
  const { state } = world;
  if (!state) {
    tell("lost", "The run was asked for and never began.");
    return [];
  }
  const name = runStateOf(state);
  if (name === "FAILED" && !state.failure) tell("unnamed", "It failed, and no reason is recorded.");
  if (name === "FAILED" || name === "PAUSED") return [name];
  const work = workOf(state);
  if (work.kind !== "person") tell("lost", `Nobody takes up what can go on. ${whereItIs(world)}`);
  else if (work.reason.includes("fault in Slipway")) tell("unnamed", work.reason);
  const blocked = state.nodes.filter(({ status }) => status === "BLOCKED");
  for (const node of blocked)
    if (!node.trouble) tell("unnamed", `${node.plan.id} is BLOCKED, and no reason is recorded.`);
  const waiting = state.nodes.filter((node) => outsideWait(state, node) === "waiting");
  return [...(blocked.length > 0 ? ["BLOCKED"] : []), ...(waiting.length > 0 ? ["waits for approval"] : [])];
}

/** What a finished run must have brought: each leaf's change by one merge, one release, one end. */
export function checkDone(world: World): void {
  const tell = teller(world);
  const { state } = world;
  if (!state) return;
  const content = world.commits.contentOf(world.heads.get(state.integrationBranch) ?? "");
  const times = (count: number, what: string) => {
    if (count !== 1) tell(count === 0 ? "lost" : "doubled", `${what} ${count} times.`);
  };
  for (const node of state.nodes) {
    const { id } = node.plan;
    const pulls = world.pulls.filter((pull) => pull.nodeId === id);
    for (const pull of pulls)
      if (pull.open) tell("doubled", `${id} is DONE, and its pull request #${pull.number} is open.`);
    if (!isLeaf(node)) continue;
    times(pulls.filter(({ mergeSha }) => mergeSha !== null).length, `${id} was merged`);
    if (![...content].some((item) => item.startsWith(`${id}#`)))
      tell("lost", `What ${id} made is not in ${state.integrationBranch}.`);
  }
  if (rootOf(state)?.status !== "DONE") tell("lost", "The run is DONE and its root is not.");
  times(world.releases.length, "It was released");
  times(world.records.filter(({ event }) => event.type === "run.completed").length, "It was completed");
}
