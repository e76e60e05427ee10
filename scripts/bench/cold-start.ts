/** How long the actions take to start, beside an empty `node` process in the same moment. */
import { loadavg } from "node:os";
import { bareStarts, decideStart, nameOf, runEmpty, runStart, type Start } from "./starts.ts";
import { type Pair, type PairedMedians, pairedMedians } from "./stats.ts";
import { table, tenth } from "./table.ts";

export const TIMES = 9;
/** What `decide` may take above the empty process, in milliseconds. */
export const DECIDE_MS_MAX = 80;
/** A busy machine only ever adds time: a bound that looks broken is measured again, and the best round counts. */
const ROUNDS_MAX = 3;

/** Prints the table and returns the bounds that are broken. */
export function benchColdStart(root: string, scratch: string, print: (text: string) => void): string[] {
  const decide = decideStart(root, scratch);
  const rows = [...bareStarts(root), decide].map((start) => ({ start, medians: measure(start) }));
  print(`Cold start of dist/index.js: whole processes, median of ${TIMES} pairs, ms\n`);
  print(
    table(
      ["action", "start", "empty node", "difference", "times"],
      rows.map(({ start, medians }) => [
        nameOf(start),
        tenth(medians.other),
        tenth(medians.base),
        tenth(medians.difference),
        tenth(medians.other / medians.base),
      ]),
    ),
  );
  const rounds = rows.filter(({ start }) => start === decide).map(({ medians }) => medians.difference);
  while (Math.min(...rounds) > DECIDE_MS_MAX && rounds.length < ROUNDS_MAX) {
    rounds.push(measure(decide).difference);
  }
  const above = Math.min(...rounds);
  const here = rounds.map(tenth).join(", ");
  print(`\n  Bound: decide at most ${DECIDE_MS_MAX} ms above the empty process; here ${here} ms.`);
  return above <= DECIDE_MS_MAX
    ? []
    : [
        `decide starts in ${tenth(above)} ms more than an empty process; ${DECIDE_MS_MAX} ms are allowed (load of the machine: ${loadavg()[0]?.toFixed(1)})`,
      ];
}

/** In turns, and each pair the other way round than the one before, so that neither has the warmer machine. */
function measure(start: Start): PairedMedians {
  runEmpty();
  runStart(start);
  const pairs = Array.from({ length: TIMES }, (_, at): Pair => {
    if (at % 2 === 0) return { base: runEmpty(), other: runStart(start).ms };
    const other = runStart(start).ms;
    return { base: runEmpty(), other };
  });
  return pairedMedians(pairs);
}
