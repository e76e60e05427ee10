/** What an agent is given and what it gives back: the same for every executor (docs/executors.md). */
import { z } from "zod";
import { changedFileSchema } from "./changed-file.ts";
import {
  CHANGE_TYPES,
  countSchema,
  lineSchema,
  nodeIdSchema,
  runIdSchema,
  shaSchema,
  stageSchema,
  textSchema,
  usageSchema,
} from "./common.ts";

export const EXECUTORS = ["builtin", "command", "http"] as const;
export const executorSchema = z.enum(EXECUTORS);
export type ExecutorName = z.infer<typeof executorSchema>;

/** How hard a model is to think. Providers that know fewer levels take the nearest. */
export const EFFORTS = ["low", "medium", "high", "max"] as const;
export const effortSchema = z.enum(EFFORTS);
export type Effort = z.infer<typeof effortSchema>;

export const agentNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,40}$/, "an agent's name is lower-case words joined by hyphens");

/** The agents that had a part in a piece of work, in the order in which they were asked. */
export const agentsSchema = z.array(agentNameSchema).min(1).max(12);

/** A document that goes to an agent or comes from it beside the change: a failed check's output, a trajectory. */
export const agentDocumentSchema = z.lazy(() =>
  z.strictObject({
    name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, "a document's name is one plain file name"),
    mediaType: z.string().min(1).max(100),
    text: z.string(),
  }),
);
export type AgentDocument = z.infer<typeof agentDocumentSchema>;

/** Material for the work, already marked as data with its provenance. */
export const contextPackSchema = z.lazy(() =>
  z.strictObject({
    name: z.string().min(1).max(100),
    text: z.string(),
    /** Estimated tokens of `text`. */
    tokens: countSchema,
    /** What did not fit, in one sentence; null when all of it did. */
    cut: z.string().nullable(),
  }),
);
export type ContextPack = z.infer<typeof contextPackSchema>;

const criterion = z.lazy(() => z.strictObject({ id: z.string().min(1), text: z.string().min(1) }));

/** One JSON in. */
export const agentTaskSchema = z.lazy(() =>
  z.strictObject({
    kind: z.literal("agent-task"),
    version: z.literal(1),
    runId: runIdSchema,
    stage: stageSchema,
    /** Number of the claim, from 1. */
    attempt: z.number().int().min(1),
    node: z.strictObject({ id: nodeIdSchema, title: z.string().min(1) }).nullable(),
    agent: z.strictObject({
      name: agentNameSchema,
      role: z.string(),
      goals: z.array(z.string()),
      tools: z.array(z.string()),
      constraints: z.array(z.string()),
      guardrails: z.array(z.string()),
      onboarding: z.string(),
    }),
    /** `owner/name` */
    repository: z.string().min(1),
    branch: z.string().min(1),
    startSha: shaSchema,
    issue: z.strictObject({ number: z.number().int().min(1), url: z.url() }).nullable(),
    objective: z.string().min(1),
    requirements: z.array(criterion),
    acceptance: z.array(criterion),
    contextPacks: z.array(contextPackSchema),
    constraints: z.strictObject({
      protectedPaths: z.array(z.string()),
      /** In one change. */
      files: z.number().int().min(1),
      bytes: z.number().int().min(1),
      /** Model turns, wall time, wall time of one command. */
      steps: z.number().int().min(1),
      seconds: z.number().min(1),
      commandSeconds: z.number().min(1),
      /** Input and output tokens of all calls, and their price in US dollars; null: no limit. */
      tokens: z.number().int().min(1).nullable(),
      dollars: z.number().positive().nullable(),
      /** Run before the work counts as finished, in this order. */
      commands: z.array(z.string().min(1)),
      /** Whether files that are no text, and scripts that are newly executable, may be part of the change; unsaid: they may. */
      binaries: z.boolean().optional(),
      executables: z.boolean().optional(),
    }),
    artifactsIn: z.array(agentDocumentSchema),
  }),
);
export type AgentTask = z.infer<typeof agentTaskSchema>;

/** What can end the work of an agent. Whichever it is, what was done is saved and can be gone on from. */
export const ENDINGS = [
  "submitted",
  "interrupted",
  "steps",
  "time",
  "tokens",
  "dollars",
  "stuck",
  "format-errors",
  "refusal",
  "context-exceeded",
  "overloaded",
  "rate-limited",
  "connection",
  "timeout",
  "authentication",
  "invalid-request",
  "unexpected-stop",
  "executor-failed",
] as const;
export const endingSchema = z.enum(ENDINGS);
export type Ending = z.infer<typeof endingSchema>;

/** A commit that the agent proposes; the paths are of its change, and each path belongs to one commit. */
export const proposedCommitSchema = z.lazy(() =>
  z.strictObject({
    type: z.enum(CHANGE_TYPES),
    scope: lineSchema(40).nullable(),
    subject: lineSchema(100),
    body: z.string().max(10_000),
    paths: z.array(z.string().min(1)).min(1),
  }),
);
export type ProposedCommit = z.infer<typeof proposedCommitSchema>;

/** One JSON out. */
export const agentResultSchema = z.lazy(() =>
  z.strictObject({
    kind: z.literal("agent-result"),
    version: z.literal(1),
    runId: runIdSchema,
    nodeId: nodeIdSchema.nullable(),
    agent: agentNameSchema,
    executor: executorSchema,
    outcome: z.enum(["finished", "unfinished"]),
    ending: endingSchema,
    /** One sentence for the person who reads why it ended. */
    reason: textSchema(2_000),
    startSha: shaSchema,
    title: lineSchema(120),
    summary: textSchema(20_000),
    changes: z.array(changedFileSchema),
    /** What was changed and cannot be part of the change, by name. */
    refused: z.array(z.strictObject({ path: z.string(), reason: z.string().min(1) })),
    commits: z.array(proposedCommitSchema).max(20),
    notes: z.array(z.string().min(1).max(2_000)).max(50),
    artifactsOut: z.array(agentDocumentSchema),
    usage: usageSchema,
  }),
);
export type AgentResult = z.infer<typeof agentResultSchema>;

/** How a published change was made: what its views tell of that. */
export const makingSchema = z.lazy(() =>
  z.strictObject({
    agent: agentNameSchema,
    executor: executorSchema,
    ending: endingSchema.nullable(),
    /** What people have to know about how it was done; no more than they read. */
    notes: z.array(z.string().min(1).max(500)).max(12),
    /** Of the work that was published, without that of earlier attempts. */
    usage: usageSchema,
  }),
);
export type Making = z.infer<typeof makingSchema>;
