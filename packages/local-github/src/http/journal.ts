/** The record of every request: what was asked, by whom, what was answered, and whether it was valid. */

import type { RateRefusal } from "./rate-limit.ts";

export type RequestKind = "rest" | "graphql" | "git" | "artifact" | "identity";

export interface JournalEntry {
  /** 0-based, in order of arrival over all kinds. */
  readonly index: number;
  /** ISO 8601 with milliseconds. */
  readonly at: string;
  readonly kind: RequestKind;
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
  /** Path template as in GitHub's OpenAPI description, or a name like `git-receive-pack`; null when unknown. */
  route: string | null;
  unknownRoute: boolean;
  /** 0 when the connection was cut before an answer. */
  status: number;
  /** Login, or null for an anonymous request. */
  actor: string | null;
  tokenKind: "user" | "job" | "app" | "jwt" | "runtime" | "anonymous";
  runId: number | null;
  jobId: number | null;
  durationMs: number;
  /** Parsed JSON, or the first {@link BODY_LIMIT} characters of text; undefined when there was none. */
  requestBody?: unknown;
  responseBody?: unknown;
  /** The limit that the request went beyond, where it was refused for that. */
  refused?: RateRefusal;
  /** What the injected fault did, when there was one. */
  fault?: string;
  /** Deviations from GitHub's OpenAPI description; empty when valid or not checked. */
  errors: readonly string[];
}

/** Characters of JSON text kept per body. */
export const BODY_LIMIT = 65_536;

/** Keeps a body whole while it is small, else its start. Binary bodies are named by their length. */
export function boundBody(body: unknown): unknown {
  if (body === undefined) return undefined;
  if (body instanceof Uint8Array) return `<${body.byteLength} bytes>`;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  if (text === undefined || text.length <= BODY_LIMIT) return body;
  return `${text.slice(0, BODY_LIMIT)}… <${text.length} characters>`;
}

/** How many requests each limit has refused. */
export function countRefusals(journal: readonly JournalEntry[]): Record<RateRefusal, number> {
  const counts = { primary: 0, concurrent: 0, points: 0, "content-minute": 0, "content-hour": 0 };
  for (const { refused } of journal) if (refused) counts[refused]++;
  return counts;
}
