import {
  type AgentTask,
  agentDocumentSchema,
  changedFileSchema,
  endingSchema,
  nodeIdSchema,
  runIdSchema,
  shaSchema,
} from "@slipway/model";
import { z } from "zod";
import type { Earlier } from "../../executor/earlier.ts";
import { replySchema } from "../reply.ts";
import type { Bundle } from "./snapshot.ts";

/** The body of `POST {base}/adapters/{name}/execute`. */
export interface ExecuteBody {
  readonly kind: "execute-request";
  readonly version: 1;
  readonly task: AgentTask;
  /** The tree that the work starts from; null when the adapter is to fetch the repository itself. */
  readonly bundle: Bundle | null;
  /** What an earlier attempt left, to be gone on from: the result is against `startSha` all the same. */
  readonly earlier: Earlier | null;
  /** Where the result may be posted; null: nobody listens. */
  readonly callbackUrl: string | null;
}

/** The answer 200 and the body of a callback. Other keys are passed over. */
export const executeResultSchema = replySchema
  .extend({
    kind: z.literal("agent-result"),
    version: z.literal(1),
    runId: runIdSchema,
    nodeId: nodeIdSchema.nullable(),
    /** The commit that the change was made on. */
    startSha: shaSchema,
    outcome: z.enum(["finished", "unfinished"]),
    /** Required for `unfinished`. */
    ending: endingSchema.optional(),
    reason: z.string().max(10_000).optional(),
    /** Exactly one of `changes` and `patch`, a unified diff against the tree of `startSha`. */
    changes: z.array(changedFileSchema).max(20_000).optional(),
    patch: z.string().optional(),
    artifactsOut: z.array(agentDocumentSchema).max(20).optional(),
  })
  .refine(({ changes, patch }) => (changes === undefined) !== (patch === undefined), {
    path: ["changes"],
    message: "give either changes or patch",
  })
  .refine(
    ({ outcome, ending }) => outcome === "finished" || (ending !== undefined && ending !== "submitted"),
    {
      path: ["ending"],
      message: "an unfinished result says what ended it",
    },
  );
export type ExecuteResult = z.infer<typeof executeResultSchema>;

export type ParsedResult =
  | { readonly kind: "result"; readonly result: ExecuteResult }
  /** What was sent instead may be paid-for work: `text` is kept for a person. */
  | { readonly kind: "unusable"; readonly reason: string; readonly text: string };

/** Takes a body as the result of this task, or says why it is not one. */
export function parseResult(body: Buffer, task: AgentTask): ParsedResult {
  const text = body.toString("utf8");
  const unusable = (reason: string): ParsedResult => ({ kind: "unusable", reason, text });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return unusable("its result is no JSON");
  }
  const parsed = executeResultSchema.safeParse(json);
  if (!parsed.success) {
    return unusable(`its result has the wrong shape: ${z.prettifyError(parsed.error).slice(0, 1_000)}`);
  }
  const { runId, nodeId, startSha } = parsed.data;
  if (runId !== task.runId || nodeId !== (task.node?.id ?? null)) {
    return unusable(`its result is of ${runId} ${nodeId ?? "without a node"}, and another was asked for`);
  }
  if (startSha !== task.startSha) {
    return unusable(`its change was made on ${startSha}, and ${task.startSha} is what the work starts from`);
  }
  return { kind: "result", result: parsed.data };
}

/** The same for every try of the same claim, and of no other. */
export function idempotencyKeyOf(task: AgentTask): string {
  return `${task.runId}.${task.stage}.${task.node?.id ?? "run"}.${task.attempt}`;
}
