/** What can come back instead of the stream that was asked for, told apart before a client's library sees it. */
import { withoutSilence } from "./silence.ts";

/** Of an error's body; what comes after it says nothing more about the cause. */
const BODY_MAX = 64 * 1024;

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
  readonly mediaType: string;
  constructor(mediaType: string) {
    super("no stream");
    this.mediaType = mediaType;
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

/**
 * `fetch` for streams of events: it fails with one of the errors above, or with a SilenceError when
 * no byte has come for `silenceMs`.
 */
export function streamFetch(fetch: Fetch, silenceMs: number): Fetch {
  const heard = withoutSilence(fetch, silenceMs);
  return async (input, init) => {
    let response: Response;
    try {
      response = await heard(input, init);
    } catch (error) {
      if (init?.signal?.aborted || !isNetworkError(error)) throw error;
      throw new UnreachableError(error);
    }
    if (!response.ok) throw new RefusedError(response.status, response.headers, await startOf(response));
    const mediaType = response.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
    if (mediaType === "application/json" || mediaType === "text/html") {
      const body = await startOf(response);
      // Some gateways tell of errors under a status that means success.
      const status = mediaType === "application/json" ? statusOfError(body) : null;
      throw status === null ? new NoStreamError(mediaType) : new RefusedError(status, response.headers, body);
    }
    return response;
  };
}

/** What `fetch` throws of itself, by name: it may come from another realm. A silence or an abort is none. */
function isNetworkError(error: unknown): boolean {
  return typeof error === "object" && error !== null && "name" in error && error.name === "TypeError";
}

async function startOf(response: Response): Promise<string> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > BODY_MAX) break;
  }
  return text.slice(0, BODY_MAX);
}

/** @throws SyntaxError for garbage: a broken answer, not one of somebody else's */
function statusOfError(body: string): number | null {
  const json: unknown = JSON.parse(body);
  if (typeof json !== "object" || json === null || !("error" in json) || !json.error) return null;
  const code = typeof json.error === "object" && "code" in json.error ? Number(json.error.code) : Number.NaN;
  return code >= 400 && code < 600 ? code : 500;
}
