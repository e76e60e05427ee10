import { isStageRequest, parseRequest, RefusalError, type StageRequest } from "@slipway/model";
import { type JobEnvironment, readTriggerEvent } from "./environment.ts";

/**
 * The stage that a client asked for by itself with a `repository_dispatch`; undefined when something else started
 * this workflow run.
 *
 * @throws RefusalError when its `client_payload` is not as the stage wants it: then no action begins anything
 */
export function readStageRequest(environment: JobEnvironment): StageRequest | undefined {
  if (environment.eventName !== "repository_dispatch") return undefined;
  const event = readTriggerEvent(environment);
  if (event.action === undefined || !isStageRequest(event.action)) return undefined;
  const parsed = parseRequest(event.action, event.client_payload ?? {});
  if (!parsed.ok) throw new RefusalError(parsed.reason);
  return parsed.value;
}
