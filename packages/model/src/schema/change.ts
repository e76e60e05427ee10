import { z } from "zod";
import { lineSchema, nodeIdSchema, shaSchema, textSchema, usageSchema } from "./common.ts";

const path = z.string().min(1).max(1_024);

/** One file of a change, relative to the commit that the agent started from. */
export const changedFileSchema = z.lazy(() =>
  z.discriminatedUnion("status", [
    z.strictObject({
      status: z.literal("written"),
      path,
      mode: z.enum(["100644", "100755"]),
      encoding: z.enum(["utf-8", "base64"]),
      content: z.string(),
    }),
    z.strictObject({ status: z.literal("deleted"), path }),
  ]),
);
export type ChangedFile = z.infer<typeof changedFileSchema>;

/** Artifact `change`: everything a paid execution produced, finished or not. */
export const changeArtifactSchema = z.lazy(() =>
  z.strictObject({
    kind: z.literal("change"),
    runId: z.string(),
    nodeId: nodeIdSchema,
    attempt: z.number().int().min(1),
    /** `finished`: the agent submitted. `unfinished`: it was stopped, `reason` says by what. */
    outcome: z.enum(["finished", "unfinished"]),
    reason: textSchema(2_000),
    /** Unfinished because the run was paused or cancelled: to be gone on with, not to be begun anew. */
    interrupted: z.literal(true).optional(),
    /** Commit that the agent's checkout had. */
    startSha: shaSchema,
    files: z.array(changedFileSchema),
    title: lineSchema(120),
    summary: textSchema(20_000),
    usage: usageSchema,
  }),
);
export type ChangeArtifact = z.infer<typeof changeArtifactSchema>;
