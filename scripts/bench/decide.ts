/** How long `decide` takes on large trees. */
import { decide, type Turn } from "@slipway/model";
import { AT, planNode, plannedState } from "../../packages/model/src/testing/samples.ts";
import { median } from "./stats.ts";
import { table, tenth } from "./table.ts";

const TIMES = 9;
const SIZES = [1_000, 10_000] as const;
const TASKS_A_FEATURE = 9;

export function benchDecide(print: (text: string) => void): void {
  const rows = SIZES.map((size) => {
    const state = plannedState({ nodes: nodesOf(size) });
    const turn: Turn = { now: AT, workflowRunId: 50, runAttempt: 1, endedRuns: new Set() };
    decide(state, turn);
    const ms = median(
      Array.from({ length: TIMES }, () => {
        const began = performance.now();
        decide(state, turn);
        return performance.now() - began;
      }),
    );
    return { size, ms };
  });
  const first = rows[0]?.ms ?? Number.NaN;
  print(`decide of packages/model on a planned tree, median of ${TIMES}\n`);
  print(
    table(
      ["nodes", "ms", `times that of ${SIZES[0]}`],
      rows.map(({ size, ms }) => [size, Math.round(ms * 100) / 100, tenth(ms / first)]),
    ),
  );
}

/** One epic of features with tasks; every feature's first task waits for the first task of the one before. */
function nodesOf(size: number) {
  const nodes = [planNode("E1", null)];
  for (let feature = 1; nodes.length < size; feature += 1) {
    nodes.push(planNode(`F${feature}`, "E1"));
    const first = (feature - 1) * TASKS_A_FEATURE + 1;
    for (let task = first; task < first + TASKS_A_FEATURE && nodes.length < size; task += 1) {
      const dependsOn = task === first && feature > 1 ? [`T${first - TASKS_A_FEATURE}`] : [];
      nodes.push(planNode(`T${task}`, `F${feature}`, { dependsOn }));
    }
  }
  return nodes;
}
