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
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly jobId: number | null;
  readonly durationMs: number;
  readonly responseBody?: unknown;
}

export interface Refusals {
  /** Requests that a limit refused, by the sentence of the answer. */
  readonly byLimit: ReadonlyMap<string, number>;
  readonly refused: number;
  /** Jobs that met a refusal. */
  readonly jobs: number;
  /** From each refusal to the next request of the same job, added up; refusals of one job at once count once. */
  readonly waitedMs: number;
  readonly longestMs: number;
  /** Refused requests whose job sent nothing afterwards: it gave up, or ended. */
  readonly givenUp: number;
}

/** What the journal says about limits. */
export function refusalsOf(lines: readonly JournalLine[]): Refusals {
  const refused = lines.filter(isRefusal);
  const byLimit = new Map<string, number>();
  for (const line of refused) {
    const why = limitOf(line);
    byLimit.set(why, (byLimit.get(why) ?? 0) + 1);
  }
  const waits: number[] = [];
  let givenUp = 0;
  const byJob = Map.groupBy(
    lines.filter(({ jobId, kind }) => jobId !== null && (kind === "rest" || kind === "graphql")),
    ({ jobId }) => jobId,
  );
  for (const list of byJob.values()) {
    let until = 0;
    list.forEach((line, index) => {
      if (!isRefusal(line)) return;
      const answered = Date.parse(line.at) + line.durationMs;
      const next = list.slice(index + 1).find(({ at }) => Date.parse(at) >= answered);
      if (!next) givenUp += 1;
      else if (Date.parse(next.at) > until) {
        until = Date.parse(next.at);
        waits.push(until - answered);
      }
    });
  }
  return {
    byLimit,
    refused: refused.length,
    jobs: new Set(refused.map(({ jobId }) => jobId)).size,
    waitedMs: waits.reduce((sum, wait) => sum + wait, 0),
    longestMs: Math.max(0, ...waits),
    givenUp,
  };
}

/** GitHub refuses with 403 or 429 and says in the message that it is for a rate limit. */
function isRefusal(line: JournalLine): boolean {
  return (line.status === 403 || line.status === 429) && /rate limit/i.test(messageOf(line));
}

function limitOf(line: JournalLine): string {
  return /secondary/i.test(messageOf(line)) ? "secondary limits" : "primary limit";
}

function messageOf({ responseBody }: JournalLine): string {
  if (typeof responseBody !== "object" || responseBody === null || !("message" in responseBody)) return "";
  return String(responseBody.message);
}
