import { expect, test } from "@jest/globals";
import { badRuns, errorLines, type RunRecordLike, runFiles } from "./runs.ts";

const job = {
  id: 1,
  name: "slipway / Decide",
  runAttempt: 1,
  status: "completed",
  conclusion: "failure",
  startedAt: "2026-11-21T10:00:00Z",
  completedAt: "2026-11-21T10:00:01Z",
  steps: [],
  log: "2026-11-21T10:00:00.0000000Z begins\n2026-11-21T10:00:00.5Z ##[error]The idea is empty.\n",
  summaries: new Map([
    [2, "second\n"],
    [1, "# first\n"],
  ]),
};
const run: RunRecordLike = {
  id: 7,
  runNumber: 3,
  runAttempt: 1,
  workflowPath: ".github/workflows/slipway.yml",
  workflowName: "Slipway",
  displayTitle: "",
  event: "repository_dispatch",
  headSha: "a".repeat(40),
  actor: { login: "developer" },
  status: "completed",
  conclusion: "failure",
  createdAt: "2026-11-21T10:00:00Z",
  updatedAt: "2026-11-21T10:00:01Z",
  jobs: [job, { ...job, id: 2, log: "", summaries: new Map() }],
};

test("runFiles: one folder a run, a log and a summary a job, both of the same name", () => {
  const [files] = runFiles([run]);
  expect(files?.index).toBe(1);
  expect(files?.jobs).toMatchObject([
    { file: "slipway-Decide", log: job.log, summary: "# first\n\nsecond\n" },
    { file: "slipway-Decide-2", log: "", summary: "" },
  ]);
  expect(files?.run).toMatchObject({
    id: 7,
    actor: "developer",
    jobs: [{ id: 1, file: "slipway-Decide" }, { id: 2 }],
  });
});

test("badRuns: what ended badly, with the errors of its logs", () => {
  const good = { ...run, conclusion: "success" };
  const cancelled = { ...run, conclusion: "cancelled" };
  expect(badRuns([good, run, cancelled])).toEqual([
    { number: 3, name: "Slipway", conclusion: "failure", errors: ["The idea is empty."] },
  ]);
});

test("errorLines", () => {
  expect(errorLines("1 ##[error]a\n2 ##[error title=A fault]b\n")).toEqual(["a", "b"]);
  expect(errorLines("x\n##[error]\n##[warning]y\n")).toEqual([]);
});
