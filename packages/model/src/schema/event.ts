import { z } from "zod";
import { agentsSchema, makingSchema } from "./agent.ts";
import {
  lineSchema,
  nodeIdSchema,
  numberSchema,
  runIdSchema,
  runStageSchema,
  shaSchema,
  textSchema,
  timeSchema,
  usageSchema,
} from "./common.ts";
import { evidenceSchema, riskLevelSchema, subjectSchema } from "./evidence.ts";
import { planNodeSchema, planSchema } from "./plan.ts";
import { policySchema, riskActionSchema } from "./policy.ts";
import { releaseSchema } from "./release.ts";
import { specDetailsSchema, specSchema } from "./spec.ts";
import { verdictSchema } from "./verdict.ts";

/** The workflow run (and its attempt) that holds a piece of work, and until when it may. */
export const leaseSchema = z.lazy(() =>
  z.strictObject({
    workflowRunId: numberSchema,
    runAttempt: numberSchema,
    expiresAt: timeSchema,
    /** Counts every claim of this node or stage, so that a late result of an older claim is told apart. */
    claim: numberSchema,
  }),
);
export type Lease = z.infer<typeof leaseSchema>;

/**
 * What a claim does: an agent makes the change; or the change that is there is brought up to date and checked; or the
 * evidence that is there is judged again, because what it waited for has come.
 */
export const nodeModeSchema = z.enum(["execute", "verify", "gate"]);
export type NodeMode = z.infer<typeof nodeModeSchema>;

/** How risky a node's change is, and what the policy makes of that. */
export const riskSchema = z.lazy(() =>
  z.strictObject({ level: riskLevelSchema, action: riskActionSchema, reasons: z.array(z.string()) }),
);
export type Risk = z.infer<typeof riskSchema>;

export const issueRefSchema = z.lazy(() =>
  z.strictObject({
    number: numberSchema,
    id: numberSchema,
  }),
);
export type IssueRef = z.infer<typeof issueRefSchema>;

const claim = numberSchema;
const text = z.string();
const reason = textSchema(2_000);
/** Who was asked for it; left out where nobody was. */
const agents = { agents: agentsSchema.optional() };
const byDispatch = { dispatchId: z.string().nullable() };
const onNode = { nodeId: nodeIdSchema, claim };

/**
 * Nothing has been made yet of what the claim's workflow run has handed over, finished or not: the next claim goes on
 * from that.
 */
const brokeOff = { brokeOff: z.literal(true).optional() };

const seen = { nodeId: nodeIdSchema, by: lineSchema(100) };

/** What people did on GitHub, taken in as it is. */
const seenEvents = [
  z.strictObject({ type: z.literal("issue.closed"), ...seen, at: timeSchema }),
  z.strictObject({ type: z.literal("issue.reopened"), ...seen }),
  z.strictObject({ type: z.literal("issue.retitled"), ...seen, title: lineSchema(120) }),
  z.strictObject({
    type: z.literal("issue.relabelled"),
    ...seen,
    added: z.array(text).max(100),
    removed: z.array(text).max(100),
  }),
  /** `parentId` null: it was taken out of the tree. What the tree's rules do not allow is noted and not followed. */
  z.strictObject({ type: z.literal("issue.moved"), ...seen, parentId: nodeIdSchema.nullable() }),
  z.strictObject({ type: z.literal("pull.closed"), ...seen, pull: numberSchema, at: timeSchema }),
  z.strictObject({ type: z.literal("pull.reopened"), ...seen, pull: numberSchema }),
  z.strictObject({ type: z.literal("pull.merged"), ...seen, pull: numberSchema, mergeSha: shaSchema }),
  z.strictObject({
    type: z.literal("branch.moved"),
    ...seen,
    headSha: shaSchema,
    /** What was there before is not part of what is there now. */
    forced: z.boolean(),
  }),
  /** It was made again at this commit; null when that commit is gone. */
  z.strictObject({ type: z.literal("branch.lost"), ...seen, restoredAt: shaSchema.nullable() }),
] as const;

