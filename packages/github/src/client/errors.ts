import { ConfigurationError } from "@slipway/model";

/** Reading what went wrong out of whatever was thrown by a request. */

export interface HttpFailure {
  readonly status: number;
  /** GitHub's own words, with the texts of its `errors` list. */
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
  /** False when no answer arrived: a cut connection, a name that does not resolve, a timeout. */
  readonly answered: boolean;
  readonly method: string;
  readonly path: string;
}

/** An answer whose status promised JSON and whose body ended early. */
export class CutAnswerError extends Error {
  override readonly name = "CutAnswerError";
  readonly request: { readonly method: string; readonly url: string };
  constructor(request: { readonly method: string; readonly url: string }) {
    super(`the answer to ${request.method} ${request.url} ended before its JSON did`);
    this.request = { method: request.method, url: request.url };
  }
}

/**
 * GitHub's limits leave no room within the time that the job may wait. Nothing is lost: every effect is looked up
 * before it is made, so that running the job again goes on where it stopped.
 */
export class LimitReachedError extends ConfigurationError {
  /** When there is room again. */
  readonly retryAt: Date;

  constructor(message: string, options: { readonly retryAt: Date; readonly cause?: unknown }) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.retryAt = options.retryAt;
  }
}

/** The facts about a failed request, or undefined when the error is not one of a request. */
export function httpFailure(error: unknown): HttpFailure | undefined {
  if (!(error instanceof Error)) return undefined;
  const { request, response, status } = error as {
    request?: { method?: string; url?: string };
    response?: { headers?: Record<string, unknown>; data?: unknown };
    status?: unknown;
  };
  if (error instanceof CutAnswerError) {
    return { status: 0, message: error.message, headers: {}, answered: false, ...target(error.request) };
  }
  if (typeof status !== "number" || !(request || error.name === "AbortError")) return undefined;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response?.headers ?? {}))
    headers[name.toLowerCase()] = String(value);
  return {
    status: response ? status : 0,
    message: error.message,
    headers,
    answered: response !== undefined,
    ...target(request ?? {}),
  };
}

/** HTTP status of a failed request; undefined for any other error, 0 when no answer arrived. */
export function statusOf(error: unknown): number | undefined {
  return httpFailure(error)?.status;
}

/** Whether the request may or may not have had its effect: no answer, or a server error. */
export function isUnclear(error: unknown): boolean {
  const failure = httpFailure(error);
  return failure !== undefined && (!failure.answered || failure.status >= 500);
}

/** 404 (or 410): not there, or not visible to this token. */
export function isMissing(error: unknown): boolean {
  const status = statusOf(error);
  return status === 404 || status === 410;
}

/** 422 because the thing is already there. GitHub says so in words, or with code `already_exists`. */
export function isAlreadyThere(error: unknown): boolean {
  const failure = httpFailure(error);
  return failure?.status === 422 && /already.?exists|has already been taken/i.test(failure.message);
}

function target(request: { method?: string; url?: string }): { method: string; path: string } {
  let path = request.url ?? "";
  try {
    const url = new URL(path);
    path = url.pathname + url.search;
  } catch {
    // not an absolute URL: shown as it is
  }
  return { method: request.method ?? "", path };
}

/** The failure of a request, also when it has been explained to a person ({@link ConfigurationError} with its cause). */
export function refusalOf(error: unknown): HttpFailure | undefined {
  return httpFailure(error) ?? (error instanceof Error ? httpFailure(error.cause) : undefined);
}

/** A failed request in a sentence: what was asked, and what came of it. Undefined for any other error. */
export function requestText(error: unknown): string | undefined {
  const failure = httpFailure(error);
  if (failure === undefined) return undefined;
  const said = failure.message.replace(/ - https?:\/\/\S+$/, "").trim();
  const end = failure.answered
    ? `GitHub answered ${failure.status}: ${said}`
    : `no answer of GitHub's arrived: ${said}`;
  return `${failure.method} ${failure.path}: ${end.replace(/\.*$/, ".")}`;
}
