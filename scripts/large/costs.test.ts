import { expect, test } from "@jest/globals";
import { type JournalLine, jobKinds, refusalsOf } from "./costs.ts";

const at = (second: number) => new Date(Date.UTC(2026, 10, 20, 10, 0, second)).toISOString();
const line = (second: number, jobId: number, message?: string): JournalLine => ({
  at: at(second),
  kind: "rest",
  method: "GET",
  path: "/repos/acme/measures/pulls",
  status: message === undefined ? 200 : 403,
  jobId,
  durationMs: 0,
  ...(message === undefined ? {} : { responseBody: { message } }),
});

test("waits are counted from a refusal to the job's next request; others go on meanwhile", () => {
  const primary = "API rate limit exceeded for installation ID 1.";
  const secondary = "You have exceeded a secondary rate limit.";
  const found = refusalsOf([
    line(0, 1, primary),
    line(1, 2),
    line(2, 2, secondary),
    line(7, 2),
    line(30, 1),
    line(31, 3, primary),
    line(32, 4, "Resource not accessible by integration"),
  ]);
  expect(found).toEqual({
    byLimit: new Map([
      ["primary limit", 2],
      ["secondary limits", 1],
    ]),
    refused: 3,
    jobs: 3,
    waitedMs: 35_000,
    longestMs: 30_000,
    givenUp: 1,
  });
});

test("a try that is refused as well goes on with the wait", () => {
  const why = "API rate limit exceeded for installation ID 1.";
  expect(refusalsOf([line(0, 1, why), line(1, 1, why), line(11, 1)])).toMatchObject({
    refused: 2,
    waitedMs: 11_000,
    longestMs: 10_000,
  });
});

test("jobs by the last part of their names, the costliest first", () => {
  const job = (name: string, durationMs: number, queuedMs: number) => ({
    workflowRunId: 1,
    jobId: 1,
    name,
    nodeId: null,
    stage: null,
    queuedMs,
    durationMs,
  });
  const jobs = [
    job("slipway / T1 / Gate", 5, 1),
    job("slipway / Decide", 4, 0),
    job("slipway / T2 / Gate", 7, 3),
  ];
  expect(jobKinds(jobs)).toEqual([
    { kind: "Gate", count: 2, totalMs: 12, medianMs: 6, medianQueuedMs: 2 },
    { kind: "Decide", count: 1, totalMs: 4, medianMs: 4, medianQueuedMs: 0 },
  ]);
});
