import { InternalError, PAYLOAD_MAX_CHARACTERS, PAYLOAD_MAX_PROPERTIES } from "@slipway/model";
import { isUnclear } from "./client/errors.ts";
import type { GitHubContext } from "./context.ts";

/** Longest `event_type` (GitHub REST API). */
export const EVENT_TYPE_MAX = 100;
const ATTEMPTS = 4;

/**
 * Sends a `repository_dispatch`. GitHub gives no run id back and keeps no list to look it up in; the payload's
 * `dispatchId` makes a repetition harmless, because whoever receives it ignores one that it has seen. So, after an
 * unclear failure, this one POST is sent again. Requests: 1.
 *
 * @throws InternalError for a payload that GitHub would refuse, or one without `dispatchId`
 */
export async function dispatch(
  { octokit, owner, repo, log, sleep }: Pick<GitHubContext, "octokit" | "owner" | "repo" | "log" | "sleep">,
  eventType: string,
  clientPayload: Readonly<Record<string, unknown>>,
): Promise<void> {
  const properties = Object.keys(clientPayload).length;
  const characters = JSON.stringify(clientPayload).length;
  if (typeof clientPayload.dispatchId !== "string")
    throw new InternalError(`The dispatch ${eventType} has no dispatchId.`);
  if (
    eventType.length > EVENT_TYPE_MAX ||
    properties > PAYLOAD_MAX_PROPERTIES ||
    characters > PAYLOAD_MAX_CHARACTERS
  ) {
    throw new InternalError(
      `The dispatch ${eventType} is too large for GitHub: ${properties} properties (${PAYLOAD_MAX_PROPERTIES}), ${characters} characters (${PAYLOAD_MAX_CHARACTERS}).`,
    );
  }
  for (let attempt = 1; ; attempt++) {
    try {
      await octokit.request("POST /repos/{owner}/{repo}/dispatches", {
        owner,
        repo,
        event_type: eventType,
        client_payload: { ...clientPayload },
      });
      return;
    } catch (error) {
      if (!isUnclear(error) || attempt >= ATTEMPTS) throw error;
      log.warn(
        `The dispatch ${eventType} ended unclearly; sent again under the same dispatchId (${attempt + 1} of ${ATTEMPTS}).`,
      );
      await sleep(1_000 * 2 ** (attempt - 1));
    }
  }
}
