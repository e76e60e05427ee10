/** Many schedules over the pure rules, in worker threads; what came of them, added up. */
import { availableParallelism } from "node:os";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { table, tenth } from "../../bench/table.ts";
import { added, KIND_HEADINGS, kindRows, NO_SUM, type Sum, sumOf } from "./sum.ts";
import { runSchedule } from "./virtual/schedule.ts";

/** As many as a thread takes at a time. */
const CHUNK = 100;
const THREAD = "schedules";

interface Part {
  readonly from: number;
  readonly until: number;
}

/** What came of the schedules of some seeds. */
interface Found {
  readonly sum: Sum;
  /** Schedules by what they stood still for. */
  readonly stops: Readonly<Record<string, number>>;
  readonly workflowRuns: number;
  readonly events: number;
  readonly hours: number;
}

const NOTHING: Found = { sum: NO_SUM, stops: {}, workflowRuns: 0, events: 0, hours: 0 };

/**
 * @param from the first seed; the others follow it
 * @param print takes the table, line by line
 */
export async function proveRules(
  from: number,
  schedules: number,
  print: (text: string) => void,
): Promise<Sum> {
  const began = performance.now();
  const parts: Part[] = [];
  for (let at = from; at < from + schedules; at += CHUNK)
    parts.push({ from: at, until: Math.min(at + CHUNK, from + schedules) });
  const threads = Math.min(parts.length, availableParallelism());
  const all = await Promise.all(Array.from({ length: threads }, () => thread(parts)));
  const found = all.reduce(together, NOTHING);
  const { sum } = found;
  print(
    `Pure rules, in virtual time: ${sum.schedules.toLocaleString("en")} schedules, seeds ${from} to ${from + schedules - 1}, in ${tenth((performance.now() - began) / 1_000)} s\n`,
  );
  print(table(KIND_HEADINGS, kindRows(sum)));
  const stops = Object.entries(found.stops).sort(([, a], [, b]) => b - a);
  print("");
  print(table(["stood still, until a person acted", "schedules"], stops));
  print(
    `\n  ${found.workflowRuns.toLocaleString("en")} workflow runs, ${found.events.toLocaleString("en")} events, ${Math.round(found.hours / 24).toLocaleString("en")} days of virtual time.`,
  );
  return sum;
}

/** One thread that takes part after part off the list. */
function thread(parts: Part[]): Promise<Found> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: THREAD });
    let found = NOTHING;
    const next = () => {
      const part = parts.shift();
      if (part) worker.postMessage(part);
      else void worker.terminate().then(() => resolve(found));
    };
    worker.on("online", next);
    worker.on("message", (more: Found) => {
      found = together(found, more);
      next();
    });
    worker.on("error", reject);
  });
}

function together(a: Found, b: Found): Found {
  const stops = { ...a.stops };
  for (const [stop, times] of Object.entries(b.stops)) stops[stop] = (stops[stop] ?? 0) + times;
  return {
    sum: added(a.sum, b.sum),
    stops,
    workflowRuns: a.workflowRuns + b.workflowRuns,
    events: a.events + b.events,
    hours: a.hours + b.hours,
  };
}

function prove({ from, until }: Part): Found {
  let found = NOTHING;
  for (let seed = from; seed < until; seed += 1) {
    const result = runSchedule(seed);
    const stops = Object.fromEntries(result.stops.map((stop) => [stop, 1]));
    found = together(found, { ...result, sum: sumOf(result), stops });
  }
  return found;
}

if (!isMainThread && workerData === THREAD)
  parentPort?.on("message", (part: Part) => parentPort?.postMessage(prove(part)));
