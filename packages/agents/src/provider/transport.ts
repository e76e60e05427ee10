/** What can come back instead of the stream that was asked for, told apart before a client's library sees it. */
import { withoutSilence } from "./silence.ts";

/** Of an error's body; what comes after it says nothing more about the cause. */
const BODY_MAX = 64 * 1024;
/** How long an error's body is waited for: the status has said what it is. */
const BODY_MS = 10_000;
/** Of an answer that is not streamed. */
const WHOLE_MAX = 16 * 1024 * 1024;
/** What no answer of a model is: the libraries keep a line in memory until it ends, however long it is. */
const LINE_MAX = 16 * 1024 * 1024;
const STREAM_MAX = 256 * 1024 * 1024;

/**
 * The service said no. The message is the same for all: the libraries read a timeout into any that
 * mentions one, and what the service said is in `body`.
 */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  /** Of the HTTP answer, or the one that stands for an error told within a stream. */
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  constructor(status: number, headers: Headers, body: string) {
    super("refused");
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
}

/** An answer that counts as a success and is no stream of events. */
export class NoStreamError extends Error {
  override readonly name = "NoStreamError";
  readonly what: string;
  constructor(what: string) {
    super("no stream");
    this.what = what;
  }
}

/** No answer at all: the name does not resolve, nothing listens, the certificate is wrong. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
  constructor(cause: unknown) {
    super("unreachable", { cause });
  }
}

export type Fetch = typeof globalThis.fetch;

/** A whole answer as the events that it would have been streamed in; null when it is no answer. */
export type EventsOf = (json: object) => readonly Readonly<Record<string, unknown>>[] | null;

/**
 * `fetch` for streams of events: it fails with one of the errors above, or with a SilenceError when
 * no byte has come for `silenceMs`. An answer that a service gives whole, although a stream was asked for,
 * becomes one by `eventsOf`.
 */
export function streamFetch(fetch: Fetch, silenceMs: number, eventsOf: EventsOf): Fetch {
  const heard = withoutSilence(fetch, silenceMs);
  return async (input, init) => {
    let response: Response;
    try {
      response = await heard(input, init);
    } catch (error) {
      if (init?.signal?.aborted || !isNetworkError(error)) throw error;
      throw new UnreachableError(error);
    }
    if (!response.ok) throw new RefusedError(response.status, response.headers, await saidIn(response));
    const mediaType = response.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
    if (mediaType === "text/html") {
      // Not read, it would be waited for.
      void response.body?.cancel().catch(() => {});
      throw new NoStreamError("an HTML page");
    }
    return mediaType === "application/json" ? streamed(response, eventsOf) : bounded(response);
  };
}

/** What calls itself JSON: an answer in one piece, an error under a status that means success, or a stream after all. */
async function streamed(response: Response, eventsOf: EventsOf): Promise<Response> {
  const body = await startOf(response, WHOLE_MAX);
  if (/^\s*(?:data|event|id|retry)?:/.test(body)) return asStream(body);
  const json = parsedAnswer(body);
  const status = statusOfError(json);
  if (status !== null) throw new RefusedError(status, response.headers, body);
  const events = json === null ? null : eventsOf(json);
  if (events === null) throw new NoStreamError("application/json");
  const named = ({ type }: Readonly<Record<string, unknown>>) =>
    type === undefined ? "" : `event: ${type}\n`;
  const told = events.map((event) => `${named(event)}data: ${JSON.stringify(event)}\n\n`);
  return asStream([...told, `data: ${DONE}\n\n`].join(""));
}

/** The stream as it is, which breaks off where it can no longer be one of events. */
function bounded(response: Response): Response {
  if (response.body === null) return response;
  const seen = { bytes: 0, line: 0, end: "" };
  const watched = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      const newline = chunk.lastIndexOf(10);
      seen.bytes += chunk.length;
      seen.line = newline === -1 ? seen.line + chunk.length : chunk.length - newline - 1;
      if (seen.line > LINE_MAX) controller.error(new NoStreamError("one endless line"));
      else if (seen.bytes > STREAM_MAX) controller.error(new NoStreamError("without an end"));
      else controller.enqueue(chunk);
      seen.end = (seen.end + Buffer.from(chunk.subarray(-END)).toString("latin1")).slice(-END);
    },
  });
  const { status, statusText, headers } = response;
  const passed = new Response(response.body.pipeThrough(watched), { status, statusText, headers });
  finished.set(passed, () => SAID_DONE.test(seen.end));
  return passed;
}

function asStream(body: string): Response {
  const response = new Response(body, { headers: { "content-type": "text/event-stream" } });
  finished.set(response, () => SAID_DONE.test(body.slice(-END)));
  return response;
}

const DONE = "[DONE]";
/** In the last characters of a stream. */
const END = 64;
const SAID_DONE = /(?:^|[\r\n])data: ?\[DONE\]\s*$/;
const finished = new WeakMap<Response, () => boolean>();

/** Whether a stream's last line said that this was all of it, as services of Chat Completions do. */
export function saidDone(response: Response): boolean {
  return finished.get(response)?.() ?? false;
}

/** What `fetch` throws of itself, by name: it may come from another realm. A silence or an abort is none. */
function isNetworkError(error: unknown): boolean {
  return typeof error === "object" && error !== null && "name" in error && error.name === "TypeError";
}

async function startOf(response: Response, max: number): Promise<string> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > max) break;
  }
  return text.slice(0, max);
}

/** Of an error's body what comes in time and can be read: one that breaks off or never ends is still that error. */
async function saidIn(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  const end = () => void reader?.cancel().catch(() => {});
  const late = setTimeout(end, BODY_MS);
  try {
    while (reader && text.length < BODY_MAX) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    // What has come is all there is.
  } finally {
    clearTimeout(late);
    end();
  }
  return text.slice(0, BODY_MAX);
}

/** @throws SyntaxError for garbage: a broken answer, not one of somebody else's */
function parsedAnswer(body: string): object | null {
  const json: unknown = JSON.parse(body);
  return typeof json === "object" ? json : null;
}

function statusOfError(json: object | null): number | null {
  if (json === null || !("error" in json) || !json.error) return null;
  const code = typeof json.error === "object" && "code" in json.error ? Number(json.error.code) : Number.NaN;
  return code >= 400 && code < 600 ? code : 500;
}
