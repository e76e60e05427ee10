/** What the jobs of a large run spent their time on, and what its request limits cost it. Pure. */
import type { Report } from "../../packages/cli/src/report/schema.ts";
import { median } from "../bench/stats.ts";

type ReportJob = Report["durations"]["jobs"][number];

export interface JobKind {
  /** Last part of the jobs' names: `Execute`, `Gate`, … */
  readonly kind: string;
  readonly count: number;
  readonly totalMs: number;
  readonly medianMs: number;
  /** From being ready to run to running: waiting for one of the machine's places. */
  readonly medianQueuedMs: number;
}

/** Jobs by kind, those that took the most time first. */
export function jobKinds(jobs: readonly ReportJob[]): JobKind[] {
  const kinds = Map.groupBy(jobs, ({ name }) => name.split(" / ").at(-1) ?? name);
  return [...kinds]
    .map(([kind, list]) => ({
      kind,
      count: list.length,
      totalMs: list.reduce((sum, { durationMs }) => sum + durationMs, 0),
      medianMs: median(list.map(({ durationMs }) => durationMs)),
      medianQueuedMs: median(list.map(({ queuedMs }) => queuedMs)),
    }))
    .toSorted((a, b) => b.totalMs - a.totalMs);
}

/** What is needed of a line of `requests.jsonl`. */
export interface JournalLine {
  readonly at: string;
  readonly kind: string;
  readonly jobId: number | null;
  readonly durationMs: number;
  /** The limit that refused it: `primary`, or one of the secondary ones. */
  readonly refused?: string;
}

export interface Refusals {
  readonly refused: number;
  readonly byLimit: ReadonlyMap<string, number>;
  /** Jobs that met a refusal. */
  readonly jobs: number;
  /** From each refusal to the next request of the same job, added up over all jobs. */
  readonly waitedMs: number;
  readonly longestMs: number;
  /** Jobs whose last request was refused: they gave up, or ended. */
  readonly givenUp: number;
}

/** What the journal says about limits. */
export function refusalsOf(lines: readonly JournalLine[]): Refusals {
  const api = lines.filter(isApi);
  const refused = api.filter((line) => line.refused !== undefined);
  const byLimit = new Map<string, number>();
  for (const { refused: limit = "" } of refused) byLimit.set(limit, (byLimit.get(limit) ?? 0) + 1);
  const waits: number[] = [];
  let givenUp = 0;
  for (const list of Map.groupBy(api, ({ jobId }) => jobId).values()) {
    list.forEach((line, index) => {
      if (line.refused === undefined) return;
      const next = list[index + 1];
      if (next) waits.push(Math.max(0, Date.parse(next.at) - Date.parse(line.at) - line.durationMs));
      else givenUp += 1;
    });
  }
  return {
    refused: refused.length,
    byLimit,
    jobs: new Set(refused.map(({ jobId }) => jobId)).size,
    waitedMs: waits.reduce((sum, wait) => sum + wait, 0),
    longestMs: Math.max(0, ...waits),
    givenUp,
  };
}

/** The most API requests of jobs that fell into any time of this length. */
export function busiest(lines: readonly JournalLine[], spanMs: number): number {
  const times = lines
    .filter(isApi)
    .map(({ at }) => Date.parse(at))
    .sort((a, b) => a - b);
  let first = 0;
  return times.reduce((most, time, index) => {
    while ((times[first] ?? time) <= time - spanMs) first += 1;
    return Math.max(most, index - first + 1);
  }, 0);
}

const isApi = ({ kind, jobId }: JournalLine) => jobId !== null && (kind === "rest" || kind === "graphql");

/** Seconds that jobs said in their logs they waited for limits, or before a repeat. */
export function waitsTold(log: string): number {
  return [...log.matchAll(/; waiting (\d+(?:\.\d+)?) s \(/g)].reduce(
    (sum, [, told]) => sum + Number(told),
    0,
  );
}
