/** How close a run comes to the shortest that its plan allows, with runners without number, in virtual time. */
import { type CriticalPath, criticalPath } from "./critical-path.ts";
import { randomTree } from "./random-tree.ts";
import { median } from "./stats.ts";
import { table } from "./table.ts";
import { type VirtualRun, virtualRun } from "./virtual-run.ts";

const TREES = 21;
const LEAVES = 200;
export const RATIO_MAX = 1.05;
/**
 * From the end of a job to the begin of what the next turn claims, in minutes: on GitHub's hosted runners a dispatched
 * workflow run waits some seconds for its runner, and `decide` then takes a few more.
 */
const TURN_MINUTES = 20 / 60;

interface Row {
  readonly path: CriticalPath;
  readonly run: VirtualRun;
  readonly slow: VirtualRun;
}

/** Prints the table and returns the bounds that are broken. */
export function benchMakespan(print: (text: string) => void): string[] {
  const rows = Array.from({ length: TREES }, (_, index): Row => {
    const tree = randomTree(LEAVES, index + 1);
    return {
      path: criticalPath(tree.nodes, tree.durations),
      run: virtualRun(tree, 0),
      slow: virtualRun(tree, TURN_MINUTES),
    };
  });
  const line = (name: string, of: (row: Row) => number) => {
    const values = rows.map(of).toSorted((a, b) => a - b);
    return [name, hundredth(values[0]), hundredth(median(values)), hundredth(values.at(-1))];
  };
  print(
    `Makespan of ${TREES} random plans of ${LEAVES} leaves in virtual time, over the real decide and fold, any number of runners\n`,
  );
  print(
    table(
      ["", "least", "median", "most"],
      [
        line("critical path, minutes", ({ path }) => path.length),
        line("makespan, minutes", ({ run }) => run.makespan),
        line("makespan / critical path", ratioOf),
        line(
          "makespan / critical path without merge queues",
          ({ path, run }) => run.makespan / path.withoutQueues,
        ),
        line("turns", ({ run }) => run.turns),
        line("turns × 20 s, minutes", ({ run }) => run.turns * TURN_MINUTES),
        line("makespan when each turn takes 20 s, minutes", ({ slow }) => slow.makespan),
      ],
    ),
  );
  const ratio = median(rows.map(ratioOf));
  print(
    "\n  The critical path counts starts and ends of nodes: parents, ranks, dependencies, and the one-by-one integration\n  into each branch. Turns run one after another but beside the jobs: not all of their time is on the critical path.",
  );
  print(`  Bound: median of makespan / critical path at most ${RATIO_MAX}; ${hundredth(ratio)} here.`);
  const impossible = rows.filter((row) => ratioOf(row) < 1 - 1e-9).length;
  return [
    ...(ratio <= RATIO_MAX
      ? []
      : [`makespan / critical path is ${hundredth(ratio)} in the median; ${RATIO_MAX} is allowed`]),
    ...(impossible === 0
      ? []
      : [`${impossible} runs were shorter than their critical path, which cannot be`]),
  ];
}

const ratioOf = ({ path, run }: Row) => run.makespan / path.length;
const hundredth = (value = Number.NaN) => Math.round(value * 1_000) / 1_000;
