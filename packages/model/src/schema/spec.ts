import { z } from "zod";
import { agentsSchema } from "./agent.ts";
import { lineSchema, textSchema, usageSchema } from "./common.ts";
import { riskLevelSchema } from "./evidence.ts";

export const requirementIdSchema = z.string().regex(/^FR-\d{3}$/, "a requirement id looks like FR-001");
export const criterionIdSchema = z.string().regex(/^SC-\d{3}$/, "a success criterion id looks like SC-001");
export const acceptanceIdSchema = z.string().regex(/^AC-\d{3}$/, "an acceptance id looks like AC-001");

const sentence = textSchema(500);
const statement = textSchema(1_000);

/** What a spec writer hands over. Ids are stable for the life of the run. */
export const specSchema = z.lazy(() =>
  z
    .strictObject({
      title: lineSchema(120),
      summary: textSchema(4_000),
      requirements: z
        .array(z.strictObject({ id: requirementIdSchema, text: statement }))
        .min(1)
        .max(100),
      successCriteria: z.array(z.strictObject({ id: criterionIdSchema, text: statement })).max(50),
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
      assumptions: z.array(sentence).max(30),
      outOfScope: z.array(sentence).max(30),
      openQuestions: z.array(z.strictObject({ question: sentence, recommended: sentence })).max(3),
      /** What the writer makes of the risk of the whole; it can deepen what is written down, never spare it. */
      risk: z.strictObject({ level: riskLevelSchema, reason: sentence }).optional(),
    })
    .superRefine((spec, context) => {
      const known = new Set(spec.requirements.map((requirement) => requirement.id));
      for (const [name, ids] of [
        ["requirements", spec.requirements.map((item) => item.id)],
        ["successCriteria", spec.successCriteria.map((item) => item.id)],
        ["acceptance", spec.acceptance.map((item) => item.id)],
      ] as const) {
        for (const id of ids.filter((id, index) => ids.indexOf(id) !== index)) {
          context.addIssue({ code: "custom", path: [name], message: `${id} is used twice` });
        }
      }
      spec.acceptance.forEach((item, index) => {
        if (!known.has(item.requirement)) {
          context.addIssue({
            code: "custom",
            path: ["acceptance", index, "requirement"],
            message: `${item.requirement} is not a requirement of this spec`,
          });
        }
      });
    }),
);
export type Spec = z.infer<typeof specSchema>;

const prose = textSchema(12_000);

/** What a deep specification says beside its requirements: Markdown paragraphs, each for its own document. */
export const specDetailsSchema = z.lazy(() =>
  z.strictObject({
    principles: z.array(sentence).min(1).max(20),
    design: prose,
    engineering: prose,
    goToMarket: prose,
  }),
);
export type SpecDetails = z.infer<typeof specDetailsSchema>;

/** Artifact `spec`: from the job that asked the model to the job that records it. */
export const specArtifactSchema = z.lazy(() =>
  z.strictObject({
    kind: z.literal("spec"),
    runId: z.string(),
    spec: specSchema,
    details: specDetailsSchema.optional(),
    usage: usageSchema,
    agents: agentsSchema.optional(),
  }),
);
export type SpecArtifact = z.infer<typeof specArtifactSchema>;
