import { z } from "zod";

/** Tokens as the scripted model reports them; estimated from the texts where a script says nothing. */
const usage = z.strictObject({ input: z.number().int().min(0), output: z.number().int().min(0) });
export type ScriptUsage = z.infer<typeof usage>;

const said = { say: z.string().min(1).optional() };
const path = z.string().min(1);

/** One turn of a scripted developer: a sentence and one tool call. */
const stepSchema = z.union([
  z.strictObject({ ...said, bash: z.string().min(1) }),
  z.strictObject({ ...said, view: path }),
  /** `create`: the file of that path in the folder beside the script that has its name. */
  z.strictObject({ ...said, create: path }),
  z.strictObject({ ...said, edit: path, old: z.string().min(1), new: z.string() }),
  z.strictObject({
    ...said,
    submit: z.strictObject({ title: z.string().min(1), summary: z.string().min(1) }),
  }),
]);
export type Step = z.infer<typeof stepSchema>;

const steps = z
  .array(stepSchema)
  .min(1)
  .refine((list) => "submit" in (list.at(-1) ?? {}), "the last step must be submit: the model repeats it");

/** What the model answers for one node, found by its title or, where the run gives the title, its id. */
export const nodeScriptSchema = z
  .strictObject({
    title: z.string().min(1).optional(),
    node: z.string().min(1).optional(),
    /** Played instead of `execute` when the node is claimed for the first time. */
    first: steps.optional(),
    execute: steps,
    /** Checked by the stage that asks; here it may be of any shape. */
    review: z.record(z.string(), z.unknown()),
  })
  .refine((script) => (script.title === undefined) !== (script.node === undefined), "give title or node");
export type NodeScript = z.infer<typeof nodeScriptSchema>;

/** The answer to a stage that is asked once for the whole run. */
export const stageScriptSchema = z.strictObject({ answer: z.unknown(), usage: usage.optional() });
export type StageScript = z.infer<typeof stageScriptSchema>;
