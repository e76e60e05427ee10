/** Starting a run as any client would: one request to GitHub's API. */
import { randomBytes } from "node:crypto";
import { dateOfUuid7, PAYLOAD_MAX_CHARACTERS, runIdFor } from "@slipway/model";
import { UsageError } from "../usage-error.ts";

/** A UUID of version 7 (RFC 9562, section 5.7) for a moment. */
export function uuid7(at: Date, random: Uint8Array = randomBytes(10)): string {
  const time = at.getTime().toString(16).padStart(12, "0");
  const bits = Buffer.from(random);
  bits[0] = 0x70 | ((bits[0] ?? 0) & 0x0f);
  bits[2] = 0x80 | ((bits[2] ?? 0) & 0x3f);
  const rest = bits.toString("hex");
  return `${time.slice(0, 8)}-${time.slice(8)}-${rest.slice(0, 4)}-${rest.slice(4, 8)}-${rest.slice(8, 20)}`;
}

export interface StartRequest {
  readonly dispatchId: string;
  readonly runId: string;
  readonly body: string;
}

/** @throws UsageError when the idea does not fit into what GitHub takes */
export function startRequest(idea: string, at: Date): StartRequest {
  const dispatchId = uuid7(at);
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
