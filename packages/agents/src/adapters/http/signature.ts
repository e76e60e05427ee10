import { createHmac, timingSafeEqual } from "node:crypto";

/** Headers of a signed message. Names are the same in both directions. */
export const HEADERS = {
  timestamp: "slipway-timestamp",
  nonce: "slipway-nonce",
  signature: "slipway-signature",
  key: "idempotency-key",
} as const;

/** How far the clocks of both sides may be apart, in seconds. */
export const TOLERANCE_SECONDS = 300;

/** What of a message is signed beside its body: a request by method and path, an answer by its status. */
export type Subject =
  | { readonly method: string /** With the query. */; readonly path: string }
  | { readonly status: number };

export interface Stamp {
  /** Unix time in seconds. */
  readonly timestamp: string;
  /** Of a request: new with every one. Of an answer: that of its request. */
  readonly nonce: string;
}

/**
 * `v1=` and the HMAC-SHA256, in hex, of these lines, each ended by a line feed, and the body as it is sent:
 * timestamp, nonce, then `POST /path` of a request or `200` of an answer.
 */
export function signatureOf(secret: string, stamp: Stamp, subject: Subject, body: string | Buffer): string {
  const about = "status" in subject ? String(subject.status) : `${subject.method} ${subject.path}`;
  const hmac = createHmac("sha256", secret);
  hmac.update(`${stamp.timestamp}\n${stamp.nonce}\n${about}\n`);
  hmac.update(body);
  return `v1=${hmac.digest("hex")}`;
}

export interface Signed {
  readonly timestamp: string | null;
  readonly nonce: string | null;
  readonly signature: string | null;
}

export interface Expectation {
  readonly secret: string;
  readonly subject: Subject;
  readonly body: Buffer;
  /** Unix time in seconds. */
  readonly now: number;
  /** Of the request that this answers; null for a request, which brings its own. */
  readonly nonce: string | null;
}

/** Why a message is not taken as the other side's; null when it is. */
export function signatureProblem(signed: Signed, expected: Expectation): string | null {
  const { timestamp, nonce, signature } = signed;
  if (timestamp === null || nonce === null || signature === null) return "it is not signed";
  if (!/^\d{1,12}$/.test(timestamp)) return "its timestamp is no Unix time in seconds";
  const wanted = Buffer.from(
    signatureOf(expected.secret, { timestamp, nonce }, expected.subject, expected.body),
  );
  const given = Buffer.from(signature);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return "its signature is wrong";
  if (Math.abs(expected.now - Number(timestamp)) > TOLERANCE_SECONDS) {
    return `its timestamp is more than ${TOLERANCE_SECONDS} s away from the clock here`;
  }
  if (expected.nonce !== null && nonce !== expected.nonce) return "it answers another request";
  return null;
}
