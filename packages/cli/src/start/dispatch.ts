/** Starting a run as any client would: one request to GitHub's API. */
import { dateOfUuid7, PAYLOAD_MAX_CHARACTERS, runIdFor } from "@slipway/model";
import { v7 as uuid7 } from "uuid";
import { UsageError } from "../usage-error.ts";

export interface StartRequest {
  readonly dispatchId: string;
  readonly runId: string;
  readonly body: string;
}

/** @throws UsageError when the idea does not fit into what GitHub takes */
export function startRequest(idea: string, at: Date): StartRequest {
  const dispatchId = uuid7({ msecs: at.getTime() });
  const payload = { version: 1, dispatchId, idea };
  const size = JSON.stringify(payload).length;
  if (size > PAYLOAD_MAX_CHARACTERS) {
    throw new UsageError(
      `--idea: as JSON it has ${size} characters, and GitHub takes ${PAYLOAD_MAX_CHARACTERS}: shorten it, or commit the long text and refer to it.`,
    );
  }
  return {
    dispatchId,
    runId: runIdFor(dispatchId, dateOfUuid7(dispatchId)),
    body: JSON.stringify({ event_type: "orchestrator.start", client_payload: payload }),
  };
}

/** @throws Error with GitHub's own words when the request is refused */
export async function sendDispatch(
  apiUrl: string,
  repository: string,
  token: string,
  body: string,
  signal: AbortSignal,
): Promise<void> {
  const response = await fetch(`${apiUrl}/repos/${repository}/dispatches`, {
    method: "POST",
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "x-github-api-version": "2022-11-28",
    },
    body,
    signal,
  });
  if (response.status === 204) return;
  throw new Error(
    `POST /repos/${repository}/dispatches was answered with ${response.status}: ${await response.text()}`,
  );
}
