import { z } from "zod";
import { agentsSchema } from "./agent.ts";
import {
  countSchema,
  hashSchema,
  lineSchema,
  nodeIdSchema,
  shaSchema,
  textSchema,
  timeSchema,
  usageSchema,
} from "./common.ts";

/** The exact change that a piece of evidence judged. The evidence is void when any of the three moves. */
export const subjectSchema = z.lazy(() =>
  z.strictObject({ specHash: hashSchema, baseSha: shaSchema, headSha: shaSchema }),
);
export type Subject = z.infer<typeof subjectSchema>;

export const findingSchema = z.lazy(() =>
  z.strictObject({
    severity: z.enum(["blocking", "minor"]),
    path: z.string().max(1_024).nullable(),
    line: z.number().int().min(1).nullable(),
    title: lineSchema(200),
    detail: textSchema(4_000),
  }),
);
export type Finding = z.infer<typeof findingSchema>;

export const commandResultSchema = z.lazy(() =>
  z.strictObject({
    name: z.enum(["action", "setup", "lint", "test", "coverage"]),
    command: z.string(),
    /** Null when the process was killed (timeout) or could not be started. */
    exitCode: z.number().int().nullable(),
    seconds: z.number().nonnegative(),
    /** Last part of what the command printed, already cut. */
    output: z.string().max(20_000),
  }),
);

const base = {
  nodeId: nodeIdSchema,
  subject: subjectSchema,
  verdict: z.enum(["pass", "fail"]),
  /** One sentence a person understands. */
  reason: textSchema(1_000),
  at: timeSchema,
};

/** A check that the rules of the target branch require, as it stands on the judged head. */
export const requiredCheckSchema = z.lazy(() =>
  z.strictObject({
    name: z.string(),
    /** `pending`: reported and not finished; `missing`: nothing has reported under this name. */
    state: z.enum(["missing", "pending", "pass", "fail"]),
    /** What the check says of itself. */
    title: z.string().max(500),
    summary: z.string().max(4_000),
    link: z.string().nullable(),
  }),
);
export type RequiredCheck = z.infer<typeof requiredCheckSchema>;

export const riskLevelSchema = z.enum(["low", "medium", "high"]);
export type RiskLevel = z.infer<typeof riskLevelSchema>;

/** The result of one check on one exact change. */
export const evidenceSchema = z.lazy(() =>
  z.discriminatedUnion("kind", [
    z.strictObject({
      ...base,
      kind: z.literal("qa"),
      commands: z.array(commandResultSchema),
      /** Line coverage in percent, when the policy asks for it. */
      coverage: z.number().min(0).max(100).nullable(),
    }),
    z.strictObject({
      ...base,
      kind: z.literal("review"),
      findings: z.array(findingSchema).max(100),
      /** What the reviewer makes of the risk; it can only raise the level. */
      risk: z.strictObject({ level: riskLevelSchema, reason: textSchema(500) }).optional(),
      usage: usageSchema,
      /** Everybody who read the change. */
      agents: agentsSchema.optional(),
    }),
    z.strictObject({ ...base, kind: z.literal("scan"), findings: z.array(findingSchema).max(100) }),
    /** What the target branch's own rules ask for, read by the gate itself. */
    z.strictObject({
      ...base,
      kind: z.literal("checks"),
      verdict: z.enum(["pending", "pass", "fail"]),
      checks: z.array(requiredCheckSchema).max(100),
      /** Approving reviews that the branch's rules ask for and those that are there. */
      approvals: z.strictObject({ wanted: countSchema, given: countSchema }),
      /** The pull request is a draft: only a person can make it ready. */
      draft: z.boolean(),
      /** What this change touches and how much, by which its risk is told. */
      paths: z.array(z.string()).max(3_000),
      lines: countSchema,
    }),
  ]),
);
export type Evidence = z.infer<typeof evidenceSchema>;
export type EvidenceKind = Evidence["kind"];

export const evidenceArtifactSchema = z.lazy(() =>
  z.strictObject({
    kind: z.literal("evidence"),
    runId: z.string(),
    evidence: evidenceSchema,
  }),
);
export type EvidenceArtifact = z.infer<typeof evidenceArtifactSchema>;
