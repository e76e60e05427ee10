import { z } from "zod";
import { agentNameSchema } from "./agent.ts";
import { lineSchema, runIdSchema, shaSchema, textSchema, usageSchema } from "./common.ts";

/** What one merged change contributes to a release. */
export const releaseEntrySchema = z.lazy(() =>
  z.strictObject({
    type: z.string(),
    scope: z.string().nullable(),
    breaking: z.boolean(),
    subject: z.string(),
    sha: shaSchema,
    requirements: z.array(z.string()),
    nodeId: z.string().nullable(),
    issue: z.number().int().nullable(),
    pull: z.number().int().nullable(),
  }),
);
export type ReleaseEntry = z.infer<typeof releaseEntrySchema>;

export const releaseSchema = z.lazy(() =>
  z.strictObject({
    version: z.string().regex(/^\d+\.\d+\.\d+/),
    tag: z.string().min(1),
    previousTag: z.string().nullable(),
    sha: shaSchema,
    bump: z.enum(["major", "minor", "patch", "initial"]),
    entries: z.array(releaseEntrySchema),
    notes: textSchema(120_000),
  }),
);
export type Release = z.infer<typeof releaseSchema>;

const shas = z.array(shaSchema).min(1).max(20);

/** A release in the words of an agent. Each item names the commits that it stands for. */
export const releaseWordsSchema = z.lazy(() =>
  z.strictObject({
    headline: lineSchema(120),
    summary: textSchema(2_000),
    sections: z
      .array(
        z.strictObject({
          title: lineSchema(60),
          items: z
            .array(z.strictObject({ text: textSchema(500), shas }))
            .min(1)
            .max(100),
        }),
      )
      .max(12),
    /** What users have to do, for each breaking change. */
    upgrade: z.array(z.strictObject({ text: textSchema(1_000), shas })).max(50),
  }),
);
export type ReleaseWords = z.infer<typeof releaseWordsSchema>;

/** Artifact `notes`: from the job that asked for the words of a release to the job that publishes it. */
export const notesArtifactSchema = z.lazy(() =>
  z.strictObject({
    kind: z.literal("notes"),
    runId: runIdSchema,
    /** What the notes were written from: they are void for any other commit or version. */
    sha: shaSchema,
    version: z.string(),
    agent: agentNameSchema,
    /** False: it was not even asked. */
    asked: z.literal(false).optional(),
    /** Null: none could be had, and `reason` says why. */
    words: releaseWordsSchema.nullable(),
    reason: textSchema(2_000),
    usage: usageSchema,
  }),
);
export type NotesArtifact = z.infer<typeof notesArtifactSchema>;

/** Artifact `release`: what would be released, as a job that may write nothing has computed it. */
export const releaseArtifactSchema = z.lazy(() =>
  z.strictObject({
    kind: z.literal("release"),
    runId: runIdSchema,
    /** Null: nothing would be, and `reason` says why. */
    release: releaseSchema.nullable(),
    reason: textSchema(500),
  }),
);
export type ReleaseArtifact = z.infer<typeof releaseArtifactSchema>;
