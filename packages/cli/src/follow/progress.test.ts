import { describe, expect, test } from "@jest/globals";
import { halfWay, planned, RUN_ID, recordsOf } from "../testing/sample-run.ts";
import { plainLine } from "../view/plain.ts";
import { type Happening, happeningSchema } from "./happening.ts";
import { createProgress } from "./progress.ts";

function recorder() {
  const told: Happening[] = [];
  let now = Date.UTC(2026, 10, 21, 10);
  const progress = createProgress({
    runId: RUN_ID,
    repository: "acme/sample",
    now: () => new Date(now),
    startedAt: new Date(now),
    emit: (happening) => told.push(happening),
  });
  return { told, progress, after: (ms: number) => (now += ms) };
}

const run = {
  id: 5,
  runNumber: 2,
  workflowName: "Slipway",
  displayTitle: "Slipway start",
  event: "repository_dispatch",
};
const job = { id: 9, name: "slipway / T1 / QA", run: { id: 5 } };

describe("createProgress", () => {
  test("tells each event once, however often the ledger is read, and what changed by it", () => {
    const { told, progress, after } = recorder();
    progress.ledger(recordsOf(planned));
    const before = told.length;
    progress.ledger(recordsOf(planned));
    expect(told).toHaveLength(before);
    after(12_300);
    progress.ledger(recordsOf(halfWay));
    expect(told.slice(before).filter((happening) => happening.type === "event")).toHaveLength(7);
    expect(told.slice(before).map(plainLine).filter(Boolean)).toEqual([
      "  12.3s  T1        DONE             issue #3 · pull request #7",
      "  12.3s  T2        IN_PROGRESS      issue #4",
      "  12.3s  T3        NEW              Parse what is printed · issue #6: The agent handed over nothing.",
    ]);
  });

  test("everything it tells is as the schema of --json has it", () => {
    const { told, progress } = recorder();
    progress.tell({ type: "note", text: "x" });
    progress.ledger(recordsOf(halfWay));
    progress.workflowRun({ ...run, status: "queued", conclusion: null });
    progress.job({ ...job, status: "queued", conclusion: null });
    for (const happening of told) expect(happeningSchema.parse(happening)).toEqual(happening);
    expect(new Set(told.map(({ type }) => type))).toEqual(
      new Set(["note", "event", "state", "stage", "node", "workflow", "job"]),
    );
  });

  test("jobs: queued, running, over; a repeated notice is no news", () => {
    const { told, progress, after } = recorder();
    const notice = (status: string, conclusion: string | null = null) =>
      progress.job({ ...job, status, conclusion });
    notice("queued");
    expect(progress.snapshot()).toMatchObject({ queuedJobs: 1, finishedJobs: 0 });
    after(1_000);
    notice("in_progress");
    notice("in_progress");
    expect(progress.snapshot().runningJobs).toMatchObject([{ startedMs: 1_000, endedMs: null }]);
    after(2_500);
    notice("completed", "failure");
    expect(progress.snapshot()).toMatchObject({ queuedJobs: 0, finishedJobs: 1, runningJobs: [] });
    expect(told).toHaveLength(3);
    expect(told.map(plainLine).at(-1)).toBe("   3.5s  job       failure          slipway / T1 / QA, 2.5s");
  });

  test("a skipped job is neither running nor finished, and no line", () => {
    const { told, progress } = recorder();
    progress.job({ ...job, status: "completed", conclusion: "skipped" });
    expect(progress.snapshot()).toMatchObject({ queuedJobs: 0, finishedJobs: 0, runningJobs: [] });
    expect(told.map(plainLine)).toEqual([undefined]);
  });

  test("only a workflow run that ends badly is a line", () => {
    const { told, progress } = recorder();
    progress.workflowRun({ ...run, status: "completed", conclusion: "success" });
    progress.workflowRun({ ...run, id: 6, status: "completed", conclusion: "startup_failure" });
    expect(told.map(plainLine)).toEqual([
      undefined,
      "   0.0s  workflow  startup_failure  run 2: Slipway start",
    ]);
    expect(progress.snapshot().workflowRuns).toBe(2);
  });

  test("REST and GraphQL requests are API requests, git and artifacts are not", () => {
    const { progress } = recorder();
    for (const kind of ["rest", "graphql", "git", "artifact"] as const) progress.request({ kind });
    expect(progress.snapshot()).toMatchObject({ apiRequests: 2, requests: 4 });
  });
});
