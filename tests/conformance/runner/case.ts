import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const texts = z.record(z.string(), text);

/** What a workflow file says about itself, in comments above its first key. */
const header = z.strictObject({
  /** What starts it. */
  event: z
    .strictObject({
      name: z.string().default("push"),
      payload: z.record(z.string(), z.unknown()).default({}),
      ref: z.string().default("refs/heads/main"),
    })
    .prefault({}),
  /** What the whole run comes to. */
  run: z.enum(["success", "failure", "cancelled", "startup_failure"]).default("success"),
  /** What its jobs saw, by the name that they give it. */
  observed: texts,
  /** The summaries of its steps, in the order of their writing. */
  summaries: z.array(z.string()).default([]),
  /** `error: message`, in the order of their writing; only where a file is about them. */
  annotations: z.array(z.string()).optional(),
  /** What the page of the run is called, and its jobs with their conclusions: act shows neither. */
  title: z.string().optional(),
  jobs: texts.optional(),
  /** Whether it takes longer than people wait for a test. */
  slow: z.boolean().default(false),
  /** Where act does otherwise than GitHub's documentation says. */
  differs: z
    .array(
      z.strictObject({
        /** `run`, `summaries`, `annotations`, or `observed.NAME`. */
        at: z.string(),
        /** What act has there; null for nothing. */
        act: z.unknown(),
        page: z.string().regex(/^https:\/\/docs\.github\.com\/en\//),
        why: z.string(),
      }),
    )
    .default([]),
});

export interface Case extends z.infer<typeof header> {
  /** The file's name without its ending. */
  readonly name: string;
  /** What the file is about. */
  readonly about: string;
  readonly text: string;
}

/** What a run of a case came to on an engine. */
export interface Outcome {
  readonly run: string;
  readonly observed: Readonly<Record<string, string>>;
  readonly summaries: readonly string[];
  readonly annotations: readonly string[];
}

export const WORKFLOWS: string = join(import.meta.dirname, "../workflows");

/** The files of a folder as cases; throws, naming the file, where one does not describe itself. */
export function readCases(folder: string = WORKFLOWS): readonly Case[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".yml"))
    .sort()
    .map((name) => readCase(basename(name, ".yml"), readFileSync(join(folder, name), "utf8")));
}

export function readCase(name: string, file: string): Case {
  const lines = file.split("\n");
  const end = lines.findIndex((line) => !line.startsWith("#"));
  const comment = lines.slice(0, end).map((line) => line.replace(/^# ?/, ""));
  const border = comment.indexOf("---");
  if (border < 1)
    throw new Error(`${name}.yml does not say what it is about and, below ---, what is expected.`);
  const parsed = header.safeParse(parse(comment.slice(border + 1).join("\n")));
  if (!parsed.success) throw new Error(`The comment of ${name}.yml: ${z.prettifyError(parsed.error)}`);
  return { ...parsed.data, name, about: comment.slice(0, border).join(" "), text: file };
}

/** The line that `bin/observe` and the actions of `repository/` print. */
export const OBSERVATION = /^observed (\{.*\})$/;

/** What lines of a log have observed. A name that is observed twice is a mistake of the file. */
export function observations(lines: readonly string[]): Record<string, string> {
  const all: Record<string, string> = {};
  for (const line of lines) {
    const json = OBSERVATION.exec(line.trim())?.[1];
    if (json === undefined) continue;
    for (const [name, value] of Object.entries(texts.parse(JSON.parse(json)))) {
      if (Object.hasOwn(all, name)) throw new Error(`'${name}' is observed twice.`);
      all[name] = value;
    }
  }
  return all;
}
