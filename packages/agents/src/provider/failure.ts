import { type Ending, NO_USAGE, type Usage } from "@slipway/model";

/** What went wrong with a model call. Each kind has one remedy, which the message names. */
export type ModelFailureKind =
  | "authentication"
  | "unknown-model"
  | "bad-request"
  | "rate-limited"
  | "quota"
  | "overloaded"
  | "server"
  | "network"
  | "wrong-service"
  | "timeout"
  | "aborted"
  | "refusal"
  | "cut"
  | "context-exceeded"
  | "unexpected-stop";

const REMEDY: Readonly<Record<ModelFailureKind, string>> = {
  authentication: "Check the key that the workflow passes to this job.",
  "unknown-model": "Set model.name in .github/slipway.yml to a model that this key may use.",
  "bad-request": "This is a mistake in the request, not in the service: report it with this message.",
  "rate-limited": "Retry later, lower limits.parallel in .github/slipway.yml, or raise the limit of the key.",
  quota: "The account of this key has no credit left or is at its spending limit: raise it, then retry.",
  overloaded: "The service is busy: retry the stage later.",
  server: "The service failed: retry the stage later.",
  network: "Check that this runner can reach the model's base URL, then retry the stage.",
  "wrong-service":
    "Check the model's base URL: what answers there, a proxy's page perhaps, is no model's service.",
  timeout: "Retry the stage; when it happens again, lower model.maxOutputTokens in .github/slipway.yml.",
  aborted: "The job was stopped: retry the stage.",
  refusal: "Reword the idea or the task so that the model can see it is legitimate, then retry.",
  cut: "Raise model.maxOutputTokens in .github/slipway.yml, or ask for less at once.",
  "context-exceeded": "Split the task, or name fewer and smaller files in it.",
  "unexpected-stop": "Retry the stage.",
};

export interface FailureOptions {
  readonly usage?: Usage;
  /** Seconds that the service asked to wait. */
  readonly retryAfterSeconds?: number | null;
  /** Where another remedy fits better than that of the kind. */
  readonly remedy?: string;
  readonly cause?: unknown;
}

/** A model call that gave nothing to work with. Keeps the tokens that were paid for all the same. */
export class ModelFailure extends Error {
  override readonly name = "ModelFailure";
  readonly kind: ModelFailureKind;
  readonly usage: Usage;
  /** Seconds that the service asked to wait, when it did. */
  readonly retryAfterSeconds: number | null;

  constructor(kind: ModelFailureKind, what: string, options: FailureOptions = {}) {
    super(`${what.replace(/[.\s]+$/, "")}. ${options.remedy ?? REMEDY[kind]}`, { cause: options.cause });
    this.kind = kind;
    this.usage = options.usage ?? NO_USAGE;
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
  }

  /** The same failure with the tokens of earlier calls of the same stage counted in. */
  withUsage(usage: Usage): ModelFailure {
    const copy = new ModelFailure(this.kind, "", {
      usage,
      retryAfterSeconds: this.retryAfterSeconds,
      cause: this.cause,
    });
    copy.message = this.message;
    return copy;
  }
}

/** Whether the very same request may succeed a little later. */
export function isTransient(kind: ModelFailureKind): boolean {
  return ["rate-limited", "overloaded", "server", "network", "timeout"].includes(kind);
}

const ENDING: Readonly<Record<ModelFailureKind, Ending>> = {
  authentication: "authentication",
  "unknown-model": "invalid-request",
  "bad-request": "invalid-request",
  "rate-limited": "rate-limited",
  quota: "rate-limited",
  overloaded: "overloaded",
  // Both mean that the service, reached, did not do its work, and that waiting is what helps.
  server: "overloaded",
  network: "connection",
  "wrong-service": "connection",
  timeout: "timeout",
  aborted: "interrupted",
  refusal: "refusal",
  cut: "unexpected-stop",
  "context-exceeded": "context-exceeded",
  "unexpected-stop": "unexpected-stop",
};

/** How an agent's work ends whose model call failed in this way. */
export function endingOf(kind: ModelFailureKind): Ending {
  return ENDING[kind];
}
