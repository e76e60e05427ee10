import { z } from "zod";
import { nodeIdSchema, runIdSchema, textSchema } from "./common.ts";
import { IDEA_MAX } from "./policy.ts";

/** Platform limits of `client_payload` and `event_type` (GitHub REST API, "Create a repository dispatch event"). */
export const PAYLOAD_MAX_PROPERTIES = 10;
export const PAYLOAD_MAX_CHARACTERS = 65_535;

/** UUID version 7 (RFC 9562): carries the time of its making, so ids sort and can be dated. */
export const dispatchIdSchema = z.lazy(() =>
  z.uuidv7("dispatchId must be a UUID of version 7").toLowerCase(),
);

const EMPTY_IDEA = "the idea is empty: say in a sentence or more what should change";
/** A letter, a figure or a mark that is seen. Fillers and the empty braille pattern count as letters and signs elsewhere. */
const VISIBLE = /(?![\p{DI}\u2800])[\p{L}\p{N}\p{P}\p{S}]/u;

export const ideaSchema = z.lazy(() =>
  z
    .string()
    .trim()
    .min(1, EMPTY_IDEA)
    .refine((text) => VISIBLE.test(text), EMPTY_IDEA)
    .max(
      IDEA_MAX,
      `the idea is longer than ${IDEA_MAX} characters: shorten it, or commit the long text and refer to it`,
    ),
);

const common = { version: z.literal(1).default(1), dispatchId: dispatchIdSchema.optional() };
const onRun = { ...common, runId: runIdSchema };

/** What a person or client asks; the event type is `orchestrator.<command>`. */
export const commandSchema = z.lazy(() =>
  z.discriminatedUnion("command", [
    z.strictObject({
      ...common,
      command: z.literal("start"),
      idea: ideaSchema,
      backendUrl: z.url({ protocol: /^https?$/ }).optional(),
      /** Spec, plan and one issue that shows them; nothing else is written. */
      dryRun: z.boolean().optional(),
    }),
    z.strictObject({ ...onRun, command: z.literal("pause") }),
    z.strictObject({ ...onRun, command: z.literal("resume") }),
    z.strictObject({ ...onRun, command: z.literal("cancel") }),
    z.strictObject({ ...onRun, command: z.literal("retry"), nodeId: nodeIdSchema.optional() }),
    z.strictObject({ ...onRun, command: z.literal("advance"), nodeId: nodeIdSchema.optional() }),
    z.strictObject({
      ...onRun,
      command: z.literal("answer"),
      /** In the order of the questions; null, and what is left out, takes the recommended answer. */
      answers: z
        .array(textSchema(2_000).nullable())
        .max(3, "a specification asks at most three questions")
        .default([]),
    }),
    z.strictObject({
      ...onRun,
      command: z.literal("approve"),
      nodeId: nodeIdSchema,
      headSha: z.string().regex(/^[0-9a-f]{40}$/),
    }),
  ]),
);
export type Command = z.infer<typeof commandSchema>;
export type CommandName = Command["command"];
export const COMMANDS = [
  "start",
  "pause",
  "resume",
  "cancel",
  "retry",
  "advance",
  "answer",
  "approve",
] as const;
