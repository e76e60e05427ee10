/** Schedules over the whole machine, as many as fit into the time, two at a time; what came of them. */
import { execFile } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { errorText } from "@slipway/model";
import { table } from "../../bench/table.ts";
import { judged } from "./bench/judge.ts";
import type { BenchRun } from "./bench/run.ts";
import { added, KIND_HEADINGS, kindRows, NO_SUM, type Sum, sumOf } from "./sum.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
/** Far beyond what a run takes on a busy machine. */
const PATIENCE_MS = 30 * 60_000;
const OUTPUT_MAX = 64 * 1024 * 1024;

/**
 * @param from the first seed; the others follow it
 * @param minutes no schedule begins after them
 * @param print takes what is told, line by line
 */
export async function proveBench(from: number, minutes: number, print: (text: string) => void): Promise<Sum> {
  print("Whole machine: the run that nothing happens to, for comparison.");
  const began = performance.now();
  const reference = await apart(0);
  print(`  ${reference.seconds} s\n`);
  const until = performance.now() + minutes * 60_000;
  const runs: BenchRun[] = [];
  let next = from;
  const take = async () => {
    while (performance.now() < until) {
      const seed = next;
      next += 1;
      const run = await schedule(reference, seed);
      runs.push(run);
      print(`  seed ${seed}: ${run.outcome}, ${run.seconds} s, ${run.workflowRuns} workflow runs`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, take));
  const sum = runs.map(sumOf).reduce(added, NO_SUM);
  print(
    `\nWhole machine: ${sum.schedules} schedules, seeds ${from} to ${next - 1}, in ${Math.round((performance.now() - began) / 1_000)} s\n`,
  );
  print(table(KIND_HEADINGS, kindRows(sum)));
  const stops = runs.flatMap(({ seed, stops: told }) => told.map((text) => [seed, text.slice(0, 150)]));
  if (stops.length > 0) {
    print("");
    print(table(["seed", "stood still, until a person acted"], stops));
  }
  return sum;
}

/** One schedule alone. */
export async function proveSeed(seed: number): Promise<BenchRun> {
  return schedule(await apart(0), seed);
}

async function schedule(reference: BenchRun, seed: number): Promise<BenchRun> {
  try {
    return judged(reference, await apart(seed));
  } catch (error) {
    return {
      ...reference,
      seed,
      outcome: "broken",
      problems: [{ kind: "lost", text: errorText(error) }],
      tally: {},
      stops: [],
      events: [],
      twins: [],
    };
  }
}

/** @throws Error with the end of what the process said, when it did not come to its end */
function apart(seed: number): Promise<BenchRun> {
  const worker = join(import.meta.dirname, "bench", "worker.ts");
  const args = ["--import", join(ROOT, "scripts/json-imports.mjs"), worker, String(seed)];
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      args,
      { cwd: ROOT, timeout: PATIENCE_MS, maxBuffer: OUTPUT_MAX },
      (error, stdout, stderr) => {
        if (!error) return resolve(JSON.parse(stdout) as BenchRun);
        const why = error.killed ? `did not end within ${PATIENCE_MS / 60_000} minutes` : "ended by an error";
        reject(new Error(`The process of seed ${seed} ${why}: ${stderr.slice(-2_000) || error.message}`));
      },
    );
  });
}
