import { z } from "zod";
import { shaSchema, textSchema } from "./common.ts";

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
