import { describe, expect, test } from "@jest/globals";
import type { EventRecord } from "@slipway/model";
import { halfWay, RUN_ID, recordsOf, stateOf } from "../testing/sample-run.ts";
import { buildReport, type ReportInput } from "./build.ts";
import { fileNameOf, uniqueFileNames } from "./folder.ts";
import { type Exchange, judgeJournal } from "./journal.ts";
import { reportSchema } from "./schema.ts";

const exchange = (more: Partial<Exchange>): Exchange => ({
  kind: "rest",
  method: "GET",
  path: "/api/v3/repos/acme/sample/issues?per_page=1",
  route: "/repos/{owner}/{repo}/issues",
  unknownRoute: false,
  status: 200,
  jobId: null,
  errors: [],
  ...more,
});
const job = (jobId: number, name: string, startedMs: number | null, endedMs: number) => ({
  workflowRunId: 4,
  jobId,
  name,
  createdMs: 0,
  startedMs,
  endedMs,
  conclusion: startedMs === null ? "skipped" : "success",
  ran: startedMs !== null,
});

function input(more: Partial<ReportInput> = {}): ReportInput {
  return {
    result: { outcome: "done", exitCode: 0, sentence: "Done.", detail: [] },
    run: {
      id: RUN_ID,
      dispatchId: "019a0000-0000-7000-8000-000000000001",
      idea: "Durations should be readable.",
      repository: "acme/sample",
      defaultBranch: "main",
      suite: { reference: "slipway-dev/slipway@v0", sha: "e".repeat(40) },
      model: { kind: "scripted", url: "http://127.0.0.1:1" },
      startedAt: "2026-11-21T10:00:00.000Z",
      endedAt: "2026-11-21T10:01:00.500Z",
    },
    state: stateOf(halfWay),
    events: recordsOf(halfWay),
    pullRequests: [
      {
        number: 7,
        title: "Print hours",
        base: "feature/2-print",
        head: "task/3-print-hours",
        headSha: "c".repeat(40),
        state: "closed",
        merged: true,
        mergeSha: "d".repeat(40),
      },
    ],
    jobs: [
      job(1, "slipway / Decide", 100, 600),
      job(2, "slipway / T1 / Execute / Execute", 1_000, 3_000),
      job(3, "slipway / T2 / Execute / Execute", 2_000, 5_500),
      job(4, "slipway / T1 / Settle", null, 6_000),
    ],
    exchanges: [exchange({ jobId: 2 }), exchange({ kind: "git", route: "git-upload-pack", jobId: 2 })],
    ledgerProblems: [],
    ...more,
  };
}

describe("buildReport", () => {
  test("is what its schema says", () => {
    const report = buildReport(input());
    expect(reportSchema.parse(report)).toEqual(report);
    expect(report).toMatchSnapshot();
  });

  test("a run that never began has a report, too", () => {
    const none: readonly EventRecord[] = [];
    const report = buildReport(
      input({ state: null, events: none, pullRequests: [], jobs: [], exchanges: [] }),
    );
    expect(reportSchema.parse(report)).toEqual(report);
    expect(report).toMatchObject({ run: { state: null, integrationBranch: "main" }, nodes: [], leaves: [] });
  });
});

describe("judgeJournal", () => {
  test("counts what was checked: REST with a known route, answered by the local GitHub itself", () => {
    const judged = judgeJournal([
      exchange({}),
      exchange({ status: 304 }),
      exchange({ kind: "git" }),
      exchange({ fault: "respond", status: 500 }),
      exchange({ fault: "delay" }),
    ]);
    expect(judged).toEqual({
      exchanges: 5,
      validated: 2,
      unknownRoutes: 0,
      invalid: 0,
      first: [],
      routes: 1,
      statuses: [{ status: 200, count: 2 }],
    });
  });

  test("names what was wrong, the first ten", () => {
    const wrong = exchange({ errors: ["response: /id must be integer", "x"] });
    const judged = judgeJournal([
      exchange({ unknownRoute: true, route: null, status: 404, path: "/api/v3/nope" }),
      ...Array.from({ length: 12 }, () => wrong),
    ]);
    expect(judged).toMatchObject({ unknownRoutes: 1, invalid: 12 });
    expect(judged.first).toHaveLength(10);
    expect(judged.first.slice(0, 2)).toEqual([
      "GET /api/v3/nope (404): no such route in the local GitHub",
      "GET /api/v3/repos/acme/sample/issues?per_page=1 (200): response: /id must be integer, and 1 more",
    ]);
  });
});

test("files of jobs", () => {
  expect(fileNameOf("slipway / T1 / QA")).toBe("slipway-T1-QA");
  expect(fileNameOf("../../etc")).toBe("etc");
  expect(uniqueFileNames(["a / b", "a-b", "A b", "…"])).toEqual(["a-b", "a-b-2", "A-b-3", "job"]);
});
