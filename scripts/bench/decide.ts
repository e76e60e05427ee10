/** How long `decide` takes on large trees of several shapes, in several states. */
import { decide, type RunState, type Turn } from "@slipway/model";
import { AT, allDone, plannedState, sha } from "../../packages/model/src/testing/samples.ts";
import { median } from "./stats.ts";
import { table, tenth } from "./table.ts";
import { SHAPES, type Shape } from "./trees.ts";

export const SIZES = [1_000, 10_000, 100_000] as const;
const TIMES = 5;
/** What `decide` may take on 10,000 nodes, in milliseconds. */
export const DECIDE_MS_MAX = 50;
/**
 * Ten times the nodes may take ten times as long, and as much more as ten times the memory costs any program: that is
 * how much longer than ten times the yardstick takes, which indexes the same nodes by id and looks each one's parent
 * up. On top of it this much is given to noise.
 */
export const NOISE = 1.5;
/** A busy machine only ever adds time: a bound that looks broken is measured again, and the best round counts. */
const ROUNDS_MAX = 3;
const TURN: Turn = { now: AT, workflowRunId: 50, runAttempt: 1, endedRuns: new Set() };

/** A state in which a decision has to be made. */
interface Situation {
  readonly name: string;
  readonly of: (planned: RunState) => RunState;
}

const SITUATIONS: readonly Situation[] = [
  { name: "fresh", of: (planned) => planned },
  {
    name: "half done",
    of: (planned) => ({
      ...planned,
      nodes: planned.nodes.map((node, at) =>
        node.plan.kind === "task" && at < planned.nodes.length / 2
          ? { ...node, status: "DONE", mergeSha: sha(7) }
          : node,
      ),
    }),
  },
  {
    name: "all but the root",
    of: (planned) => allDone(planned, "E1"),
  },
  {
    name: "all blocked",
    of: (planned) => ({
      ...planned,
      nodes: planned.nodes.map((node) => ({ ...node, status: "BLOCKED", trouble: "It did not work." })),
    }),
  },
];

export interface DecideRow {
  readonly shape: string;
  readonly situation: string;
  /** One for each of {@link SIZES}. */
  readonly ms: readonly number[];
  /** The yardstick's, on the same nodes in the same moments. */
  readonly yardstick: readonly number[];
  /** How often one decision reads a node, in all: the work itself, whatever memory costs. */
  readonly reads: readonly number[];
}

/** Ten times the nodes may be read ten times as often; what is counted has no noise, only remainders. */
const READS_GROWTH_MAX = 10.1;

/** What the row may grow by from 10,000 to 100,000 nodes: at least 10 times, whatever the yardstick says. */
const allowedGrowth = ({ yardstick }: DecideRow) => Math.max(10, growthOf(yardstick)) * NOISE;

/** A sentence for each bound that the rows break. */
export function brokenByDecide(rows: readonly DecideRow[]): string[] {
  return rows.flatMap((row) => {
    const { shape, situation, ms } = row;
    const middle = ms[1] ?? Number.NaN;
    const growth = growthOf(ms);
    const where = `decide, ${shape}, ${situation}`;
    return [
      ...(middle <= DECIDE_MS_MAX
        ? []
        : [`${where}: ${tenth(middle)} ms on 10,000 nodes; ${DECIDE_MS_MAX} ms are allowed`]),
      ...(growth <= allowedGrowth(row)
        ? []
        : [
            `${where}: 100,000 nodes take ${tenth(growth)} times as long as 10,000; ${tenth(allowedGrowth(row))} are allowed`,
          ]),
      ...(growthOf(row.reads) <= READS_GROWTH_MAX
        ? []
        : [
            `${where}: 100,000 nodes are read ${tenth(growthOf(row.reads))} times as often as 10,000; ${READS_GROWTH_MAX} are allowed`,
          ]),
    ];
  });
}

