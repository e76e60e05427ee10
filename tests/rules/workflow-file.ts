/** A workflow or action file as the rules look at it: its text, for comments, and its content. */
import { parse } from "yaml";

export type Content = Readonly<Record<string, unknown>>;

export interface WorkflowFile {
  /** Path in the repository. */
  readonly path: string;
  readonly text: string;
  readonly content: Content;
}

export function readWorkflow(path: string, text: string): WorkflowFile {
  return { path, text, content: record(parse(text)) };
}

export function record(value: unknown): Content {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Content) : {};
}

export interface Job {
  readonly id: string;
  readonly content: Content;
  readonly steps: readonly Content[];
  /** Path of the reusable workflow that the job calls, where it calls one of ours. */
  readonly calls: string | undefined;
}

export function jobsOf(file: WorkflowFile): Job[] {
  return Object.entries(record(file.content.jobs)).map(([id, value]) => {
    const content = record(value);
    const uses = typeof content.uses === "string" ? content.uses : undefined;
    const steps = Array.isArray(content.steps) ? content.steps.map(record) : [];
    return { id, content, steps, calls: uses?.startsWith("$/") ? uses.slice(2) : undefined };
  });
}

/** Steps of a composite action. */
export function actionSteps(file: WorkflowFile): Content[] {
  const { steps } = record(file.content.runs);
  return Array.isArray(steps) ? steps.map(record) : [];
}

/** Triggers as a map, whichever of the three ways they are written in. */
export function triggersOf(file: WorkflowFile): Content {
  const on = file.content.on;
  if (typeof on === "string") return { [on]: null };
  if (Array.isArray(on)) return Object.fromEntries(on.map((name) => [String(name), null]));
  return record(on);
}

export function indent(line: string): number {
  return line.length - line.trimStart().length;
}