/** Everything that can happen to a run. The ledger holds nothing else. */
export const eventSchema = z.lazy(() =>
  z.discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("run.started"),
      runId: runIdSchema,
      ...byDispatch,
      idea: text,
      requestedBy: text,
      repository: text,
      integrationBranch: text,
      policy: policySchema,
      backendUrl: z.string().nullable(),
      dryRun: z.literal(true).optional(),
    }),
    z.strictObject({ type: z.literal("run.paused"), ...byDispatch }),
    z.strictObject({ type: z.literal("run.resumed"), ...byDispatch }),
    z.strictObject({ type: z.literal("run.cancelled"), ...byDispatch }),
    z.strictObject({ type: z.literal("run.retried"), ...byDispatch, nodeId: nodeIdSchema.nullable() }),
    z.strictObject({ type: z.literal("run.failed"), reason }),
    z.strictObject({ type: z.literal("run.completed") }),
    /** Something that people should know of was noticed or repaired. */
    z.strictObject({ type: z.literal("run.noted"), text: reason }),
    /** People's doings on GitHub were looked at; those that matter follow as events of their own. */
    z.strictObject({ type: z.literal("run.observed") }),
    /** The comment that shows the run was found where people look for it: the next turns need not look for it. */
    z.strictObject({ type: z.literal("run.shown"), comment: z.number().int().positive() }),
    /** GitHub's request limit is used up: work that is begun before then would only be refused. */
    z.strictObject({ type: z.literal("run.limited"), until: timeSchema }),

    z.strictObject({ type: z.literal("stage.claimed"), stage: runStageSchema, lease: leaseSchema }),
    z.strictObject({
      type: z.literal("stage.failed"),
      stage: runStageSchema,
      claim,
      reason,
      /** Trying again cannot help: the reason lies in the set-up, or the bounded tries were already made. */
      final: z.literal(true).optional(),
      usage: usageSchema.optional(),
      ...brokeOff,
    }),
    z.strictObject({
      type: z.literal("stage.released"),
      stage: runStageSchema,
      claim,
      reason,
      ...brokeOff,
    }),
    z.strictObject({
      type: z.literal("spec.recorded"),
      claim,
      spec: specSchema,
      details: specDetailsSchema.optional(),
      usage: usageSchema,
      ...agents,
    }),
    /** The issue on which a person is asked what the specification leaves open. */
    z.strictObject({
      type: z.literal("spec.asked"),
      issue: issueRefSchema,
      /** The answers are written on it, and it is closed. */
      closed: z.literal(true).optional(),
    }),
    /** Answers in the order of the questions; null takes what was recommended. */
    z.strictObject({
      type: z.literal("spec.answered"),
      ...byDispatch,
      answers: z.array(textSchema(2_000).nullable()).max(3),
    }),
    z.strictObject({
      type: z.literal("plan.recorded"),
      claim,
      plan: planSchema,
      usage: usageSchema,
      ...agents,
    }),
    z.strictObject({
      type: z.literal("issues.synced"),
      claim,
      issues: z.array(z.strictObject({ nodeId: nodeIdSchema, issue: issueRefSchema })),
    }),
    z.strictObject({
      type: z.literal("release.recorded"),
      claim,
      release: releaseSchema.nullable(),
      reason: textSchema(500),
      /** What the words of an agent have cost, used or not. */
      usage: usageSchema.optional(),
      ...agents,
    }),

    z.strictObject({
      type: z.literal("node.claimed"),
      nodeId: nodeIdSchema,
      mode: nodeModeSchema,
      lease: leaseSchema,
    }),
    z.strictObject({
      type: z.literal("node.published"),
      ...onNode,
      branch: text,
      pull: numberSchema,
      subject: subjectSchema,
      summary: text,
      usage: usageSchema,
      made: makingSchema.optional(),
    }),
    z.strictObject({
      type: z.literal("node.conflicted"),
      ...onNode,
      baseSha: shaSchema,
      files: z.array(text).min(1),
      usage: usageSchema,
    }),
    z.strictObject({
      type: z.literal("node.judged"),
      ...onNode,
      evidence: z.array(evidenceSchema),
      verdict: verdictSchema,
      risk: riskSchema.optional(),
      /** What checks have cost that broke off: no evidence tells it. */
      usage: usageSchema.optional(),
    }),
    z.strictObject({
      type: z.literal("node.merged"),
      ...onNode,
      /** Null when there was nothing to merge. */
      pull: numberSchema.nullable(),
      mergeSha: shaSchema,
    }),
    z.strictObject({
      type: z.literal("node.released"),
      ...onNode,
      reason,
      /** Head or base moved: what was judged is void. */
      stale: z.literal(true).optional(),
      /** The branch that keeps unfinished work: the next claim goes on from there. */
      branch: text.optional(),
      /** What unfinished work has cost; of evidence that is kept, too. */
      usage: usageSchema.optional(),
      /** What was found before the work was interrupted: paid for, and not to be found again for the same change. */
      evidence: z.array(evidenceSchema).optional(),
      ...brokeOff,
    }),
    z.strictObject({
      type: z.literal("node.failed"),
      ...onNode,
      reason,
      usage: usageSchema,
      ...brokeOff,
    }),
    z.strictObject({ type: z.literal("node.blocked"), nodeId: nodeIdSchema, reason }),
    z.strictObject({
      type: z.literal("node.approved"),
      ...byDispatch,
      nodeId: nodeIdSchema,
      headSha: shaSchema,
      role: text,
    }),
    z.strictObject({
      type: z.literal("defect.filed"),
      parentId: nodeIdSchema,
      claim,
      node: planNodeSchema,
      fingerprint: text,
      issue: issueRefSchema,
    }),
    ...seenEvents,
  ]),
);
export type LedgerEvent = z.infer<typeof eventSchema>;

/** An event as the ledger keeps it: numbered from 1 without gaps, dated, with the login that caused it. */
export const eventRecordSchema = z.lazy(() =>
  z.strictObject({
    seq: numberSchema,
    at: timeSchema,
    by: lineSchema(100),
    event: eventSchema,
  }),
);
export type EventRecord = z.infer<typeof eventRecordSchema>;
