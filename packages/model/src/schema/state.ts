import { z } from "zod";
import {
  type nodeIdSchema,
  nodeStatusSchema,
  runIdSchema,
  runStageSchema,
  timeSchema,
  usageSchema,
} from "./common.ts";
import { issueRefSchema, leaseSchema, nodeModeSchema } from "./event.ts";
import { evidenceSchema, subjectSchema } from "./evidence.ts";
import { planNodeSchema } from "./plan.ts";
import { policySchema } from "./policy.ts";
import { releaseSchema } from "./release.ts";
import { specSchema } from "./spec.ts";
import { verdictSchema } from "./verdict.ts";

export const nodeStateSchema = z.strictObject({
  plan: planNodeSchema,
  status: nodeStatusSchema,
  /** What the next claim does. */
  next: nodeModeSchema,
  claims: z.number().int(),
  failures: z.number().int(),
  lease: leaseSchema.nullable(),
  issue: issueRefSchema.nullable(),
  branch: z.string().nullable(),
  pull: z.number().int().nullable(),
  subject: subjectSchema.nullable(),
  evidence: z.array(evidenceSchema),
  verdict: verdictSchema.nullable(),
  approval: z.strictObject({ headSha: z.string(), by: z.string(), role: z.string() }).nullable(),
  /** Why the last attempt did not get through; told to the next one. */
  trouble: z.string().nullable(),
  mergeSha: z.string().nullable(),
  fingerprint: z.string().nullable(),
  summary: z.string().nullable(),
  usage: usageSchema,
  startedAt: timeSchema.nullable(),
  finishedAt: timeSchema.nullable(),
});
export type NodeState = z.infer<typeof nodeStateSchema>;

export const stageStateSchema = z.strictObject({
  status: z.enum(["open", "done", "failed"]),
  claims: z.number().int(),
  failures: z.number().int(),
  lease: leaseSchema.nullable(),
  trouble: z.string().nullable(),
  usage: usageSchema,
});
export type StageState = z.infer<typeof stageStateSchema>;

/** The fold of a run's events: everything that a decision may depend on. */
export const stateSchema = z.strictObject({
  version: z.literal(1),
  runId: runIdSchema,
  seq: z.number().int(),
  startedAt: timeSchema,
  updatedAt: timeSchema,
  idea: z.string(),
  requestedBy: z.string(),
  repository: z.string(),
  integrationBranch: z.string(),
  policy: policySchema,
  backendUrl: z.string().nullable(),
  control: z.enum(["RUN", "PAUSED", "CANCELLED"]),
  failure: z.string().nullable(),
  completed: z.boolean(),
  dispatchIds: z.array(z.string()),
  spec: specSchema.nullable(),
  specHash: z.string().nullable(),
  stages: z.record(runStageSchema, stageStateSchema),
  /** In plan order, defects appended. */
  nodes: z.array(nodeStateSchema),
  release: releaseSchema.nullable(),
  releaseNote: z.string().nullable(),
  usage: usageSchema,
});
export type RunState = z.infer<typeof stateSchema>;
export type NodeId = z.infer<typeof nodeIdSchema>;
