/** The sample's whole run on this machine: time by stage, and what each leaf costs. */
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { NO_OPTIONS, runSlipway } from "../../packages/cli/src/index.ts";
import type { Report } from "../../packages/cli/src/report/schema.ts";
import { API_REQUESTS_MAX, brokenByLeaves, JOBS_MAX, leafRows } from "./leaves.ts";
import { table, tenth } from "./table.ts";
import { benchTokens } from "./tokens.ts";

/** Longer than the slowest machine takes, and short enough that a run that hangs is noticed. */
const PATIENCE_MS = 20 * 60_000;

/** Prints the tables and returns the bounds that are broken. */
export async function benchSample(scratch: string, print: (text: string) => void): Promise<string[]> {
  const out = join(scratch, "sample");
  const { report, said } = await runSample(scratch, out);
  if (report?.result.exitCode !== 0) {
    return [`the sample did not end at DONE: ${report?.result.sentence ?? said.trim()}`];
  }
  const { durations, requests, overhead } = report;
  print(`The sample's run: ${seconds(durations.wallMs)} s of wall time, ${durations.jobs.length} jobs\n`);
  print(
    table(
      ["stage", "wall s", "jobs s", "jobs"],
      durations.stages.map(({ stage, wallMs, jobMs, jobs }) => [
        stage,
        seconds(wallMs),
        seconds(jobMs),
        jobs,
      ]),
    ),
  );
  print("\n  Stages overlap; `jobs s` adds up jobs that ran side by side; `decide` belongs to no stage.\n");
  const broken = printLeaves(report, print);
  const { rest, graphql, git, artifact } = requests.byKind;
  print(
    `\n  In all ${durations.jobs.length} jobs and ${requests.total} requests: REST ${rest}, GraphQL ${graphql}, git ${git}, artifacts ${artifact}.`,
  );
  print(`  Of no leaf: ${overhead.jobs} jobs and ${overhead.apiRequests} API requests.\n`);
  return [...broken, ...(await benchTokens(out, report, print))];
}

function printLeaves(report: Report, print: (text: string) => void): string[] {
  const rows = leafRows(report);
  const plain = rows.filter(({ defect }) => defect === null);
  const mended = rows.filter(({ defect }) => defect !== null);
  const cells = (row: (typeof rows)[number]) => [row.id, row.claims, row.jobs, row.apiRequests];
  print(
    "Leaves, from claim to merge; API requests are REST and GraphQL, with the leaf's share of `decide`\n",
  );
  print(table(["leaf", "claims", "jobs", "API requests"], plain.map(cells)));
  if (mended.length > 0) {
    print("\nLeaves that had a defect, outside the bound\n");
    print(
      table(
        ["leaf", "claims", "jobs", "API requests", "defect"],
        mended.map((row) => [...cells(row), row.defect ?? ""]),
      ),
    );
  }
  const most = (of: (row: (typeof rows)[number]) => number) => Math.max(0, ...plain.map(of));
  print(
    `\n  Bound: ${API_REQUESTS_MAX} API requests and ${JOBS_MAX} jobs a leaf; at most ${most((row) => row.apiRequests)} and ${most((row) => row.jobs)} here.`,
  );
  return brokenByLeaves(rows);
}

async function runSample(scratch: string, out: string): Promise<{ report: Report | null; said: string }> {
  const said: string[] = [];
  const output = { write: (text: string) => void said.push(text) };
  const patience = new AbortController();
  const stop = new AbortController();
  void after(PATIENCE_MS, undefined, { signal: patience.signal }).then(
    () => stop.abort(),
    () => undefined,
  );
  const { report } = await runSlipway(
    { ...NO_OPTIONS, out },
    { stdout: output, stderr: output, stdin: nothing(), env: process.env, cwd: scratch, signal: stop.signal },
  );
  patience.abort();
  return { report, said: said.slice(-20).join("") };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

const seconds = (ms: number) => tenth(ms / 1_000);
