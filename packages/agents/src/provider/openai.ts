import type OpenAI from "openai";
import {
  type CallOptions,
  causes,
  httpAddress,
  oneTry,
  SILENCE_MS,
  secretsOfUrl,
  TIMEOUT_MS,
  withRetries,
} from "./call.ts";
import { conceding } from "./conceding.ts";
import type { ModelClient, ModelReply } from "./model-client.ts";
import { collector, eventsOfCompletion, type Sent } from "./openai-reply.ts";
import { asked, openAiBody } from "./openai-request.ts";
import { readInto } from "./reading.ts";
import { withoutRedirects } from "./redirects.ts";
import { RefusedError, saidDone, streamFetch } from "./transport.ts";
import { unwrapJson } from "./unwrap.ts";

export interface OpenAiOptions extends CallOptions {
  /** Servers on one's own machine need none. */
  readonly apiKey?: string;
  /** Where `/chat/completions` is. An address without a path gets `/v1`. Default: OpenAI's own. */
  readonly baseUrl?: string;
}

type SdkModule = typeof import("openai");
type Loaded = { readonly sdk: SdkModule; readonly client: OpenAI };

interface Sending {
  readonly body: Awaited<ReturnType<typeof openAiBody>>;
  readonly sent: Sent;
  readonly signal: AbortSignal | undefined;
  readonly refused: (body: string) => void;
}

/** The library wants a key; a server that checks none does not mind. */
const NO_KEY = "none";

/** A client of OpenAI's Chat Completions protocol, as many makes of server speak it. The SDK is loaded with the first call. */
export function createOpenAiClient(options: OpenAiOptions = {}): ModelClient {
  const { timeoutMs = TIMEOUT_MS } = options;
  const secrets = [options.apiKey ?? "", ...secretsOfUrl(options.baseUrl)];
  let loaded: Promise<Loaded> | null = null;
  const load = () => {
    loaded ??= import("openai").then((sdk) => ({ sdk, client: open(sdk, options) }));
    return loaded;
  };

  const attempt = async ({ body, sent, signal, refused }: Sending): Promise<ModelReply> => {
    const collected = collector(sent);
    let sdk: SdkModule | null = null;
    const limits = { timeoutMs, signal, secrets, spent: collected.usage, refused };
    return oneTry({ ...limits, known: (error) => (sdk ? known(sdk, error) : error) }, async (inner) => {
      const opened = await load();
      sdk = opened.sdk;
      // Its own timer is the later one, so that the reason is never lost to it.
      const own = { signal: inner, timeout: timeoutMs + 60_000, maxRetries: 0 };
      const { data, response } = await opened.client.chat.completions.create(body, own).withResponse();
      await readInto(collected, data);
      return collected.reply(saidDone(response));
    });
  };

  const concede = conceding();
  return {
    async complete(request) {
      const { signal, turns, model } = request;
      const reply = await concede(model, {
        asked: (conceded) => asked(request, conceded),
        send: async (conceded, refused) => {
          const body = await openAiBody(request, conceded);
          const characters = JSON.stringify([body.messages, body.tools ?? []]).length;
          const sent = { model, characters, turn: turns.length };
          return withRetries(() => attempt({ body, sent, signal, refused }), options, signal);
        },
      });
      return request.format ? { ...reply, text: unwrapJson(reply.text) } : reply;
    },
  };
}

function open(sdk: SdkModule, options: OpenAiOptions): OpenAI {
  const { fetch = globalThis.fetch, silenceMs = SILENCE_MS } = options;
  return new sdk.OpenAI({
    apiKey: options.apiKey || NO_KEY,
    baseURL: addressOf(options.baseUrl),
    // Not from the environment: they are for another service than the one that is named here.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    fetch: streamFetch(withoutRedirects(fetch), silenceMs, eventsOfCompletion),
    logLevel: "off",
  });
}

function addressOf(baseUrl: string | undefined): string {
  const address = httpAddress(baseUrl);
  if (address === undefined) return "https://api.openai.com/v1";
  const plain = address.replace(/(?:\/chat\/completions)?\/*$/, "");
  return new URL(plain).pathname === "/" ? `${plain}/v1` : plain;
}

/** An error told within the stream, which has a code or a type instead of a status. */
function known(sdk: SdkModule, error: unknown): unknown {
  const told = causes(error).find((inner) => inner instanceof sdk.APIError && inner.error !== undefined);
  if (!(told instanceof sdk.APIError)) return error;
  return new RefusedError(statusOf(told), new Headers(), JSON.stringify({ error: told.error }));
}

function statusOf({ code, type }: { readonly code?: unknown; readonly type?: unknown }): number {
  if (Number(code) >= 400 && Number(code) < 600) return Number(code);
  const said = `${code} ${type}`;
  if (/rate_limit|quota/i.test(said)) return 429;
  if (/overloaded|unavailable/i.test(said)) return 529;
  if (/invalid_request|bad_?request|context_length|content_filter/i.test(said)) return 400;
  if (/auth|permission/i.test(said)) return 401;
  return 500;
}
