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

const NONE = { list: () => [], read: () => undefined };

test("runFiles: what was handed over, each under a name of its own; what is gone is left out", () => {
  const names = ["change.T1.1", "change.T1.1", "../../etc/passwd", "lost"];
  const [files] = runFiles([run], {
    list: (id) => (id === run.id ? names.map((name, at) => ({ id: at, name })) : []),
    read: (id) => (id === 3 ? undefined : Buffer.from([id])),
  });
  expect(files?.artifacts).toEqual([
    { file: "change.T1.1", zip: Buffer.from([0]) },
    { file: "change.T1.1-2", zip: Buffer.from([1]) },
    { file: "etc-passwd", zip: Buffer.from([2]) },
  ]);
});

test("runFiles: one folder a run, a log and a summary a job, both of the same name", () => {
  const [files] = runFiles([run], NONE);
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
