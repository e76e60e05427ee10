import type Anthropic from "@anthropic-ai/sdk";
import type {
  Message,
  MessageCreateParamsBase,
  MessageParam,
  ToolUnion,
} from "@anthropic-ai/sdk/resources/messages/messages";
import { NO_USAGE, type Usage } from "@slipway/model";
import { isTransient, ModelFailure } from "./failure.ts";
import type { ModelClient, ModelReply, ModelRequest, StopReason, ToolSpec, Turn } from "./model-client.ts";
import { silenceOf, withoutSilence } from "./silence.ts";

export interface AnthropicOptions {
  /** Without key and token the SDK looks for its own variables, workload identity among them. */
  readonly apiKey?: string;
  readonly authToken?: string;
  readonly baseUrl?: string;
  readonly fetch?: typeof globalThis.fetch;
  /** Further tries after the first, for failures that may pass. Default 4. */
  readonly maxRetries?: number;
  /** Longest time for one try, from the first byte sent to the last received. Default 10 minutes. */
  readonly timeoutMs?: number;
  /** Longest time in which not a byte comes; a stream that is alive sends at least a ping. Default 3 minutes. */
  readonly silenceMs?: number;
  /** How to wait between tries; a test hands in a wait that does not take time. */
  readonly wait?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

/** Longer waits are not worth a billed minute: the stage fails and is retried by the run instead. */
const LONGEST_WAIT_MS = 60_000;
/** No further try after that, so that the shortest job that asks a model (30 minutes) is there to say why it stopped. */
const LONGEST_TRYING_MS = 15 * 60_000;

/** A client of Anthropic's Messages protocol. The SDK is loaded with the first call, not before. */
export function createAnthropicClient(options: AnthropicOptions = {}): ModelClient {
  const { maxRetries = 4, timeoutMs = 600_000, wait = sleep } = options;
  let loaded: Promise<{ sdk: SdkModule; client: Anthropic }> | null = null;
  const load = () => {
    loaded ??= import("@anthropic-ai/sdk").then((sdk) => ({ sdk, client: open(sdk, options) }));
    return loaded;
  };

  const attempt = async (body: MessageCreateParamsBase, outer: AbortSignal | undefined): Promise<Message> => {
    const { sdk, client } = await load();
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = outer ? AbortSignal.any([outer, timeout]) : timeout;
    try {
      return await client.messages.stream(body, { signal, timeout: timeoutMs, maxRetries: 0 }).finalMessage();
    } catch (error) {
      if (outer?.aborted) throw new ModelFailure("aborted", "The model call was stopped", { cause: error });
      if (timeout.aborted) {
        throw new ModelFailure(
          "timeout",
          `The model did not finish within ${Math.round(timeoutMs / 1_000)} s`,
          { cause: error },
        );
      }
      throw failureOf(sdk, error);
    }
  };

  return {
    async complete(request) {
      const body = await bodyOf(request);
      const started = performance.now();
      for (let tried = 0; ; tried += 1) {
        try {
          return replyOf(await attempt(body, request.signal));
        } catch (error) {
          if (!(error instanceof ModelFailure) || !isTransient(error.kind) || tried >= maxRetries)
            throw error;
          if (performance.now() - started > LONGEST_TRYING_MS) throw error;
          const asked = error.retryAfterSeconds === null ? null : error.retryAfterSeconds * 1_000;
          if (asked !== null && asked > LONGEST_WAIT_MS) throw error;
          await wait(asked ?? Math.min(8_000, 500 * 2 ** tried) * (0.75 + Math.random() / 4), request.signal);
        }
      }
    },
  };
}

const SILENCE_MS = 3 * 60_000;

type SdkModule = typeof import("@anthropic-ai/sdk");

function open(sdk: SdkModule, options: AnthropicOptions): Anthropic {
  return new sdk.Anthropic({
    ...(options.apiKey
      ? { apiKey: options.apiKey }
      : options.authToken
        ? { authToken: options.authToken }
        : {}),
    ...(options.baseUrl ? { baseURL: options.baseUrl.replace(/\/v1\/?$/, "") } : {}),
    fetch: withoutSilence(options.fetch ?? globalThis.fetch, options.silenceMs ?? SILENCE_MS),
    logLevel: "off",
    openTelemetry: false,
  });
}

/** `messages` comes last, so that a longer history begins with the very bytes of the shorter one. */
async function bodyOf(request: ModelRequest): Promise<MessageCreateParamsBase> {
  const { format } = request;
  return {
    model: request.model,
    max_tokens: request.maxOutputTokens,
    cache_control: { type: "ephemeral" },
    system: [{ type: "text", text: request.system, cache_control: { type: "ephemeral" } }],
    ...(request.tools ? { tools: request.tools.map(toolOf) } : {}),
    ...(format ? { output_config: { format: await formatOf(format.schema) } } : {}),
    messages: request.turns.map(messageOf),
  };
}

async function formatOf(schema: NonNullable<ModelRequest["format"]>["schema"]) {
  const { zodOutputFormat } = await import("@anthropic-ai/sdk/helpers/zod");
  // The parser stays behind: the stage validates, so that it can tell the model what was wrong.
  const { type, schema: json } = zodOutputFormat(schema);
  return { type, schema: json };
}

function toolOf(tool: ToolSpec): ToolUnion {
  switch (tool.kind) {
    case "shell":
      return { type: "bash_20250124", name: "bash" };
    case "editor":
      return { type: "text_editor_20250728", name: "str_replace_based_edit_tool" };
    case "function":
      return { name: tool.name, description: tool.description, input_schema: tool.inputSchema };
  }
}

function messageOf(turn: Turn): MessageParam {
  switch (turn.role) {
    case "user":
      return { role: "user", content: [{ type: "text", text: turn.text }] };
    case "results":
      return {
        role: "user",
        content: turn.results.map((result) => ({
          type: "tool_result" as const,
          tool_use_id: result.callId,
          content: result.text,
          is_error: result.isError,
        })),
      };
    case "model":
      return { role: "assistant", content: turn.reply.raw as Message["content"] };
  }
}

const STOPS: Readonly<Record<string, StopReason>> = {
  end_turn: "end",
  stop_sequence: "end",
  tool_use: "tool-use",
  max_tokens: "cut",
  refusal: "refusal",
  model_context_window_exceeded: "context-exceeded",
  pause_turn: "paused",
};

function replyOf(message: Message): ModelReply {
  const text: string[] = [];
  const toolCalls: ModelReply["toolCalls"][number][] = [];
  // A gateway may send blocks that the SDK's types do not know: they are kept, not understood.
  for (const block of message.content ?? []) {
    if (block.type === "text") text.push(block.text);
    if (block.type === "tool_use") toolCalls.push({ id: block.id, name: block.name, input: block.input });
  }
  return {
    stop: STOPS[message.stop_reason ?? ""] ?? "other",
    text: text.join(""),
    toolCalls,
    usage: usageOf(message),
    raw: (message.content ?? []).map(withoutParsed),
  };
}

/** The SDK's stream helper adds `parsed_output` to text blocks; the service would refuse it. */
function withoutParsed(block: Message["content"][number]): unknown {
  const { parsed_output: _, ...rest } = block as typeof block & { parsed_output?: unknown };
  return rest;
}

function usageOf(message: Message): Usage {
  const usage = message.usage;
  return {
    ...NO_USAGE,
    model: message.model,
    calls: 1,
    inputTokens: usage?.input_tokens ?? 0,
    outputTokens: usage?.output_tokens ?? 0,
    cacheReadTokens: usage?.cache_read_input_tokens ?? 0,
    cacheWriteTokens: usage?.cache_creation_input_tokens ?? 0,
  };
}

function failureOf(sdk: SdkModule, error: unknown): ModelFailure {
  const detail = error instanceof Error ? error.message.slice(0, 500) : String(error);
  const silence = silenceOf(error);
  if (silence) {
    return new ModelFailure("timeout", `The model's service took the request, and then ${silence.message}`, {
      cause: error,
    });
  }
  if (error instanceof sdk.APIConnectionTimeoutError) {
    return new ModelFailure("timeout", "The model's service did not answer in time", { cause: error });
  }
  if (error instanceof sdk.APIConnectionError) {
    return new ModelFailure("network", `The model's service could not be reached (${causeOf(error)})`, {
      cause: error,
    });
  }
  if (error instanceof sdk.APIError && error.status !== undefined) {
    const options = { cause: error, retryAfterSeconds: retryAfterOf(error.headers) };
    const said = `The model's service answered ${error.status} (${error.apiMessage ?? detail})`;
    if (error.status === 401 || error.status === 403)
      return new ModelFailure("authentication", said, options);
    if (error.status === 404) return new ModelFailure("unknown-model", said, options);
    if (error.status === 429) return new ModelFailure("rate-limited", said, options);
    if (error.status === 529 || error.status === 503) return new ModelFailure("overloaded", said, options);
    if (error.status >= 500 || error.status === 408 || error.status === 409)
      return new ModelFailure("server", said, options);
    return new ModelFailure("bad-request", said, options);
  }
  if (error instanceof sdk.APIError && error.type === "overloaded_error") {
    return new ModelFailure("overloaded", "The model's service became overloaded while it answered", {
      cause: error,
    });
  }
  // The rest comes from reading the body: a stream that was cut, or one that is no stream of messages.
  if (/credential|api[ _-]?key|auth/i.test(detail))
    return new ModelFailure("authentication", detail, { cause: error });
  return new ModelFailure("network", `The model's answer broke off or was not readable (${detail})`, {
    cause: error,
  });
}

/** What the network said, which `fetch` hides two causes deep. */
function causeOf(error: Error): string {
  let said = error.message;
  for (let inner: unknown = error.cause, depth = 0; depth < 5; depth += 1) {
    if (typeof inner !== "object" || inner === null) break;
    const { message, code, cause } = inner as { message?: unknown; code?: unknown; cause?: unknown };
    if (typeof message === "string" && message !== "") said = message;
    else if (typeof code === "string") said = code;
    inner = cause;
  }
  return said;
}

function retryAfterOf(headers: Headers | undefined): number | null {
  const value = headers?.get("retry-after");
  if (!value) return null;
  const seconds = Number(value);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, (at - Date.now()) / 1_000);
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
