/** What is kept of the reference and of each point, a line of JSON each, so that an interrupted set goes on. */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import type { EndState } from "../end-state.ts";
import { crashSampleSchema, pointSchema } from "./point.ts";

const referenceSchema = z.object({
  type: z.literal("reference"),
  sample: crashSampleSchema,
  writes: z.array(z.string()),
  endState: z.custom<EndState>((value) => typeof value === "object" && value !== null),
  subjects: z.record(z.string(), z.number()),
  seconds: z.number(),
});
export type Reference = z.infer<typeof referenceSchema>;

const resultSchema = pointSchema.extend({
  type: z.literal("point"),
  /** Number of the write, from 1. */
  at: z.number(),
  /** Empty when the end state is the reference's. */
  faults: z.array(z.string()),
  /** How often the hourly sweep came before the run was over. */
  sweeps: z.number(),
  seconds: z.number(),
});
export type Result = z.infer<typeof resultSchema>;

export interface Kept {
  readonly reference: Reference | undefined;
  readonly results: readonly Result[];
  add(line: Reference | Result): void;
}

/** @throws Error naming the line that is not what this program writes */
export function openResults(file: string | null): Kept {
  const text = file !== null && existsSync(file) ? readFileSync(file, "utf8") : "";
  let reference: Reference | undefined;
  const results: Result[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line === "") continue;
    const parsed = z.discriminatedUnion("type", [referenceSchema, resultSchema]).safeParse(JSON.parse(line));
    if (!parsed.success) throw new Error(`${file}:${index + 1} is no line of this program: remove the file.`);
    if (parsed.data.type === "reference") reference = parsed.data;
    else results.push(parsed.data);
  }
  return {
    reference,
    results,
    add(line) {
      if (file !== null) appendFileSync(file, `${JSON.stringify(line)}\n`);
    },
  };
}
