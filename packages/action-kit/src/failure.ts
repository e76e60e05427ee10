import { NO_USAGE, type Usage, usageSchema } from "@slipway/model";
import { z } from "zod";
import { loadJsonArtifact, saveArtifact } from "./artifacts.ts";
import type { JobEnvironment } from "./environment.ts";

/** Why a read-only job ended without its result, for the writing job that records it. */
const failureSchema = z.strictObject({
  kind: z.literal("failure"),
  reason: z.string().min(1).max(4_000),
  usage: usageSchema,
});
export type HandedFailure = z.infer<typeof failureSchema>;

const failureName = (work: string, claim: number) => `failure.${work}.${claim}`;

/** @param work the stage or node id that the claim is for */
export async function saveFailure(
  environment: JobEnvironment,
  work: string,
  claim: number,
  reason: string,
  usage: Usage = NO_USAGE,
): Promise<void> {
  const document: HandedFailure = {
    kind: "failure",
    reason: reason.slice(0, 2_000) || "No reason was given.",
    usage,
  };
  await saveArtifact(environment, failureName(work, claim), [
    { name: "failure.json", content: JSON.stringify(document) },
  ]);
}

export function loadFailure(
  environment: JobEnvironment,
  work: string,
  claim: number,
): Promise<HandedFailure | undefined> {
  return loadJsonArtifact(environment, failureName(work, claim), "failure.json", failureSchema);
}

/** Usage that an error carries: tokens were paid for, whatever came of them. */
export function usageOf(error: unknown): Usage {
  const parsed = z.object({ usage: usageSchema }).safeParse(error);
  return parsed.success ? parsed.data.usage : NO_USAGE;
}
