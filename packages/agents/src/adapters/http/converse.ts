import type { AgentTask, Ending } from "@slipway/model";
import type { Stops } from "../stop.ts";
import { sameOrigin } from "./address.ts";
import type { CallbackListener } from "./callback.ts";
import { type ExchangeOptions, exchange, type Incoming } from "./exchange.ts";
import { HEADERS, signatureProblem } from "./signature.ts";
import { type ExecuteResult, parseResult } from "./wire.ts";

export interface ConverseOptions extends ExchangeOptions {
  readonly task: AgentTask;
  readonly url: URL;
  readonly body: string;
  readonly stops: Stops;
  readonly callback: CallbackListener | null;
  /** Waits; ends early when the signal comes. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

export type Outcome =
  | { readonly kind: "result"; readonly result: ExecuteResult }
  | { readonly kind: "ended"; readonly ending: Ending; readonly reason: string; readonly text?: string };

/** Tries of the first request. The key makes sure that the work is done once. */
const TRIES = 4;
/** Polls in a row that may fail. */
const POLLS_LOST = 5;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15_000;
/** More than this is not waited for at a service's wish, however long it says. */
const LONGEST_ASKED_MS = 120_000;
const CANCEL_MS = 5_000;

/** Hands the task over and comes back with the result, or with why there is none. */
export async function converse(options: ConverseOptions): Promise<Outcome> {
  const { stops } = options;
  let url: URL | null = null;
  const outcome = await handOver(options, (location) => {
    url = location;
  });
  const stopped = stops.reached();
  if (stopped === null || outcome.kind === "result") return outcome;
  await cancel(options, url ?? options.url);
  return { kind: "ended", ...stopped };
}

async function handOver(options: ConverseOptions, onLocation: (url: URL) => void): Promise<Outcome> {
  const { stops, body, url } = options;
  for (let attempt = 1; ; attempt += 1) {
    const incoming = await exchange({ method: "POST", url, body, signal: stops.signal }, options);
    const meaning = meaningOf(incoming, options.task);
    if (meaning.kind === "accepted") return follow(incoming, options, onLocation);
    if (meaning.kind !== "try-again") return meaning;
    if (attempt === TRIES || stops.signal.aborted) return meaning.otherwise;
    await options.wait(pauseMs(meaning.retryAfter, attempt), stops.signal);
    if (stops.signal.aborted) return meaning.otherwise;
  }
}

type Ended = Extract<Outcome, { kind: "ended" }>;
type Meaning =
  | Outcome
  | { readonly kind: "accepted"; readonly retryAfter: number | null }
  | { readonly kind: "try-again"; readonly retryAfter: number | null; readonly otherwise: Ended };

const ended = (ending: Ending, reason: string): Ended => ({
  kind: "ended",
  ending,
  reason: `The adapter: ${reason}.`,
});

/** What an answer means, by its status. */
function meaningOf(incoming: Incoming, task: AgentTask): Meaning {
  if (incoming.kind === "refused") return ended("executor-failed", incoming.reason);
  if (incoming.kind === "no-answer") {
    const ending = incoming.why === "timeout" ? "timeout" : "connection";
    return { kind: "try-again", retryAfter: null, otherwise: ended(ending, incoming.reason) };
  }
  const { status, retryAfter, body } = incoming;
  if (status === 200) {
    const parsed = parseResult(body, task);
    return parsed.kind === "result"
      ? parsed
      : { ...ended("executor-failed", parsed.reason), text: parsed.text };
  }
  if (status === 202) return { kind: "accepted", retryAfter };
  const said = saidIn(body);
  const otherwise = (ending: Ending) => ended(ending, `it answered ${status}${said}`);
  if (status === 401 || status === 403) return otherwise("authentication");
  if (status === 429) return { kind: "try-again", retryAfter, otherwise: otherwise("rate-limited") };
  if (status >= 500) {
    const ending = status === 503 || status === 529 ? "overloaded" : "executor-failed";
    return { kind: "try-again", retryAfter, otherwise: otherwise(ending) };
  }
  return otherwise(status >= 400 ? "invalid-request" : "executor-failed");
}

function saidIn(body: Buffer): string {
  const text = body.subarray(0, 2_000).toString("utf8").replace(/\s+/g, " ").trim();
  return text === "" ? "" : `: ${text.slice(0, 300)}`;
}

function pauseMs(retryAfter: number | null, round: number): number {
  if (retryAfter !== null) return Math.min(LONGEST_ASKED_MS, Math.max(200, retryAfter * 1_000));
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 1.5 ** (round - 1));
}

