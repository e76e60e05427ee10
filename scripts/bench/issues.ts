/** What it costs to draw a plan as issues, against the local GitHub: writes and reads, the first time and again. */
import { type SyncedIssues, syncIssues } from "@slipway/github";
import { issueSection, type RunState } from "@slipway/model";
import { localWorld } from "../../packages/github/testing/local.ts";
import { nodeOf, planNode, plannedState } from "../../packages/model/src/testing/samples.ts";
import { table } from "./table.ts";

const NODES = 200;
const TASKS_A_FEATURE = 9;
/** Writes for each node. */
export const WRITES_MAX = 3;

/** Prints the table and returns the bounds that are broken. */
export async function benchIssues(print: (text: string) => void): Promise<string[]> {
  const state = plannedState({ nodes: nodesOf(NODES) });
  const world = await localWorld();
  try {
    await world.newRepository("organization");
    const rows: { what: string; writes: number; reads: number; waitedS: number; synced: SyncedIssues }[] = [];
    for (const what of ["first time", "again"]) {
      world.forget();
      const before = world.github.waitedMs;
      const synced = await sync(world.github, state);
      const writes = world.writes().length;
      rows.push({
        what,
        writes,
        reads: world.requests().length - writes,
        waitedS: Math.round((world.github.waitedMs - before) / 1_000),
        synced,
      });
    }
    print(
      `issues.sync of ${NODES} nodes: an epic, features of ${TASKS_A_FEATURE} tasks, every second task with a dependency\n`,
    );
    print(
      table(
        ["", "issues created", "updated", "writes", "writes a node", "reads", "paced, s"],
        rows.map(({ what, writes, reads, waitedS, synced }) => [
          what,
          synced.created,
          synced.updated,
          writes,
          Math.round((writes / NODES) * 100) / 100,
          reads,
          waitedS,
        ]),
      ),
    );
    print(`\n  Bound: at most ${WRITES_MAX} writes a node, none the second time. Paced in virtual time.`);
    return brokenByIssues(rows.map(({ writes }) => writes));
  } finally {
    await world.close();
  }
}

/** @param writes of the first sync, and of the second */
export function brokenByIssues([first = Number.NaN, second = Number.NaN]: readonly number[]): string[] {
  return [
    ...(first / NODES <= WRITES_MAX
      ? []
      : [`issues.sync wrote ${first} times for ${NODES} nodes; ${WRITES_MAX} a node are allowed`]),
    ...(second === 0 ? [] : [`a second issues.sync wrote ${second} times; nothing had changed`]),
  ];
}

function sync(github: Parameters<typeof syncIssues>[0], state: RunState): Promise<SyncedIssues> {
  return syncIssues(github, {
    runId: state.runId,
    nodes: state.nodes.map(({ plan }) => plan),
    renderBody: (plan, numbers) => issueSection(state, nodeOf(state, plan.id), numbers),
  });
}

function nodesOf(size: number) {
  const nodes = [planNode("E1", null)];
  let task = 0;
  for (let feature = 1; nodes.length < size; feature += 1) {
    nodes.push(planNode(`F${feature}`, "E1", { orderIndex: feature % 4 }));
    for (let at = 0; at < TASKS_A_FEATURE && nodes.length < size; at += 1) {
      task += 1;
      const other = task - TASKS_A_FEATURE;
      const dependsOn = task % 2 === 0 && other > 0 ? [`T${other}`] : [];
      nodes.push(planNode(`T${task}`, `F${feature}`, { orderIndex: Math.floor(at / 3), dependsOn }));
    }
  }
  return nodes;
}
