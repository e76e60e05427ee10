import { InternalError, type Left } from "@slipway/model";
import { z } from "zod";
import { loadJsonArtifact } from "./artifacts.ts";
import type { ActionContext } from "./main.ts";

/** What a claim that broke off had handed over. */
export interface LeftDocument<T> {
  readonly document: T;
  readonly by: Left;
}

/**
 * The newest document that a claim handed over before it broke off, if there is one: it was paid for, and nothing was
 * made of it yet (rule 8). Requests: none where no claim broke off, else 2; 1 more for each that left none.
 *
 * @param token of this job, with `actions: read`
 * @param artifact name of the artifact of a claim
 * @param fits whether a document can be gone on from now
 */
export async function loadLeft<T>(
  context: ActionContext,
  token: string,
  left: readonly Left[],
  artifact: (claim: number) => string,
  file: string,
  schema: z.ZodType<T>,
  fits: (document: T) => boolean,
): Promise<LeftDocument<T> | undefined> {
  const { runner } = context;
  for (const by of left.toReversed()) {
    const document = await readLeft(context, token, by, artifact(by.claim), file, schema);
    if (document === undefined || !fits(document)) continue;
    runner.info(
      `Claim ${by.claim} had handed this over in workflow run ${by.workflowRunId} before it broke off.`,
    );
    return { document, by };
  }
  return undefined;
}

const statusSchema = z.object({ status: z.number() });
/** The workflow run or what it left is gone, or may not be read: then it is made anew. */
const GONE = [403, 404, 410];

async function readLeft<T>(
  { environment, runner }: ActionContext,
  token: string,
  { workflowRunId }: Left,
  name: string,
  file: string,
  schema: z.ZodType<T>,
): Promise<T | undefined> {
  try {
    return await loadJsonArtifact(environment, name, file, schema, { other: { workflowRunId, token } });
  } catch (error) {
    const status = statusSchema.safeParse(error).data?.status ?? 0;
    if (!GONE.includes(status) && !(error instanceof InternalError)) throw error;
    runner.warning(`What workflow run ${workflowRunId} had handed over cannot be used: ${String(error)}`);
    return undefined;
  }
}
