import { z } from "zod";
import { agentsSchema } from "./agent.ts";
import { CHANGE_TYPES, lineSchema, nodeIdSchema, nodeKindSchema, textSchema, usageSchema } from "./common.ts";
import { acceptanceIdSchema, requirementIdSchema } from "./spec.ts";

/** One item of the plan as planned; what has become of it is in the run state. */
export const planNodeSchema = z.lazy(() =>
  z.strictObject({
    id: nodeIdSchema,
    kind: nodeKindSchema,
    title: lineSchema(120),
    objective: textSchema(4_000),
    /** Null for the one root. */
    parent: nodeIdSchema.nullable(),
    /** Siblings run in this order; siblings with the same value may run side by side. */
    orderIndex: z.number().int().min(0).max(10_000),
    /** Nodes anywhere in the tree that must be DONE first. */
    dependsOn: z.array(nodeIdSchema).max(50),
    requirements: z.array(requirementIdSchema).max(50),
    acceptance: z.array(z.union([acceptanceIdSchema, textSchema(500)])).max(50),
    size: z.enum(["S", "M", "L"]),
    /** Conventional-commit type of the change; decides the version. */
    changeType: z.enum(CHANGE_TYPES),
    scope: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._/-]{0,30}$/)
      .nullable(),
    breaking: z.boolean(),
  }),
);
export type PlanNode = z.infer<typeof planNodeSchema>;

export const planSchema = z.lazy(() => z.strictObject({ nodes: z.array(planNodeSchema).min(1).max(300) }));
export type Plan = z.infer<typeof planSchema>;

export const planArtifactSchema = z.lazy(() =>
  z.strictObject({
    kind: z.literal("plan"),
    runId: z.string(),
    specHash: z.string(),
    plan: planSchema,
    usage: usageSchema,
    agents: agentsSchema.optional(),
  }),
);
export type PlanArtifact = z.infer<typeof planArtifactSchema>;
