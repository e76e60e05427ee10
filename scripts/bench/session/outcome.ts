import { z } from "zod";

const ms = z.number().nonnegative();

/** What a process tells that carried out a session. */
export const sessionOutcomeSchema = z.object({
  /** Making the context packs, before the first turn. */
  contextMs: ms,
  /** The whole execution, to the change in hand. */
  totalMs: ms,
  /** Of it before the first turn: the commit to compare with is put aside. */
  startMs: ms,
  /** By tool. */
  toolMs: z.record(z.string(), ms),
  collectMs: ms,
  turns: z.number(),
  changed: z.array(z.string()),
  outcome: z.string(),
  ending: z.string(),
  reason: z.string(),
  notes: z.array(z.string()),
});
export type SessionOutcome = z.infer<typeof sessionOutcomeSchema>;

export const workerOutcomeSchema = z.object({
  /** The most resident memory that the process ever had. */
  peakBytes: z.number(),
  session: sessionOutcomeSchema.optional(),
});
export type WorkerOutcome = z.infer<typeof workerOutcomeSchema>;
