import { InternalError, type Left } from "@slipway/model";
import { z } from "zod";
import { loadJsonAndText, loadJsonArtifact, type Named } from "./artifacts.ts";
import type { ActionContext } from "./main.ts";

/** What a claim that broke off had handed over. */
export interface LeftDocument<T> {
  readonly document: T;
  /** What lay beside it, where that was asked for; else empty. */
  readonly text: string;
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
  artifact: (claim: number) => Named,
  /** The document, and a text beside it that is wanted too. */
  file: string | { readonly json: string; readonly text: string },
  schema: z.ZodType<T>,
  fits: (document: T) => boolean,
): Promise<LeftDocument<T> | undefined> {
  const { runner, environment } = context;
  const own = { workflowRunId: environment.workflowRunId, claim, accounted };
  const all = environment.runAttempt > 1 ? [...left, own] : left;
  const files = typeof file === "string" ? { json: file, text: "" } : file;
  for (const by of all.toReversed()) {
    const found = await readLeft(context, token, by, artifact(by.claim), files, schema);
    if (found === undefined || !fits(found.document)) continue;
    runner.info(
      `Claim ${by.claim} had handed this over in workflow run ${by.workflowRunId}: it is gone on from.`,
    );
    return { ...found, by };
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
  name: Named,
  files: { readonly json: string; readonly text: string },
  schema: z.ZodType<T>,
): Promise<{ readonly document: T; readonly text: string } | undefined> {
  const other = { workflowRunId, token };
  try {
    if (files.text !== "") return await loadJsonAndText(environment, name, files, schema, { other });
    const document = await loadJsonArtifact(environment, name, files.json, schema, { other });
    return document && { document, text: "" };
  } catch (error) {
    const status = statusSchema.safeParse(error).data?.status ?? 0;
    if (!GONE.includes(status) && !(error instanceof InternalError)) throw error;
    runner.warning(`What workflow run ${workflowRunId} had handed over cannot be used: ${String(error)}`);
    return undefined;
  }
}
