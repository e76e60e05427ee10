// Checks what must hold of every plan and run on many random cases, and prints how many and how long.
//   FAST_CHECK_RUNS  cases of each property, 10,000 when not given
//   --only TEXT      properties whose name contains it
//   --seed NUMBER    the cases of an earlier run again
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import fc from "fast-check";
import { PROPERTIES } from "../packages/model/src/testing/properties.ts";
import { table, tenth } from "./bench/table.ts";

const CASES = 10_000;

interface Result {
  readonly index: number;
  readonly cases: number;
  readonly ms: number;
  /** What broke it, with the seed and path that show it again; null when it holds. */
  readonly failure: string | null;
}

interface Work {
  readonly cases: number;
  readonly seed: number;
}

if (isMainThread) await main();
else serve(workerData as Work);

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: "string" }, seed: { type: "string" } } });
  const cases = Number(process.env.FAST_CHECK_RUNS) || CASES;
  const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
  const wanted = PROPERTIES.flatMap(({ name }, index) => (name.includes(values.only ?? "") ? [index] : []));
  const workers = Math.min(wanted.length, availableParallelism());
  console.log(
    `${wanted.length} properties, ${cases.toLocaleString("en")} cases each, seed ${seed}, ${workers} at a time\n`,
  );
  const began = performance.now();
  const results: Result[] = [];
  await Promise.all(Array.from({ length: workers }, () => worker({ cases, seed }, wanted, results)));
  const rows = results
    .toSorted((a, b) => a.index - b.index)
    .map(({ index, cases: ran, ms, failure }) => [
      PROPERTIES[index]?.name ?? "",
      ran,
      tenth(ms / 1_000),
      failure === null ? "holds" : "BROKEN",
    ]);
  console.log(table(["property", "cases", "s", ""], rows));
  console.log(`\n${tenth((performance.now() - began) / 1_000)} s in all.`);
  const broken = results.filter(({ failure }) => failure !== null);
  for (const { index, failure } of broken) console.error(`\n${PROPERTIES[index]?.name}:\n${failure}`);
  process.exit(broken.length === 0 && results.length > 0 ? 0 : 1);
}

/** One thread that takes property after property off the list. */
function worker(work: Work, wanted: number[], results: Result[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL(import.meta.url), { workerData: work });
    const next = () => {
      const index = wanted.shift();
      if (index !== undefined) thread.postMessage(index);
      else void thread.terminate().then(() => resolve());
    };
    thread.on("online", next);
    thread.on("message", (result: Result) => {
      results.push(result);
      next();
    });
    thread.on("error", reject);
  });
}

function reportOf(details: fc.RunDetails<readonly unknown[]>): string {
  const error = details.errorInstance instanceof Error ? (details.errorInstance.stack ?? "") : "";
  return `${error}\n${fc.defaultReportMessage(details)}`;
}

function serve({ cases, seed }: Work): void {
  parentPort?.on("message", (index: number) => {
    const property = PROPERTIES[index]?.property;
    if (!property) throw new Error(`There is no property ${index}.`);
    const began = performance.now();
    const details = fc.check(property, { numRuns: cases, seed });
    const failure = details.failed ? reportOf(details) : null;
    parentPort?.postMessage({
      index,
      cases: details.numRuns,
      ms: performance.now() - began,
      failure,
    } satisfies Result);
  });
}
