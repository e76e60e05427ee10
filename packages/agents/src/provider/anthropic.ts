import type Anthropic from "@anthropic-ai/sdk";
import { addUsage, NO_USAGE } from "@slipway/model";
import { identityProvider, type WorkloadIdentity } from "./anthropic-identity.ts";
import { collector, eventsOfMessage } from "./anthropic-reply.ts";
import { anthropicBody, asked } from "./anthropic-request.ts";
import {
  type CallOptions,
  causes,
  httpAddress,
  innermost,
  oneTry,
  SILENCE_MS,
  secretsOfUrl,
  TIMEOUT_MS,
  withRetries,
} from "./call.ts";
import { conceding } from "./conceding.ts";
import { ModelFailure } from "./failure.ts";
import type { ModelClient, ModelReply } from "./model-client.ts";
import { readInto } from "./reading.ts";
import { withoutRedirects } from "./redirects.ts";
import { withoutSilence } from "./silence.ts";
import { RefusedError, streamFetch } from "./transport.ts";
import { unwrapJson } from "./unwrap.ts";

export interface AnthropicOptions extends CallOptions {
  /** Without identity, key and token the SDK looks for its own variables. */
  readonly apiKey?: string;
  readonly authToken?: string;
  /** Comes before key and token. */
  readonly identity?: WorkloadIdentity;
}

/** A turn that the service pauses is gone on with this often. */
const PAUSES = 8;

type SdkModule = typeof import("@anthropic-ai/sdk");
type Loaded = { readonly sdk: SdkModule; readonly client: Anthropic };
type Body = Awaited<ReturnType<typeof anthropicBody>>;

interface Sending {
  readonly body: Body;
  readonly signal: AbortSignal | undefined;
  readonly refused: (body: string) => void;
}

/** A client of Anthropic's Messages protocol. The SDK is loaded with the first call, not before. */
export function createAnthropicClient(options: AnthropicOptions = {}): ModelClient {
  const { timeoutMs = TIMEOUT_MS } = options;
  const secrets = [options.apiKey ?? "", options.authToken ?? "", ...secretsOfUrl(options.baseUrl)];
  let loaded: Promise<Loaded> | null = null;
  const load = () => {
    loaded ??= open(options, (secret) => secrets.push(secret));
    return loaded;
  };

  const attempt = async ({ body, signal, refused }: Sending): Promise<ModelReply> => {
    const { system, messages, tools = [] } = body;
    const collected = collector(() => JSON.stringify([system, messages, tools]).length);
    let sdk: SdkModule | null = null;
    const limits = { timeoutMs, signal, secrets, spent: collected.usage, refused };
    return oneTry({ ...limits, known: (error) => (sdk ? known(sdk, error) : error) }, async (inner) => {
      const opened = await load();
      sdk = opened.sdk;
      // Its own timer is the later one, so that the reason is never lost to it.
      const own = { signal: inner, timeout: timeoutMs + 60_000, maxRetries: 0 };
      await readInto(collected, await opened.client.messages.create(body, own));
      return collected.reply();
    });
  };

  /** A token that was taken back before its time is exchanged anew, once. */
  const authenticated = async (sending: Sending): Promise<ModelReply> => {
    let answered = false;
    const refused = (body: string) => {
      answered = true;
      sending.refused(body);
    };
    try {
      return await attempt({ ...sending, refused });
    } catch (error) {
      // What failed before the service was asked is the exchange itself.
      const expired = answered && error instanceof ModelFailure && error.kind === "authentication";
      if (!expired || !options.identity) throw error;
      loaded = null;
      return attempt(sending);
    }
  };

  /** A turn that the service paused is gone on with until it is done. */
  const wholeTurn = async (sending: Sending): Promise<ModelReply> => {
    const { body, signal } = sending;
    let whole: ModelReply | null = null;
    for (let paused = 0; ; paused += 1) {
      const messages = whole ? [...body.messages, ...continued(whole)] : body.messages;
      const before = whole?.usage ?? NO_USAGE;
      try {
        const next = () => authenticated({ ...sending, body: { ...body, messages } });
        const reply = await withRetries(next, options, signal);
        whole = whole ? joined(whole, reply) : reply;
      } catch (error) {
        throw error instanceof ModelFailure ? error.withUsage(addUsage(before, error.usage)) : error;
      }
      if (whole.stop !== "paused" || paused >= PAUSES) return whole;
    }
  };

  const concede = conceding();
  return {
    async complete(request) {
      const reply = await concede(request.model, {
        asked: (conceded) => asked(request, conceded),
        send: async (conceded, refused) =>
          wholeTurn({ body: await anthropicBody(request, conceded), signal: request.signal, refused }),
      });
      return request.format ? { ...reply, text: unwrapJson(reply.text) } : reply;
    },
  };
}

async function open(options: AnthropicOptions, learn: (secret: string) => void): Promise<Loaded> {
  const sdk = await import("@anthropic-ai/sdk");
  const { fetch = globalThis.fetch, silenceMs = SILENCE_MS, identity } = options;
  const safe = withoutRedirects(fetch);
  const baseURL = httpAddress(options.baseUrl)?.replace(/(?:\/v1)?\/*$/, "");
  const credentials = identity
    ? await identityProvider(identity, {
        baseUrl: baseURL ?? "https://api.anthropic.com",
        fetch: withoutSilence(safe, silenceMs),
        learn,
      })
    : null;
  const client = new sdk.Anthropic({
    ...(credentials
      ? { credentials }
      : options.apiKey
        ? { apiKey: options.apiKey }
        : options.authToken
          ? { authToken: options.authToken }
          : {}),
    ...(baseURL ? { baseURL } : {}),
    fetch: streamFetch(safe, silenceMs, eventsOfMessage),
    logLevel: "off",
    openTelemetry: false,
  });
  return { sdk, client };
}

/** What has come of the turn so far goes back as it is; the model goes on from its end. */
function continued(whole: ModelReply): Body["messages"] {
  const content = whole.raw as Exclude<Body["messages"][number]["content"], string>;
  return content.length === 0 ? [] : [{ role: "assistant", content }];
}

function joined(whole: ModelReply, more: ModelReply): ModelReply {
  return {
    ...more,
    text: whole.text + more.text,
    toolCalls: [...whole.toolCalls, ...more.toolCalls],
    usage: addUsage(whole.usage, more.usage),
    raw: [...(whole.raw as unknown[]), ...(more.raw as unknown[])],
  };
}

/** Errors told within a stream have a type instead of a status. */
const STATUS_OF_TYPE: Readonly<Record<string, number>> = {
  overloaded_error: 529,
  rate_limit_error: 429,
  timeout_error: 504,
  invalid_request_error: 400,
  authentication_error: 401,
  permission_error: 403,
  billing_error: 402,
  not_found_error: 404,
  request_too_large: 413,
};

/** The SDK's own errors in words that all providers share. */
function known(sdk: SdkModule, error: unknown): unknown {
  const told = causes(error).find((inner) => inner instanceof sdk.APIError && inner.type !== null);
  if (told instanceof sdk.APIError) {
    const status = STATUS_OF_TYPE[told.type ?? ""] ?? 500;
    return new RefusedError(status, new Headers(), JSON.stringify(told.error ?? {}));
  }
  const hasCause = error instanceof Error && error.cause !== undefined;
  return !hasCause && /resolve authentication|credential|api[ _-]?key/i.test(innermost(error))
    ? new ModelFailure("authentication", innermost(error))
    : error;
}
