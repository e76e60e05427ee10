import { randomBytes } from "node:crypto";
import { errorText } from "@slipway/model";
import type { ExecutionRecord } from "../record.ts";
import { sameOrigin } from "./address.ts";
import { HEADERS, signatureOf, signatureProblem } from "./signature.ts";

export interface ExchangeOptions {
  /** Signs requests, and answers have to be signed with it; null: neither. */
  readonly secret: string | null;
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly idempotencyKey: string;
  readonly requestMs: number;
  readonly responseBytes: number;
  readonly record: ExecutionRecord;
  /** Milliseconds. */
  readonly now: () => number;
}

export interface Outgoing {
  readonly method: "POST" | "GET" | "DELETE";
  readonly url: URL;
  readonly body: string;
  readonly signal: AbortSignal;
}

/** What came of one request. */
export type Incoming =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly url: URL;
      readonly location: string | null;
      /** Seconds that the service asks to wait. */
      readonly retryAfter: number | null;
      readonly body: Buffer;
    }
  | {
      readonly kind: "no-answer";
      readonly why: "connection" | "timeout" | "stopped";
      readonly reason: string;
    }
  /** An answer that is not taken: too large, not signed as it has to be, leading elsewhere. */
  | { readonly kind: "refused"; readonly status: number; readonly reason: string };

const REDIRECTS = 3;

/** One request and its answer. Redirections stay with the same origin and method, and are signed anew. */
export async function exchange(outgoing: Outgoing, options: ExchangeOptions): Promise<Incoming> {
  let url = outgoing.url;
  for (let hop = 0; ; hop += 1) {
    const incoming = await once({ ...outgoing, url }, options);
    if (incoming.kind !== "answer" || incoming.status < 300 || incoming.status > 399) return incoming;
    const { status, location } = incoming;
    const refused = (reason: string): Incoming => ({ kind: "refused", status, reason });
    if ((status !== 307 && status !== 308) || location === null) {
      return refused(`it answered ${status}, which is not followed: only 307 and 308 are`);
    }
    const next = sameOrigin(location, url);
    if (typeof next === "string") return refused(`it redirects: ${next}`);
    if (hop >= REDIRECTS) return refused(`it redirects more than ${REDIRECTS} times`);
    url = next;
  }
}

async function once(outgoing: Outgoing, options: ExchangeOptions): Promise<Incoming> {
  const { method, url } = outgoing;
  const started = options.now();
  const incoming = await send(outgoing, options);
  const seconds = (options.now() - started) / 1_000;
  const status = incoming.kind === "no-answer" ? null : incoming.status;
  const note = incoming.kind === "answer" ? `${incoming.body.length} bytes` : incoming.reason;
  options.record.add({ type: "exchange", method, url: url.href, status, seconds, note });
  return incoming;
}

async function send(outgoing: Outgoing, options: ExchangeOptions): Promise<Incoming> {
  const { method, url, body } = outgoing;
  const limit = AbortSignal.timeout(options.requestMs);
  const stamp = {
    timestamp: String(Math.floor(options.now() / 1_000)),
    nonce: randomBytes(16).toString("hex"),
  };
  const subject = { method, path: url.pathname + url.search };
  const failed = (error: unknown): Incoming => {
    if (outgoing.signal.aborted) return { kind: "no-answer", why: "stopped", reason: "the work was stopped" };
    if (limit.aborted) {
      const reason = `no whole answer came within ${options.requestMs / 1_000} s`;
      return { kind: "no-answer", why: "timeout", reason };
    }
    return { kind: "no-answer", why: "connection", reason: causeOf(error) };
  };
  try {
    const response = await fetch(url, {
      method,
      headers: {
        ...options.headers,
        accept: "application/json",
        "accept-encoding": "identity",
        "user-agent": "slipway",
        ...(method === "POST" ? { "content-type": "application/json" } : {}),
        [HEADERS.key]: options.idempotencyKey,
        [HEADERS.timestamp]: stamp.timestamp,
        [HEADERS.nonce]: stamp.nonce,
        ...(options.secret === null
          ? {}
          : { [HEADERS.signature]: signatureOf(options.secret, stamp, subject, body) }),
      },
      ...(method === "POST" ? { body } : {}),
      redirect: "manual",
      signal: AbortSignal.any([outgoing.signal, limit]),
    });
    const content = await bodyOf(response, options.responseBytes);
    const { status, headers } = response;
    const refused = (reason: string): Incoming => ({ kind: "refused", status, reason });
    if (content === null) return refused(`its answer has more than ${options.responseBytes} bytes`);
    // Anything but a success can end the work and change nothing: it counts without a signature.
    if (options.secret !== null && response.ok && method !== "DELETE") {
      const problem = signatureProblem(
        {
          timestamp: headers.get(HEADERS.timestamp),
          nonce: headers.get(HEADERS.nonce),
          signature: headers.get(HEADERS.signature),
        },
        {
          secret: options.secret,
          subject: { status },
          body: content,
          now: options.now() / 1_000,
          nonce: stamp.nonce,
        },
      );
      if (problem !== null) return refused(`its answer is not taken: ${problem}`);
    }
    return {
      kind: "answer",
      status,
      url,
      location: headers.get("location"),
      retryAfter: secondsOf(headers.get("retry-after"), options.now()),
      body: content,
    };
  } catch (error) {
    return failed(error);
  }
}

/** Null when there is more than is taken. */
async function bodyOf(response: Response, maxBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return null;
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}

/** `Retry-After`: seconds, or a date (RFC 9110, section 10.2.3). */
function secondsOf(header: string | null, now: number): number | null {
  if (header === null) return null;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, (date - now) / 1_000);
}

/** `fetch` says only that it failed; its cause says why. */
function causeOf(error: unknown): string {
  const { cause } = (error ?? {}) as { readonly cause?: unknown };
  if (cause === undefined) return errorText(error);
  const { code, message } = (cause ?? {}) as { readonly code?: string; readonly message?: string };
  return [message ?? "", code === undefined ? "" : `(${code})`].filter(Boolean).join(" ") || errorText(error);
}
