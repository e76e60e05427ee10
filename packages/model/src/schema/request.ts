import { z } from "zod";
import { dispatchIdSchema, ideaSchema } from "./command.ts";
import { nodeIdSchema, numberSchema, runIdSchema, shaSchema } from "./common.ts";
import { nodeModeSchema } from "./event.ts";

/** A workflow hands numbers on as text. */
const claim = z.union(
  [
    numberSchema,
    z
      .string()
      .regex(/^[1-9]\d{0,9}$/)
      .transform(Number),
  ],
  "a claim is a whole number from 1 on",
);

const common = { version: z.literal(1).default(1), dispatchId: dispatchIdSchema.optional() };
/** Without a claim the stage is asked for alone; with one it is the work of a turn. */
const onRun = { ...common, runId: runIdSchema, claim: claim.optional() };
const onNode = { ...onRun, nodeId: nodeIdSchema };
const onChange = { ...onNode, headSha: shaSchema.optional(), baseSha: shaSchema.optional() };
const flag = z.union([z.boolean(), z.enum(["true", "false"]).transform((text) => text === "true")]);

const both = (value: { headSha?: string | undefined; baseSha?: string | undefined }) =>
  (value.headSha === undefined) === (value.baseSha === undefined);
const BOTH = "headSha and baseSha name one change: give both or neither";

/** What asks for one stage by itself: the event type says which stage, the `client_payload` on what. */
export const requestSchemas = {
  "ai.spec.request": z.lazy(() =>
    z
      .strictObject({
        ...common,
        idea: ideaSchema.optional(),
        runId: runIdSchema.optional(),
        claim: claim.optional(),
      })
      .refine(
        (value) => (value.idea !== undefined) !== (value.runId !== undefined && value.claim !== undefined),
        "give either an idea, for a draft alone, or runId and claim, for the work of a turn",
      ),
  ),
  "ai.plan.request": z.lazy(() => z.strictObject(onRun)),
  "issues.sync.request": z.lazy(() => z.strictObject(onRun)),
  "agent.execute.request": z.lazy(() => z.strictObject(onNode)),
  "agent.review.request": z.lazy(() => z.strictObject(onChange).refine(both, BOTH)),
  "qa.run.request": z.lazy(() => z.strictObject(onChange).refine(both, BOTH)),
  "sec.scan.request": z.lazy(() => z.strictObject(onChange).refine(both, BOTH)),
  "branch.manage.request": z.lazy(() => z.strictObject(onNode)),
  "merge.gate.request": z.lazy(() => z.strictObject(onNode)),
  "qa.defect.file.request": z.lazy(() => z.strictObject(onNode)),
  "node.integrate.request": z.lazy(() =>
    z.strictObject({ ...onNode, mode: nodeModeSchema.optional(), review: flag.optional() }),
  ),
  "node.run.request": z.lazy(() =>
    z.strictObject({
      ...onNode,
      mode: nodeModeSchema.optional(),
      mergeGroup: z.string().max(300).optional(),
      review: flag.optional(),
    }),
  ),
  "release.notes.request": z.lazy(() =>
    // With a claim: who words the notes. Alone the policy says it.
    z.strictObject({ ...onRun, notes: z.enum(["trace", "agent"]).optional() }),
  ),
  "audit.emit.request": z.lazy(() => z.strictObject({ ...common, runId: runIdSchema })),
} as const;

export type RequestType = keyof typeof requestSchemas;
export const REQUEST_TYPES = Object.keys(requestSchemas) as readonly RequestType[];

/** Any of them, by its fields alone: what is published for clients. */
export const requestSchema = z.lazy(() => z.union(Object.values(requestSchemas)));
