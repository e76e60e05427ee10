import { explainIssues, type Parsed, payloadProblem } from "./commands.ts";
import { REQUEST_TYPES, type RequestType, requestSchemas } from "./schema/request.ts";

/** A stage that is asked for by itself, read from the event that asks. */
export type StageRequest = { readonly type: RequestType } & Readonly<Record<string, unknown>>;

/** Event types of stages end so; a type that does and is not among them is misspelt. */
const SUFFIX = ".request";

/** Whether an event asks for one stage by itself, rather than giving a command. */
export const isStageRequest = (eventType: string): boolean => eventType.endsWith(SUFFIX);

/**
 * Reads the event that asks for one stage by itself.
 *
 * @param eventType `ai.spec.request`, …
 * @param payload the `client_payload`, unread
 */
export function parseRequest(eventType: string, payload: unknown): Parsed<StageRequest> {
  const type = REQUEST_TYPES.find((known) => known === eventType);
  if (type === undefined)
    return { ok: false, reason: `No stage is asked for so. Use one of ${REQUEST_TYPES.join(", ")}.` };
  const problem = payloadProblem(type, payload);
  if (problem !== undefined) return { ok: false, reason: problem };
  const parsed = requestSchemas[type].safeParse(payload);
  if (!parsed.success)
    return {
      ok: false,
      reason: `The client_payload of ${type} is not valid: ${explainIssues(parsed.error)}.`,
    };
  return { ok: true, value: { ...parsed.data, type } };
}
