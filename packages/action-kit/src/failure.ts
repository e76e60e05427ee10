import { LimitReachedError, requestText } from "@slipway/github";
import { type Broke, ConfigurationError, errorText, NO_USAGE, type Usage, usageSchema } from "@slipway/model";
import { z } from "zod";
import { loadJsonArtifact, saveArtifact } from "./artifacts.ts";
import type { JobEnvironment } from "./environment.ts";

/** Why a read-only job ended without its result, for the writing job that records it. */
const failureSchema = z.strictObject({
  kind: z.literal("failure"),
  /** Of the workflow run: what failed may have succeeded in a later one. */
  runAttempt: z.number().int().positive(),
  reason: z.string().min(1).max(4_000),
  usage: usageSchema,
  /** Trying again cannot help before a person has done something. */
  final: z.boolean(),
  /** What the claim's workflow run has handed over is not to blame: the next claim goes on from it. */
  keeps: z.literal(true).optional(),
});
export type HandedFailure = z.infer<typeof failureSchema>;

/** What a check of a node is called here: the node's own name is for what ends its claim. */
export const checkOf = (kind: keyof Broke, nodeId: string): string => `${kind}.${nodeId}`;

const failureName = (work: string, claim: number) => `failure.${work}.${claim}`;

/**
 * Does the work of a read-only job; what it throws is handed over before the job fails by it.
 *
 * @param work the stage or node id that the claim is for, or `checkOf` that node
 * @param keeps whether what other jobs handed over to this one is good nevertheless, and on no account yet
 */
export async function orHandFailureOver(
  environment: JobEnvironment,
  work: string,
  claim: number,
  act: () => Promise<void>,
  { keeps = false }: { readonly keeps?: boolean } = {},
): Promise<void> {
  try {
    await act();
  } catch (error) {
    const document: HandedFailure = {
      kind: "failure",
      runAttempt: environment.runAttempt,
      reason: (requestText(error) ?? errorText(error)).slice(0, 2_000) || "No reason was given.",
      usage: usageOf(error),
      final: isFinal(error),
      ...(keeps ? { keeps } : {}),
    };
    await saveArtifact(environment, failureName(work, claim), [
      { name: "failure.json", content: JSON.stringify(document) },
    ]);
    throw error;
  }
}

/** Kinds of model failures that the next attempt would only repeat. */
const FINAL_KINDS = ["authentication", "unknown-model", "bad-request", "quota", "wrong-service"];

/** The set-up is wrong, or the model was given its bounded tries at the right shape already. */
function isFinal(error: unknown): boolean {
  // There is room again after a while.
  if (error instanceof LimitReachedError) return false;
  if (error instanceof ConfigurationError) return true;
  const told = z.object({ name: z.string(), kind: z.string().optional() }).safeParse(error);
  return (
    told.success && (told.data.name === "ModelAnswerError" || FINAL_KINDS.includes(told.data.kind ?? ""))
  );
}

/** What a job of this attempt of the workflow run could say before it failed. */
export async function loadFailure(
  environment: JobEnvironment,
  work: string,
  claim: number,
): Promise<HandedFailure | undefined> {
  const name = failureName(work, claim);
  const left = await loadJsonArtifact(environment, name, "failure.json", failureSchema);
  return left?.runAttempt === environment.runAttempt ? left : undefined;
}

/** Usage that an error carries: tokens were paid for, whatever came of them. */
function usageOf(error: unknown): Usage {
  const parsed = z.object({ usage: usageSchema }).safeParse(error);
  return parsed.success ? parsed.data.usage : NO_USAGE;
}
