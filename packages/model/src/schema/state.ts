import { z } from "zod";
import { agentsSchema, makingSchema } from "./agent.ts";
import {
  type nodeIdSchema,
  nodeStatusSchema,
  runIdSchema,
  runStageSchema,
  timeSchema,
  usageSchema,
} from "./common.ts";
import { issueRefSchema, leaseSchema, nodeModeSchema, riskSchema } from "./event.ts";
import { evidenceSchema, subjectSchema } from "./evidence.ts";
import { planNodeSchema } from "./plan.ts";
import { policySchema } from "./policy.ts";
import { releaseSchema } from "./release.ts";
import { specDetailsSchema, specSchema } from "./spec.ts";
import { verdictSchema } from "./verdict.ts";

const text = z.string();
const textOrNull = text.nullable();
const integer = z.number().int();
const leaseOrNull = leaseSchema.nullable();

export const holdSchema = z.lazy(() =>
  z.strictObject({
    kind: z.enum(["issueClosed", "pullClosed"]),
    by: text,
    at: timeSchema,
    reason: text,
  }),
);
export type Hold = z.infer<typeof holdSchema>;

/** A claim that broke off. What its workflow run has handed over is paid for: the next claim looks for it first. */
export const leftSchema = z.lazy(() =>
  z.strictObject({
    workflowRunId: integer,
    claim: integer,
    /** Whether what its agent has cost is on the account already. */
    accounted: z.boolean(),
  }),
);
export type Left = z.infer<typeof leftSchema>;
const leftList = z.array(leftSchema);

export const nodeStateSchema = z.lazy(() =>
  z.strictObject({
    plan: planNodeSchema,
    status: nodeStatusSchema,
    /** What the next claim does. */
    next: nodeModeSchema,
    claims: integer,
    failures: integer,
    lease: leaseOrNull,
    issue: issueRefSchema.nullable(),
    branch: textOrNull,
    pull: integer.nullable(),
    subject: subjectSchema.nullable(),
    evidence: z.array(evidenceSchema),
    verdict: verdictSchema.nullable(),
    approval: z.strictObject({ headSha: text, by: text, role: text }).nullable(),
    /** Why the last attempt did not get through; told to the next one. */
    trouble: textOrNull,
    /** Claims that broke off since something was last made of one, newest last. */
    left: leftList,
    mergeSha: textOrNull,
    fingerprint: textOrNull,
    summary: textOrNull,
    /** How the change that is published was made; left out where no agent made it. */
    made: makingSchema.optional(),
    usage: usageSchema,
    startedAt: timeSchema.nullable(),
    finishedAt: timeSchema.nullable(),
    /** A person set the node aside: nothing claims it until a person takes that back. */
    hold: holdSchema.nullable(),
    /** When a person last asked for the node again: what was closed before that holds it no more. */
    resumedAt: timeSchema.nullable(),
    risk: riskSchema.nullable(),
    /** Labels that people gave to the issue or took from it; a redrawn view keeps to that. */
    labels: z.strictObject({ added: z.array(text), removed: z.array(text) }),
  }),
);
export type NodeState = z.infer<typeof nodeStateSchema>;

export const stageStateSchema = z.lazy(() =>
  z.strictObject({
    status: z.enum(["open", "done", "failed"]),
    claims: integer,
    failures: integer,
    lease: leaseOrNull,
    trouble: textOrNull,
    /** As of a node. */
    left: leftList,
    usage: usageSchema,
    /** Who was asked for what it came to. */
    agents: agentsSchema.optional(),
  }),
);
export type StageState = z.infer<typeof stageStateSchema>;

/** The fold of a run's events: everything that a decision may depend on. */
export const stateSchema = z.lazy(() =>
  z.strictObject({
    version: z.literal(1),
    runId: runIdSchema,
    seq: integer,
    startedAt: timeSchema,
    updatedAt: timeSchema,
    idea: text,
    requestedBy: text,
    repository: text,
    integrationBranch: text,
    policy: policySchema,
    backendUrl: textOrNull,
    control: z.enum(["RUN", "PAUSED", "CANCELLED"]),
    failure: textOrNull,
    completed: z.boolean(),
    dispatchIds: z.array(text),
    spec: specSchema.nullable(),
    specHash: textOrNull,
    specDetails: specDetailsSchema.nullable(),
    /** What a person was asked, and answered: told to the next draft. */
    questions: z.strictObject({
      issue: issueRefSchema.nullable(),
      closed: z.boolean(),
      answered: z.array(z.strictObject({ question: text, answer: text, by: text })),
    }),
    stages: z.record(runStageSchema, stageStateSchema),
    /** In plan order, defects appended. */
    nodes: z.array(nodeStateSchema),
    release: releaseSchema.nullable(),
    releaseNote: textOrNull,
    usage: usageSchema,
    /** The run ends when its issues are drafted: nothing is built. */
    dryRun: z.boolean(),
    /** How often the budget was granted again by a person. */
    budgetGrants: integer,
    /** Until when people's doings on GitHub have been taken in. */
    observedAt: timeSchema.nullable(),
    /** Until when GitHub's request limit leaves no room, as far as it was met. */
    limitedUntil: timeSchema.nullable(),
    /** Id of the comment that shows the run; left out until a turn has found it on the root issue. */
    statusComment: integer.optional(),
    /** What was noticed and repaired lately, newest last. */
    notes: z.array(z.strictObject({ at: timeSchema, text })),
  }),
);
export type RunState = z.infer<typeof stateSchema>;
export type NodeId = z.infer<typeof nodeIdSchema>;
