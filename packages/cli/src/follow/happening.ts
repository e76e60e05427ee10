/** What `--json` prints, one a line, and what every view is made from. */
import {
  eventSchema,
  nodeKindSchema,
  nodeStatusSchema,
  runIdSchema,
  runStageSchema,
  runStateSchema,
  timeSchema,
} from "@slipway/model";
import { z } from "zod";

const when = {
  at: timeSchema,
  /** Since `slipway` began, in milliseconds. */
  elapsedMs: z.number().int().nonnegative(),
};
const count = z.number().int().nonnegative();

export const outcomeSchema = z.enum([
  "done",
  "failed",
  "cancelled",
  /** Nothing moves until a person acts. */
  "waiting",
  /** Nothing moves though the run is not over. */
  "lost",
  /** Stopped by Ctrl-C. */
  "interrupted",
]);
export type Outcome = z.infer<typeof outcomeSchema>;

export const happeningSchema = z
  .discriminatedUnion("type", [
    z.strictObject({ ...when, type: z.literal("note"), text: z.string() }),
    z.strictObject({
      ...when,
      type: z.literal("started"),
      runId: runIdSchema,
      dispatchId: z.string(),
      repository: z.string(),
      url: z.string(),
      suite: z.string(),
    }),
    /** An event of the run's ledger. */
    z.strictObject({ ...when, type: z.literal("event"), seq: count, by: z.string(), event: eventSchema }),
    z.strictObject({ ...when, type: z.literal("state"), state: runStateSchema }),
    z.strictObject({
      ...when,
      type: z.literal("stage"),
      stage: runStageSchema,
      status: z.enum(["in_progress", "open", "done", "failed"]),
      reason: z.string().nullable(),
    }),
    z.strictObject({
      ...when,
      type: z.literal("node"),
      nodeId: z.string(),
      kind: nodeKindSchema,
      title: z.string(),
      status: nodeStatusSchema,
      issue: count.nullable(),
      pull: count.nullable(),
      reason: z.string().nullable(),
    }),
    z.strictObject({
      ...when,
      type: z.literal("workflow"),
      workflowRunId: count,
      number: count,
      name: z.string(),
      event: z.string(),
      status: z.string(),
      conclusion: z.string().nullable(),
    }),
    z.strictObject({
      ...when,
      type: z.literal("job"),
      workflowRunId: count,
      jobId: count,
      name: z.string(),
      status: z.string(),
      conclusion: z.string().nullable(),
      /** Of running, once it is over. */
      durationMs: count.nullable(),
    }),
    z.strictObject({
      ...when,
      type: z.literal("result"),
      outcome: outcomeSchema,
      exitCode: count,
      sentence: z.string(),
      runId: runIdSchema,
      state: runStateSchema.nullable(),
      release: z.string().nullable(),
      /** Null when nothing could be written. */
      out: z.string().nullable(),
      exchanges: count,
      invalidExchanges: count,
    }),
  ])
  .describe("One line of `slipway run --json`");

export type Happening = z.infer<typeof happeningSchema>;
type WithoutTime<T> = T extends unknown ? Omit<T, keyof typeof when> : never;
/** A happening before it is dated. */
export type NewHappening = WithoutTime<Happening>;
