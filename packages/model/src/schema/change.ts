import { z } from "zod";
import { agentNameSchema, endingSchema, executorSchema, proposedCommitSchema } from "./agent.ts";
import { changedFileSchema } from "./changed-file.ts";
import { lineSchema, nodeIdSchema, shaSchema, textSchema, usageSchema } from "./common.ts";

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
    /** What is to be put to the run's account with this change. */
    usage: usageSchema,
    /** What it took to make, where that is on the account already: an earlier claim made it and broke off. */
    cost: usageSchema.optional(),
    /** Who made it and with what; what ended the work. Left out where a change was made by hand. */
    agent: agentNameSchema.optional(),
    executor: executorSchema.optional(),
    ending: endingSchema.optional(),
    /** Commits to make of it, each path in one of them; left out: one commit. */
    commits: z.array(proposedCommitSchema).max(20).optional(),
    /** What people have to know about how it was done, one sentence each. */
    notes: z.array(z.string().min(1).max(2_000)).max(50).optional(),
  }),
);
export type ChangeArtifact = z.infer<typeof changeArtifactSchema>;
