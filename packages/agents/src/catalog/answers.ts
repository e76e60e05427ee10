/** The shapes in which agents answer that give no specification, plan or change: see `agents/<name>.md`, "The answer". */
import {
  acceptanceIdSchema,
  findingSchema,
  lineSchema,
  nodeIdSchema,
  type ReleaseWords,
  releaseWordsSchema,
  requirementIdSchema,
  riskLevelSchema,
  textSchema,
} from "@slipway/model";
import { z } from "zod";

const sentence = textSchema(500);
const reason = textSchema(1_000);
/** As a file of a change may be named; what a policy protects is checked where the file is written. */
const path = z.string().min(1).max(1_024);

/** roadmap-decomposer */
export const roadmapSchema = z.lazy(() =>
  z.strictObject({
    epic: z.strictObject({ id: nodeIdSchema, title: lineSchema(120), objective: textSchema(4_000) }),
    features: z
      .array(
        z.strictObject({
          id: nodeIdSchema,
          title: lineSchema(120),
          objective: textSchema(4_000),
          requirements: z.array(requirementIdSchema).min(1).max(50),
          orderIndex: z.number().int().min(0).max(10_000),
          dependsOn: z.array(nodeIdSchema).max(50),
        }),
      )
      .min(2)
      .max(30),
  }),
);
export type Roadmap = z.infer<typeof roadmapSchema>;

/** acceptance-criteria-author */
export const acceptanceAnswerSchema = z.lazy(() =>
  z.strictObject({
    acceptance: z
      .array(
        z.strictObject({
          id: acceptanceIdSchema,
          requirement: requirementIdSchema,
          given: sentence,
          when: sentence,
          outcome: sentence,
        }),
      )
      .min(1)
      .max(200),
    unclear: z.array(z.strictObject({ requirement: requirementIdSchema, why: sentence })).max(20),
  }),
);
export type AcceptanceAnswer = z.infer<typeof acceptanceAnswerSchema>;

/** qa-tester */
export const qaAnswerSchema = z.lazy(() =>
  z.strictObject({
    criteria: z
      .array(
        z.strictObject({
          /** As the contract words it: an id, or the text of a criterion without one. */
          id: z.string().trim().min(1).max(500),
          shown: z.enum(["test", "draft", "not"]),
          tests: z.array(z.strictObject({ path, name: lineSchema(300) })).max(20),
          reason,
        }),
      )
      .max(50),
    drafts: z.array(z.strictObject({ path, content: z.string().min(1).max(200_000) })).max(20),
  }),
);
export type QaAnswer = z.infer<typeof qaAnswerSchema>;

/** code-reviewer and security-auditor */
export const reviewAnswerSchema = z.lazy(() =>
  z.strictObject({
    verdict: z.enum(["pass", "fail"]),
    reason,
    findings: z.array(findingSchema).max(100),
    risk: z.strictObject({ level: riskLevelSchema, reason: sentence }).optional(),
  }),
);
export type ReviewAnswer = z.infer<typeof reviewAnswerSchema>;

/** release-manager */
export const releaseAnswerSchema = releaseWordsSchema;
export type ReleaseAnswer = ReleaseWords;
