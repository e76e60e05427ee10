/** What act says with `--json`, line by line. Pure. */
import { z } from "zod";

/** Where in a run something was said. */
export interface ActPlace {
  /** `CALLER/WORKFLOW/JOB` by shown names, without CALLER at the top. Only the nearest caller is named. */
  readonly job: string;
  /** The job's key in its file. */
  readonly jobId: string;
  /** The values of this leg; empty without a matrix. */
  readonly matrix: Readonly<Record<string, unknown>>;
}

/** A step: of one's own (`Main`, by id or by place in the file), or act's. */
export interface ActStep {
  readonly name: string;
  /** The step's id, or its place in the file as a number; `--setup-job` and `--complete-job` are act's own. */
  readonly id: string;
  readonly stage: "Pre" | "Main" | "Post";
}

export type ActLine =
  /** Of act itself, or not JSON at all. */
  | { readonly kind: "engine"; readonly level: string; readonly text: string }
  | { readonly kind: "step-start"; readonly place: ActPlace; readonly step: ActStep }
  | {
      readonly kind: "step-end";
      readonly place: ActPlace;
      readonly step: ActStep;
      readonly result: "success" | "failure" | "skipped";
    }
  /** The step before failed, and may. */
  | { readonly kind: "forgiven"; readonly place: ActPlace; readonly step: ActStep }
  /** A line of a step's output. */
  | { readonly kind: "output"; readonly place: ActPlace; readonly text: string }
  | {
      readonly kind: "annotation";
      readonly place: ActPlace;
      readonly level: "error" | "warning" | "notice";
      readonly message: string;
      readonly properties: Readonly<Record<string, string>>;
    }
  | { readonly kind: "group"; readonly place: ActPlace; readonly title: string | undefined }
  | { readonly kind: "mask"; readonly value: string }
  | { readonly kind: "summary"; readonly place: ActPlace; readonly step: ActStep; readonly markdown: string }
  | { readonly kind: "job-end"; readonly place: ActPlace; readonly result: "success" | "failure" | "skipped" }
  /** What act says about a job, and nobody has to know. */
  | { readonly kind: "note"; readonly place: ActPlace; readonly level: string; readonly text: string };

const results = z.enum(["success", "failure", "skipped"]);
const schema = z.object({
  level: z.string(),
  msg: z.string(),
  job: z.string().optional(),
  jobID: z.string().optional(),
  matrix: z.record(z.string(), z.unknown()).nullish(),
  step: z.string().optional(),
  stepID: z.array(z.string()).optional(),
  stepid: z.array(z.string()).optional(),
  stage: z.enum(["Pre", "Main", "Post"]).optional(),
  stepResult: results.optional(),
  jobResult: results.optional(),
  raw_output: z.boolean().optional(),
  command: z.string().optional(),
  arg: z.string().optional(),
  kvPairs: z.record(z.string(), z.string()).nullish(),
  content: z.string().optional(),
});

/** Reads one line of act's output. */
export function readActLine(text: string): ActLine {
  const entry = parse(text);
  if (entry === undefined) return { kind: "engine", level: "info", text };
  const { msg, level } = entry;
  if (entry.command === "add-mask") return { kind: "mask", value: entry.arg ?? "" };
  if (entry.job === undefined || entry.jobID === undefined) return { kind: "engine", level, text: msg };
  const place: ActPlace = { job: entry.job.trimEnd(), jobId: entry.jobID, matrix: entry.matrix ?? {} };
  if (entry.jobResult !== undefined) return { kind: "job-end", place, result: entry.jobResult };
  const step: ActStep = {
    name: entry.step ?? "",
    // Of a composite action's step the first is the job's.
    id: entry.stepID?.[0] ?? entry.stepid?.[0] ?? "",
    stage: entry.stage ?? "Main",
  };
  if (entry.raw_output === true) return { kind: "output", place, text: msg.replace(/\r?\n$/, "") };
  if (entry.command === "summary") return { kind: "summary", place, step, markdown: entry.content ?? "" };
  const command = readCommand(entry, place);
  if (command !== undefined) return command;
  // A composite action's steps count as one, the job's.
  if ((entry.stepID?.length ?? 1) === 1 && entry.step !== undefined) {
    if (entry.stepResult !== undefined) return { kind: "step-end", place, step, result: entry.stepResult };
    if (msg.startsWith("⭐ Run ")) return { kind: "step-start", place, step };
    if (msg === "Failed but continue next step") return { kind: "forgiven", place, step };
  }
  return { kind: "note", place, level, text: msg };
}

function readCommand(entry: z.infer<typeof schema>, place: ActPlace): ActLine | undefined {
  const { command, arg = "" } = entry;
  switch (command) {
    case "error":
    case "warning":
    case "notice":
      return { kind: "annotation", place, level: command, message: arg, properties: entry.kvPairs ?? {} };
    case "group":
      return { kind: "group", place, title: arg };
    case "endgroup":
      return { kind: "group", place, title: undefined };
    default:
      return undefined;
  }
}

function parse(text: string): z.infer<typeof schema> | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
