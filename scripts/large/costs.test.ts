import { expect, test } from "@jest/globals";
import { busiest, type JournalLine, jobKinds, refusalsOf, waitsTold } from "./costs.ts";

const line = (second: number, jobId: number, refused?: string): JournalLine => ({
  at: new Date(Date.UTC(2026, 10, 20, 10, 0, second)).toISOString(),
  kind: "rest",
  jobId,
  durationMs: 0,
  ...(refused === undefined ? {} : { refused }),
});

test("waits are counted from a refusal to the job's next request; others go on meanwhile", () => {
  const found = refusalsOf([
    line(0, 1, "primary"),
    line(1, 2),
    line(2, 2, "points"),
    line(7, 2),
    line(30, 1),
    line(31, 3, "primary"),
  ]);
  expect(found).toEqual({
    refused: 3,
    byLimit: new Map([
      ["primary", 2],
      ["points", 1],
    ]),
    jobs: 3,
    waitedMs: 35_000,
    longestMs: 30_000,
    givenUp: 1,
  });
});

test("a try that is refused as well goes on with the wait", () => {
  const lines = [line(0, 1, "primary"), line(1, 1, "primary"), line(11, 1)];
  expect(refusalsOf(lines)).toMatchObject({ refused: 2, waitedMs: 11_000, longestMs: 10_000 });
});

test("the busiest time of a length; what people and git ask is not counted", () => {
  const lines = [line(0, 1), line(9, 1), line(10, 2), line(12, 2), { ...line(12, 1), kind: "git" }];
  expect(busiest(lines, 10_000)).toBe(3);
  expect(busiest([...lines, { ...line(12, 1), jobId: null }], 10_000)).toBe(3);
  expect(busiest([], 10_000)).toBe(0);
});

test("what logs tell of waits is added up", () => {
  const log =
    "GET /a: the limit is near; waiting 2.5 s (2.5 s so far).\nGET /b: refused; waiting 60 s (62.5 s so far).";
  expect(waitsTold(log)).toBe(62.5);
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