/** After 202: the result is fetched, or brought, whichever comes first. */
async function follow(
  accepted: Incoming,
  options: ConverseOptions,
  onLocation: (url: URL) => void,
): Promise<Outcome> {
  if (accepted.kind !== "answer") return ended("executor-failed", "it was accepted by nobody");
  const { location } = accepted;
  const url = location === null ? null : sameOrigin(location, accepted.url);
  if (typeof url === "string") return ended("executor-failed", `its Location is not followed: ${url}`);
  if (url === null && options.callback === null) {
    return ended(
      "executor-failed",
      "it answered 202 without a Location to ask at, and no callback is listened for",
    );
  }
  if (url !== null) onLocation(url);
  const other = new AbortController();
  const signal = AbortSignal.any([options.stops.signal, other.signal]);
  const ways = [
    ...(url === null ? [] : [poll(url, accepted.retryAfter, signal, options)]),
    ...(options.callback === null ? [] : [brought(options.callback, signal, options)]),
  ];
  try {
    return await Promise.race(ways);
  } finally {
    other.abort();
  }
}

async function poll(
  url: URL,
  retryAfter: number | null,
  signal: AbortSignal,
  options: ConverseOptions,
): Promise<Outcome> {
  let asked = retryAfter;
  let lost = 0;
  for (let round = 1; ; round += 1) {
    await options.wait(pauseMs(asked, round), signal);
    if (signal.aborted) return ended("interrupted", "it was no longer waited for");
    const incoming = await exchange({ method: "GET", url, body: "", signal }, options);
    const meaning = meaningOf(incoming, options.task);
    if (meaning.kind === "result" || meaning.kind === "ended") return meaning;
    lost = meaning.kind === "accepted" ? 0 : lost + 1;
    if (meaning.kind === "try-again" && lost >= POLLS_LOST) return meaning.otherwise;
    asked = meaning.retryAfter;
  }
}

/** Whatever is not signed as it has to be is answered so and does not end the waiting: anybody may post. */
async function brought(
  callback: CallbackListener,
  signal: AbortSignal,
  options: ConverseOptions,
): Promise<Outcome> {
  let body: Buffer | null = null;
  await callback.receive(
    options.idempotencyKey,
    (delivery) => {
      const problem = signatureProblem(
        {
          timestamp: delivery.header(HEADERS.timestamp),
          nonce: delivery.header(HEADERS.nonce),
          signature: delivery.header(HEADERS.signature),
        },
        {
          secret: options.secret ?? "",
          subject: { method: delivery.method, path: delivery.path },
          body: delivery.body,
          now: options.now() / 1_000,
          nonce: null,
        },
      );
      const url = options.callback?.addressOf(options.idempotencyKey) ?? "";
      const note = problem ?? `${delivery.body.length} bytes`;
      options.record.add({
        type: "exchange",
        method: "CALLBACK",
        url,
        status: problem ? 401 : 204,
        seconds: 0,
        note,
      });
      if (problem === null) body = delivery.body;
      return problem;
    },
    signal,
  );
  if (body === null) return ended("interrupted", "it was no longer waited for");
  const parsed = parseResult(body, options.task);
  return parsed.kind === "result"
    ? parsed
    : { ...ended("executor-failed", parsed.reason), text: parsed.text };
}

/** Tells the service that nobody waits any more. Best effort: the work has ended here. */
async function cancel(options: ConverseOptions, url: URL): Promise<void> {
  const signal = AbortSignal.timeout(CANCEL_MS);
  await exchange({ method: "DELETE", url, body: "", signal }, { ...options, requestMs: CANCEL_MS });
}
