import { expect, test } from "@jest/globals";
import { readActLine } from "./log.ts";

const place = { job: "Leg a-1/Called/First", jobId: "first", matrix: {} };
const line = (fields: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({
    dryrun: false,
    job: "Leg a-1/Called/First   ",
    jobID: "first",
    level: "info",
    matrix: {},
    time: "2026-11-21T12:00:00Z",
    ...fields,
  });
const main = { stage: "Main", step: "Say", stepID: ["0"] };
const step = { id: "0", name: "Say", stage: "Main" };

test("steps begin and end; a failure that is forgiven is told before its end", () => {
  expect(readActLine(line({ ...main, msg: "⭐ Run Main Say" }))).toEqual({ kind: "step-start", place, step });
  expect(readActLine(line({ ...main, msg: "  ❌  Failure - Main Say [1s]", stepResult: "failure" }))).toEqual(
    {
      kind: "step-end",
      place,
      step,
      result: "failure",
    },
  );
  expect(readActLine(line({ ...main, msg: "Failed but continue next step" }))).toEqual({
    kind: "forgiven",
    place,
    step,
  });
});

test("act's own steps have an id of another name", () => {
  const own = { step: "Set up job", stepid: ["--setup-job"], msg: "⭐ Run Set up job" };
  expect(readActLine(line(own))).toEqual({
    kind: "step-start",
    place,
    step: { id: "--setup-job", name: "Set up job", stage: "Main" },
  });
});

test("steps in a composite action are no steps of the job", () => {
  expect(readActLine(line({ ...main, stepID: ["0", "1"], msg: "⭐ Run Main inner" })).kind).toBe("note");
});

test("output, annotations, groups, masks and summaries", () => {
  expect(readActLine(line({ ...main, raw_output: true, msg: "⭐ Run it yourself\r\n" }))).toEqual({
    kind: "output",
    place,
    text: "⭐ Run it yourself",
  });
  expect(
    readActLine(
      line({
        ...main,
        level: "error",
        command: "error",
        arg: "no\ngood",
        kvPairs: { file: "a" },
        msg: "  ❗  ::error::",
      }),
    ),
  ).toEqual({ kind: "annotation", place, level: "error", message: "no\ngood", properties: { file: "a" } });
  expect(readActLine(line({ ...main, command: "group", arg: "G", msg: "  ❓  ::group::G" }))).toEqual({
    kind: "group",
    place,
    title: "G",
  });
  expect(readActLine(line({ ...main, command: "endgroup", arg: "", msg: "  ❓  ::endgroup::" }))).toEqual({
    kind: "group",
    place,
    title: undefined,
  });
  expect(readActLine(line({ ...main, command: "add-mask", arg: "hush", msg: "  ⚙  ***" }))).toEqual({
    kind: "mask",
    value: "hush",
  });
  expect(
    readActLine(line({ ...main, command: "summary", content: "# Hi\n", msg: "  ⚙  Summary - # Hi" })),
  ).toEqual({
    kind: "summary",
    place,
    step,
    markdown: "# Hi\n",
  });
});

test("the end of a job; what act says of itself; what is no JSON", () => {
  expect(readActLine(line({ jobResult: "failure", msg: "🏁  Job failed" }))).toEqual({
    kind: "job-end",
    place,
    result: "failure",
  });
  expect(readActLine('{"level":"warning","msg":"no docker","time":"x"}')).toEqual({
    kind: "engine",
    level: "warning",
    text: "no docker",
  });
  expect(readActLine("Error: Job 'First' failed")).toEqual({
    kind: "engine",
    level: "info",
    text: "Error: Job 'First' failed",
  });
  expect(readActLine('{"half":').kind).toBe("engine");
});
