/** What every provider's calls have in common: limits of time, tries, and failures by name. */
import { addUsage, NO_USAGE, type Usage } from "@slipway/model";
import { redact } from "../prompt/redact.ts";
import { isTransient, ModelFailure } from "./failure.ts";
import type { ModelReply } from "./model-client.ts";
import { failureOfRefusal } from "./refusal.ts";
import { SilenceError } from "./silence.ts";
import { type Fetch, NoStreamError, RefusedError, UnreachableError } from "./transport.ts";

export interface CallOptions {
  readonly baseUrl?: string;
  readonly fetch?: Fetch;
  /** Further tries after the first, for failures that may pass. Default 4. */
  readonly maxRetries?: number;
  /** Longest time for one try, from the first byte sent to the last received. Default 10 minutes. */
  readonly timeoutMs?: number;
  /** Longest time in which not a byte comes; a stream that is alive sends at least a ping. Default 3 minutes. */
  readonly silenceMs?: number;
  /** How to wait between tries; a test hands in a wait that does not take time. */
  readonly wait?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

export const TIMEOUT_MS = 600_000;
export const SILENCE_MS = 3 * 60_000;
/** Longer waits are not worth a billed minute: the stage fails and is retried by the run instead. */
const LONGEST_WAIT_MS = 60_000;
/** No further try after that, so that the shortest job that asks a model (30 minutes) is there to say why it stopped. */
const LONGEST_TRYING_MS = 15 * 60_000;

/** Tries again what may pass, within bounds. What the tries cost that came to nothing is counted in. */
export async function withRetries(
  attempt: () => Promise<ModelReply>,
  options: Pick<CallOptions, "maxRetries" | "wait">,
  signal: AbortSignal | undefined,
): Promise<ModelReply> {
  const { maxRetries = 4, wait = sleep } = options;
  const started = performance.now();
  let spent = NO_USAGE;
  for (let tried = 0; ; tried += 1) {
    try {
      const reply = await attempt();
      return spent.calls === 0 ? reply : { ...reply, usage: addUsage(spent, reply.usage) };
    } catch (error) {
      if (!(error instanceof ModelFailure)) throw error;
      spent = addUsage(spent, error.usage);
      const failure = error.withUsage(spent);
      if (!isTransient(error.kind) || tried >= maxRetries) throw failure;
      if (performance.now() - started > LONGEST_TRYING_MS) throw failure;
      const asked = error.retryAfterSeconds === null ? null : error.retryAfterSeconds * 1_000;
      if (asked !== null && asked > LONGEST_WAIT_MS) throw failure;
      const backoff = Math.min(8_000, 500 * 2 ** tried) * (0.75 + Math.random() / 4);
      try {
        // "At once", or a moment gone by, says nothing of when it will go better: all tries would be used up in one.
        await wait(asked || backoff, signal);
      } catch (stopped) {
        throw stopped instanceof ModelFailure ? stopped.withUsage(spent) : stopped;
      }
    }
  }
}

export interface TryOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** What has been paid for when it breaks off. */
  readonly spent: () => Usage;
  /** Never to stand in a message. */
  readonly secrets: readonly string[];
  /** Told of a refusal in full: a failure's message has only the beginning. */
  readonly refused?: (body: string) => void;
  /** What an error of this provider's library stands for; the error itself when it is none of those. */
  readonly known?: (error: unknown) => unknown;
}

/** One try. @throws ModelFailure, whatever went wrong, with a message that is free of credentials */
export async function oneTry<T>(options: TryOptions, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  try {
    return await orAborted(run(signal), signal);
  } catch (error) {
    throw clean(failureOf(error, timeout, options), options);
  }
}

/** Not all that a library waits for listens to the signal: the exchange of a token does not. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
  });
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function failureOf(error: unknown, timeout: AbortSignal, options: TryOptions): ModelFailure {
  if (options.signal?.aborted) return new ModelFailure("aborted", "The model call was stopped");
  if (timeout.aborted) {
    const seconds = Math.round(options.timeoutMs / 1_000);
    return new ModelFailure("timeout", `The model did not finish within ${seconds} s`);
  }
  return commonFailure(options.known?.(error) ?? error, options);
}

function commonFailure(error: unknown, options: TryOptions): ModelFailure {
  // Before anything is cut short: half a credential would no longer be known for one.
  const masked = (text: string) => redact(text, options.secrets);
  const told = (thrown: unknown) => masked(innermost(thrown)).slice(0, 500);
  for (const inner of causes(error)) {
    if (inner instanceof ModelFailure) return inner;
    if (inner instanceof SilenceError) {
      return new ModelFailure("timeout", `The model's service took the request, and then ${inner.message}`);
    }
    if (inner instanceof RefusedError) {
      options.refused?.(inner.body);
      const { status, headers, body } = inner;
      return failureOfRefusal({ status, headers, body: masked(body) }, Date.now());
    }
    if (inner instanceof NoStreamError) {
      return new ModelFailure("wrong-service", `The answer was ${inner.what}, not a stream of events`);
    }
    if (inner instanceof UnreachableError) {
      const said = told(inner);
      const what = HUNG_UP.test(said) ? "hung up before it answered" : "could not be reached";
      return new ModelFailure("network", `The model's service ${what} (${said})`);
    }
  }
  const said = told(error);
  if (/timed? ?out/i.test(said)) {
    return new ModelFailure("timeout", "The model's service did not answer in time");
  }
  // The rest comes from reading the body: a stream that was cut, or one that is no stream of messages.
  return new ModelFailure("network", `The model's answer broke off or was not readable (${said})`);
}

const HUNG_UP = /closed|reset|hang up|hung up|terminated/i;

/** No object of the library goes on as a cause: it may hold the request, and with it the key. */
function clean(failure: ModelFailure, options: TryOptions): ModelFailure {
  const copy = failure.withUsage(addUsage(options.spent(), failure.usage));
  copy.message = redact(failure.message, options.secrets);
  return copy;
}

const DEPTH = 6;

/** The error, what caused it, and so on: the libraries hide what happened some causes deep. */
export function causes(error: unknown): readonly unknown[] {
  const found: unknown[] = [];
  for (let inner = error; inner !== undefined && inner !== null && found.length < DEPTH; ) {
    found.push(inner);
    inner = typeof inner === "object" && "cause" in inner ? inner.cause : undefined;
  }
  return found;
}

/** What the innermost error says: the network's own words. */
export function innermost(error: unknown): string {
  let said = String(error);
  for (const inner of causes(error)) {
    if (typeof inner !== "object" || inner === null) break;
    const { message, code } = inner as { message?: unknown; code?: unknown };
    if (typeof message === "string" && message !== "") said = message;
    else if (typeof code === "string") said = code;
  }
  return said;
}

/** What in an address is not for everybody: the user, the password, the values of its query. */
export function secretsOfUrl(url: string | undefined): readonly string[] {
  if (url === undefined || !URL.canParse(url)) return [];
  const { username, password, searchParams } = new URL(url);
  return [password, decoded(password), username, ...searchParams.values()].filter((part) => part !== "");
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The address as it was given; none for an empty one. @throws ModelFailure when it is none of HTTP */
export function httpAddress(url: string | undefined): string | undefined {
  if (!url) return undefined;
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new ModelFailure("wrong-service", `The model's base URL ${JSON.stringify(url)} is no HTTP address`, {
    remedy: "Give it whole, as in https://models.example.com/v1.",
  });
}

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(new ModelFailure("aborted", "The model call was stopped"));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