/** Prints the table and returns the bounds that are broken. */
export function benchDecide(print: (text: string) => void): string[] {
  const rows = SHAPES.flatMap((shape) => {
    const planned = SIZES.map((size) =>
      plannedState({ nodes: shape.nodesOf(size) }, { limits: { parallel: 50 } }),
    );
    return SITUATIONS.map((situation) => bestOf(shape, situation, planned.map(situation.of)));
  });
  print(`decide of packages/model, median of ${TIMES}, ms of the processor; the sizes measured in turns\n`);
  print(
    table(
      [
        "tree",
        "state",
        ...SIZES.map((size) => size.toLocaleString("en")),
        "growth 10k to 100k",
        "yardstick's",
        "reads a node",
        "growth",
      ],
      rows.map(({ shape, situation, ms, yardstick, reads }) => [
        shape,
        situation,
        ...ms.map(hundredth),
        tenth(growthOf(ms)),
        tenth(growthOf(yardstick)),
        tenth((reads[2] ?? Number.NaN) / SIZES[2]),
        hundredth(growthOf(reads)),
      ]),
    ),
  );
  const most = (of: (row: DecideRow) => number) => tenth(Math.max(...rows.map(of)));
  print(
    `\n  Bound: ${DECIDE_MS_MAX} ms on 10,000 nodes, at most ${most(({ ms }) => ms[1] ?? 0)} here; growth at most that of the yardstick (an index by id, linear in the nodes) and ${NOISE} times it for noise, at most ${most((row) => growthOf(row.ms) / Math.max(10, growthOf(row.yardstick)))} times here. Reads of nodes, which memory does not blur: at most ${READS_GROWTH_MAX} times as many for ten times the nodes, at most ${hundredth(Math.max(...rows.map(({ reads }) => growthOf(reads))))} here.`,
  );
  return brokenByDecide(rows);
}

function bestOf(shape: Shape, situation: Situation, states: readonly RunState[]): DecideRow {
  const reads = states.map(readsOf);
  const row = () => ({ shape: shape.name, situation: situation.name, reads, ...measure(states) });
  const least = (a: readonly number[], b: readonly number[]) => a.map((ms, at) => Math.min(ms, b[at] ?? ms));
  let best: DecideRow = row();
  for (let round = 1; round < ROUNDS_MAX && brokenByDecide([best]).length > 0; round += 1) {
    const again = row();
    best = {
      ...again,
      ms: least(again.ms, best.ms),
      yardstick: least(again.yardstick, best.yardstick),
    };
  }
  return best;
}

/** Counts what a decision reads of the nodes, by getters in place of what every rule looks at. */
function readsOf(state: RunState): number {
  let reads = 0;
  const counted = state.nodes.map((node) => {
    const spied = { ...node };
    for (const key of ["plan", "status", "lease"] as const)
      Object.defineProperty(spied, key, {
        enumerable: true,
        get: () => {
          reads += 1;
          return node[key];
        },
      });
    return spied;
  });
  decide({ ...state, nodes: counted }, TURN);
  return reads;
}

/** Sizes in turns, so that each meets the same machine. */
function measure(states: readonly RunState[]): Pick<DecideRow, "ms" | "yardstick"> {
  const rows = states.map((state) => ({ state, ms: [] as number[], yardstick: [] as number[] }));
  for (let time = 0; time <= TIMES; time += 1) {
    for (const { state, ms, yardstick } of rows) {
      // The system counts in ticks of some milliseconds: what is small is done as often as makes up for it.
      const often = Math.max(1, Math.round(100_000 / state.nodes.length));
      const one = each(often, () => decide(state, TURN));
      const other = each(4 * often, () => linear(state));
      // The first time warms up.
      if (time === 0) continue;
      ms.push(one);
      yardstick.push(other);
    }
  }
  return { ms: rows.map(({ ms }) => median(ms)), yardstick: rows.map(({ yardstick }) => median(yardstick)) };
}

function each(often: number, work: () => unknown): number {
  const began = processorMs();
  for (let time = 0; time < often; time += 1) work();
  return (processorMs() - began) / often;
}

/** What this thread has had of the processor: other programs may take theirs meanwhile. */
function processorMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** The yardstick: work that is linear beyond doubt, on the same memory. */
function linear({ nodes }: RunState): number {
  const byId = new Map(nodes.map((node) => [node.plan.id, node]));
  return nodes.reduce((sum, { plan }) => sum + (byId.get(plan.parent ?? "")?.claims ?? 0), 0);
}

const growthOf = (ms: readonly number[]) => (ms[2] ?? Number.NaN) / (ms[1] ?? Number.NaN);
const hundredth = (value: number) => Math.round(value * 100) / 100;
