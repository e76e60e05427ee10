import { ConfigurationError, explainIssues, nodeIdSchema, type Policy, runIdSchema } from "@slipway/model";
import { z } from "zod";
import type { Runner } from "./commands.ts";
import { workloadIdentity } from "./workload.ts";

/**
 * Reads an action's inputs by a schema whose keys are the inputs' names. An input that is empty counts as
 * not given.
 *
 * @throws ConfigurationError naming each input that is missing or wrong
 */
export function readInputs<S extends z.ZodRawShape>(runner: Runner, shape: S): z.output<z.ZodObject<S>> {
  const given = Object.keys(shape).map((name) => [name, runner.input(name) || undefined] as const);
  const parsed = z.object(shape).safeParse(Object.fromEntries(given));
  if (!parsed.success)
    throw new ConfigurationError(`The inputs of this action are not right: ${explainIssues(parsed.error)}.`);
  return parsed.data;
}

export const numberInput = z.coerce.number().int().positive();
export const booleanInput = z.enum(["true", "false"]).transform((text) => text === "true");

/** What every piece of claimed work is told. */
export const stageInputs = { "run-id": runIdSchema, claim: numberInput, token: z.string() };
export const nodeInputs = { ...stageInputs, "node-id": nodeIdSchema };
/** The same for a stage that may be asked for alone: then nothing was claimed. */
export const aloneInputs = { ...stageInputs, claim: numberInput.optional() };
export const aloneNodeInputs = { ...aloneInputs, "node-id": nodeIdSchema };
export const modelInputs = {
  "model-api-key": z.string().optional(),
  "model-base-url": z.url().optional(),
  "openai-api-key": z.string().optional(),
  "openai-base-url": z.url().optional(),
};
type ModelInputs = { readonly [Name in keyof typeof modelInputs]?: string | undefined };

/**
 * How the models are reached; keys are masked wherever they might be printed. Where the policy sets `model.identity`,
 * the job shows that to Anthropic, and no key.
 *
 * @throws ConfigurationError when the policy sets an identity and the job may not show it
 */
export function reachOf(
  context: { readonly runner: Runner; readonly env: NodeJS.ProcessEnv },
  inputs: ModelInputs,
  { model }: Pick<Policy, "model">,
) {
  const { runner } = context;
  const anthropic = reach(runner, inputs["model-api-key"], inputs["model-base-url"]);
  return {
    anthropic: model.identity
      ? { ...anthropic, identity: workloadIdentity(model.identity, context) }
      : anthropic,
    openai: reach(runner, inputs["openai-api-key"], inputs["openai-base-url"]),
  };
}

function reach(
  runner: Runner,
  apiKey: string | undefined,
  baseUrl: string | undefined,
): { readonly apiKey?: string; readonly baseUrl?: string } {
  if (apiKey) runner.mask(apiKey);
  return { ...(apiKey ? { apiKey } : {}), ...(baseUrl ? { baseUrl } : {}) };
}
