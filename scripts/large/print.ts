/** The figures of a large run, as tables; and the bounds that it broke. */
import { API_REQUESTS_MAX, brokenByLeaves, JOBS_MAX, leafRows } from "../bench/leaves.ts";
import { median } from "../bench/stats.ts";
import { table, tenth } from "../bench/table.ts";
import { busiest, jobKinds, refusalsOf } from "./costs.ts";
import type { LargeRun } from "./run.ts";

const ROUTES_TOLD = 12;

export interface PrintOptions {
  /** How long an hour of the limits took; null when none were enforced. */
  readonly hourMs: number | null;
  readonly print: (text: string) => void;
}

/** Prints the tables and returns the bounds that are broken. */
export function printFigures(run: LargeRun, { hourMs, print }: PrintOptions): string[] {
  const { report } = run;
  if (!report) return [`there is no report: ${run.said.trim()}`];
  const { durations, requests, overhead } = report;
  print(`\n${report.result.sentence}\n`);
  for (const line of report.result.detail) print(line);
  const done = report.nodes.filter(({ status }) => status === "DONE").length;
  print(
    `${done} of ${report.nodes.length} nodes done; ${seconds(durations.wallMs)} s of wall time, ${run.workflowRuns} workflow runs, ${durations.jobs.length} jobs, ${requests.total} requests.`,
  );
  const { rest, graphql, git, artifact } = requests.byKind;
  print(`Requests: REST ${rest}, GraphQL ${graphql}, git ${git}, artifacts ${artifact}.`);
  print(`Of no leaf: ${overhead.jobs} jobs and ${overhead.apiRequests} API requests.\n`);
  const broken = printLeaves(run, print);
  print("\nJobs by kind; they run side by side, so their times add up to more than the wall time\n");
  print(
    table(
      ["job", "count", "total s", "median s", "median wait for a place s"],
      jobKinds(durations.jobs).map(({ kind, count, totalMs, medianMs, medianQueuedMs }) => [
        kind,
        count,
        seconds(totalMs),
        seconds(medianMs),
        seconds(medianQueuedMs),
      ]),
    ),
  );
  print(`\nRequests by route, the first ${ROUTES_TOLD}\n`);
  print(
    table(
      ["route", "count"],
      requests.byRoute.slice(0, ROUTES_TOLD).map(({ method, route, count }) => [`${method} ${route}`, count]),
    ),
  );
  if (hourMs !== null) printRefusals(run, hourMs, print);
  const ended =
    report.result.exitCode === 0 ? [] : [`the run did not end at DONE: ${report.result.sentence}`];
  return [...ended, ...broken];
}

function printLeaves({ report }: LargeRun, print: (text: string) => void): string[] {
  const rows = leafRows(report ?? { leaves: [], defects: [] });
  if (rows.length === 0) return ["no leaf was planned"];
  const figures = (of: (row: (typeof rows)[number]) => number) => {
    const values = rows.map(of);
    return [Math.min(...values), tenth(median(values)), Math.max(...values)];
  };
  // Where a workflow run has one token, as on act, nobody can tell whose requests they are.
  const isCounted = rows.some(({ apiRequests }) => apiRequests > 0);
  print(
    table(
      [`${rows.length} leaves`, "least", "median", "most", "allowed"],
      [
        isCounted
          ? ["API requests", ...figures((row) => row.apiRequests), API_REQUESTS_MAX]
          : ["API requests", "-", "-", "-", API_REQUESTS_MAX],
        ["jobs", ...figures((row) => row.jobs), JOBS_MAX],
        ["claims", ...figures((row) => row.claims), "-"],
      ],
    ),
  );
  if (!isCounted)
    print("\nThe requests of a leaf were not counted: this engine gives all jobs of a run one token.");
  return brokenByLeaves(rows);
}

function printRefusals(
  { journal, toldToWait }: LargeRun,
  hourMs: number,
  print: (text: string) => void,
): void {
  const { refused, byLimit, jobs, waitedMs, longestMs, givenUp } = refusalsOf(journal);
  const kinds = [...byLimit].map(([limit, count]) => `${limit} ${count}`).join(", ");
  print(
    `\nLimits, an hour of them in ${seconds(hourMs)} s: at most ${busiest(journal, hourMs)} API requests in an hour (1,000 allowed) and ${busiest(journal, hourMs / 60)} in a minute.`,
  );
  print(`Refused by a limit: ${refused} requests${kinds ? ` (${kinds})` : ""}, in ${jobs} jobs.`);
  print(
    `Waited, by the journal: ${seconds(waitedMs)} s from a refusal to the job's next request, over all jobs; at most ${seconds(longestMs)} s at a time; ${givenUp} jobs gave up.`,
  );
  print(`Waited, by the logs: ${tenth(toldToWait)} s over all jobs, for limits that were near or reached.`);
}

const seconds = (ms: number) => tenth(ms / 1_000);
