import { InternalError, type Left } from "@slipway/model";
import { z } from "zod";
import { loadJsonArtifact } from "./artifacts.ts";
import type { ActionContext } from "./main.ts";

/** What a claim that broke off had handed over. */
export interface LeftDocument<T> {
  readonly document: T;
  readonly by: Left;
}

export interface Claimed {
  /** Claims that broke off before this one. */
  readonly left: readonly Left[];
  /** This job's. */
  readonly claim: number;
  /** Whether what an earlier attempt of this job has cost is on the account already; default: no. */
  readonly accounted?: boolean;
}

/**
 * The newest document that a claim handed over before it broke off, if there is one: it was paid for, and nothing was
 * made of it yet (rule 8). A job that is run again goes on from what it handed over itself. Requests: none where no
 * claim broke off, else 2; 1 more for each that left none.
 *
 * @param token of this job, with `actions: read`
 * @param artifact name of the artifact of a claim
 * @param fits whether a document can be gone on from now
 */
export async function loadLeft<T>(
  context: ActionContext,
  token: string,
  { left, claim, accounted = false }: Claimed,
  artifact: (claim: number) => string,
  file: string,
  schema: z.ZodType<T>,
  fits: (document: T) => boolean,
): Promise<LeftDocument<T> | undefined> {
  const { runner, environment } = context;
  const own = { workflowRunId: environment.workflowRunId, claim, accounted };
  const all = environment.runAttempt > 1 ? [...left, own] : left;
  for (const by of all.toReversed()) {
    const document = await readLeft(context, token, by, artifact(by.claim), file, schema);
    if (document === undefined || !fits(document)) continue;
    runner.info(
      `Claim ${by.claim} had handed this over in workflow run ${by.workflowRunId}: it is gone on from.`,
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
