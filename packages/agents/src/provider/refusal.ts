/** What a service's refusal means: the same for every protocol, since gateways mix their ways of saying it. */
import { ModelFailure, type ModelFailureKind } from "./failure.ts";

export interface Refusal {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** The request and the answer together are more than the model holds, in the words of those who say so. */
const TOO_LONG = [
  /prompt is too long/i,
  /maximum context length/i,
  /context[ _-]?(?:length|window|size)[ _-]?(?:is )?exceed/i,
  /exceeds? (?:the )?(?:available |model'?s? )?(?:maximum )?context/i,
  /exceed[a-z_]*_context/i,
  /input length and `?max_tokens`? exceed/i,
  /input (?:token count|is too long)/i,
  /too many (?:input )?tokens/i,
];
const NO_CREDIT = [
  /insufficient_quota/i,
  /credit balance/i,
  /spend(?:ing)?[ _]limit/i,
  /exceeded your current quota/i,
];
const FILTERED = [/"content_filter"/i, /content management policy/i, /responsibleaipolicy/i];
const OUTPUT_LIMIT =
  /max(?:imum)?[ _](?:output[ _]|completion[ _])?tokens.{0,60}(?:too large|at most|maximum|limit|less than|valid range|exceed)/i;
/** In the words of Ollama, vLLM, llama.cpp and gateways. */
const NO_TOOLS =
  /not support (?:the use of )?(?:tool|function)|tool[ _-](?:choice|call[a-z-]*|use|param).{0,40}(?:require|not (?:supported|enabled|available))|--(?:enable-auto-tool-choice|tool-call-parser|jinja)|no endpoints found that support tool/i;

/** The kind of failure, from the status and, where that says too little, the service's own words. */
export function kindOfRefusal({ status, body }: Pick<Refusal, "status" | "body">): ModelFailureKind {
  const says = (patterns: readonly RegExp[]) => patterns.some((pattern) => pattern.test(body));
  if (status === 413) return "context-exceeded";
  if (status === 402 || ([400, 403, 429].includes(status) && says(NO_CREDIT))) return "quota";
  if ([400, 422, 500].includes(status) && says(TOO_LONG)) return "context-exceeded";
  if (status === 400 && says(FILTERED)) return "refusal";
  if (status === 401 || status === 403) return "authentication";
  // A service of this kind says in JSON what it does not know; a page of text is somebody else's.
  if (status === 404 || status === 405) {
    return /^(?:not found|method not allowed)?$/i.test(saidBy(body) ?? "")
      ? "wrong-service"
      : "unknown-model";
  }
  if (status === 429) return "rate-limited";
  if (status === 529 || status === 503) return "overloaded";
  if (status >= 500 || status === 408 || status === 409) return "server";
  return status < 400 ? "wrong-service" : "bad-request";
}

/** @param now Unix milliseconds, for a `retry-after` that names a moment */
export function failureOfRefusal(refusal: Refusal, now: number): ModelFailure {
  const kind = kindOfRefusal(refusal);
  const retryAfterSeconds = retryAfterOf(refusal.headers, now);
  const wait = retryAfterSeconds ? `, and asks to wait ${Math.ceil(retryAfterSeconds)} s` : "";
  const what = `The model's service answered ${refusal.status} (${shortly(refusal)})${wait}`;
  const remedy = remedyOf(kind, refusal);
  return new ModelFailure(kind, what, {
    retryAfterSeconds,
    ...(remedy === null ? {} : { remedy }),
  });
}

/** Where the remedy of the kind does not name all that may help. */
function remedyOf(kind: ModelFailureKind, { status, body }: Refusal): string | null {
  if (kind === "bad-request" && OUTPUT_LIMIT.test(body)) {
    return "Lower model.maxOutputTokens in .github/slipway.yml to what this model can give.";
  }
  if (["bad-request", "server", "unknown-model"].includes(kind) && NO_TOOLS.test(body)) {
    return "A model that executes needs tools: name one that knows them in .github/slipway.yml, or start the server with its parser of tool calls.";
  }
  if (kind === "context-exceeded" && /max_tokens|completion/i.test(body)) {
    return "Split the task, name fewer and smaller files in it, or lower model.maxOutputTokens in .github/slipway.yml.";
  }
  if (kind === "wrong-service" && status === 404) {
    return "Check the model's base URL, and model.name in .github/slipway.yml: nothing is known there under this address.";
  }
  return null;
}

const SAID_MAX = 500;

function shortly({ headers, body }: Refusal): string {
  const said = saidBy(body);
  if ((said ?? body).trim() === "") return "without a word";
  if (said !== null) return said.slice(0, SAID_MAX);
  if (headers.get("content-type")?.includes("html") || /^\s*<(?:!doctype|html)/i.test(body)) {
    return "an HTML page";
  }
  return body.trim().slice(0, SAID_MAX);
}

/** The sentence in a service's JSON error, whichever of the usual shapes it has; null when it is no JSON. */
export function saidBy(body: string): string | null {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return null;
  }
  if (typeof json === "string") return json;
  if (typeof json !== "object" || json === null) return null;
  const { error, message, detail } = json as Record<string, unknown>;
  const inner =
    typeof error === "object" && error !== null ? (error as { message?: unknown }).message : error;
  const said = [inner, message, detail].find((each) => typeof each === "string" && each !== "");
  return typeof said === "string" ? said : body.trim();
}

/**
 * Seconds that the answer asks to wait; null when it does not ask. A moment is measured against the
 * service's own clock where it tells it: the runner's may be off by more than the wait.
 */
export function retryAfterOf(headers: Headers, now: number): number | null {
  const ms = headers.get("retry-after-ms");
  if (ms !== null && ms.trim() !== "" && Number(ms) >= 0) return Number(ms) / 1_000;
  const value = headers.get("retry-after");
  if (value === null || value.trim() === "") return null;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return seconds >= 0 ? seconds : null;
  const at = Date.parse(value);
  if (Number.isNaN(at)) return null;
  const told = Date.parse(headers.get("date") ?? "");
  return Math.max(0, (at - (Number.isNaN(told) ? now : told)) / 1_000);
}
