/** The chunks of one streamed completion, put together, as servers of many makes send them. */
import { NO_USAGE, type Usage } from "@slipway/model";
import { z } from "zod";
import type { ModelReply, StopReason, ToolCall } from "./model-client.ts";
import { assistantOf } from "./openai-request.ts";
import { parsedOr } from "./tool-input.ts";
import { withoutThoughts } from "./unwrap.ts";

const tokens = z.number().int().min(0).nullish().catch(null);
const text = z.string().nullish().catch(null);
const usageSchema = z
  .object({
    prompt_tokens: z.number().int().min(0),
    completion_tokens: tokens,
    prompt_tokens_details: z
      .object({ cached_tokens: tokens, cache_write_tokens: tokens })
      .nullish()
      .catch(null),
    prompt_cache_hit_tokens: tokens,
  })
  .nullish()
  .catch(null);
type Counted = NonNullable<z.infer<typeof usageSchema>>;

const callSchema = z.object({
  index: z.number().int().nullish().catch(null),
  id: text,
  function: z.object({ name: text, arguments: z.unknown().optional() }).nullish().catch(null),
});
// One call that is none must not cost the others.
const callsSchema = z
  .preprocess((given) => (Array.isArray(given) ? given : [given]), z.array(callSchema.nullable().catch(null)))
  .transform((calls) => calls.filter((call) => call !== null));
/** Most say a text; some say parts, their thinking among them. */
const contentSchema = z.union([
  z
    .array(z.looseObject({ type: text, text }).nullable().catch(null))
    .transform((parts) => parts.map((part) => (part?.type === "text" ? (part.text ?? "") : "")).join("")),
  text,
]);
const deltaSchema = z
  .object({
    content: contentSchema,
    refusal: text,
    reasoning_content: text,
    reasoning: text,
    tool_calls: callsSchema.nullish().catch(null),
    /** The older form, of one call. */
    function_call: callSchema.shape.function,
  })
  .nullish()
  .catch(null);
const chunkSchema = z.object({
  model: text,
  usage: usageSchema,
  x_groq: z.object({ usage: usageSchema }).nullish().catch(null),
  choices: z
    .array(
      z.object({
        finish_reason: text,
        usage: usageSchema,
        delta: deltaSchema,
        /** In its place where the answer came in one piece. */
        message: deltaSchema,
      }),
    )
    .nullish()
    .catch(null),
});
type CallDelta = z.infer<typeof callSchema>;

interface OpenCall {
  readonly index: number | null;
  id: string;
  name: string;
  json: string;
}

const STOPS: Readonly<Record<string, StopReason>> = {
  stop: "end",
  eos: "end",
  eos_token: "end",
  stop_sequence: "end",
  tool_calls: "tool-use",
  function_call: "tool-use",
  length: "cut",
  content_filter: "refusal",
};

/** Characters of a token, where nobody has counted. */
const TOKEN = 4;

export interface Sent {
  readonly model: string;
  /** Characters of what was asked, for a service that does not count. */
  readonly characters: number;
  /** Number of the turn, which makes ids of calls unique where the service gives none. */
  readonly turn: number;
}

/** Collects chunks. Nothing in them makes it throw: what was paid for is there however the stream ends. */
export function collector(sent: Sent) {
  const content: string[] = [];
  const refusals: string[] = [];
  const calls: OpenCall[] = [];
  let thought = 0;
  let model = sent.model;
  let counted: Counted | null = null;
  let finish: string | null = null;
  let begun = false;

  const outputCharacters = () =>
    thought +
    [...content, ...refusals].reduce((sum, part) => sum + part.length, 0) +
    calls.reduce((sum, call) => sum + call.name.length + call.json.length, 0);

  const usage = (): Usage => {
    if (!begun) return NO_USAGE;
    return counted
      ? usageOf(counted, model)
      : {
          ...NO_USAGE,
          model,
          calls: 1,
          inputTokens: Math.ceil(sent.characters / TOKEN),
          outputTokens: Math.ceil(outputCharacters() / TOKEN),
        };
  };

  return {
    add(given: unknown): void {
      const parsed = chunkSchema.safeParse(given);
      if (!parsed.success) return;
      const chunk = parsed.data;
      const choice = chunk.choices?.[0];
      begun = begun || choice !== undefined;
      model = chunk.model || model;
      counted = chunk.usage ?? choice?.usage ?? chunk.x_groq?.usage ?? counted;
      if (!choice) return;
      finish = choice.finish_reason || finish;
      const delta = choice.delta ?? choice.message;
      if (!delta) return;
      if (delta.content) content.push(delta.content);
      if (delta.refusal) refusals.push(delta.refusal);
      thought += (delta.reasoning_content ?? delta.reasoning ?? "").length;
      const older = delta.function_call ? [{ function: delta.function_call }] : [];
      for (const call of [...(delta.tool_calls ?? []), ...older]) extend(calls, call);
    },
    usage,
    /** What comes last is not known: numbers may follow. */
    ended: () => false,
    /** What has come is the whole message, but for numbers. */
    whole: () => begun && finish !== null,
    /**
     * @param done whether the service said that this was all; not every one gives a reason, too
     * @throws Error when the stream ended before the message did
     */
    reply(done = false): ModelReply {
      if (!begun) throw new Error("the stream held no message");
      if (finish === null && !done) throw new Error("the stream ended before the message did");
      const refused = refusals.join("");
      const said = withoutThoughts(content.join(""));
      const toolCalls = calls.map((call, at) => {
        const taken = calls.slice(0, at).some(({ id }) => id === call.id);
        return callOf(call, taken ? "" : call.id, `call_${sent.turn}_${at}`);
      });
      const known = STOPS[finish ?? "stop"] ?? "other";
      const stop = refused !== "" ? "refusal" : known === "end" && toolCalls.length > 0 ? "tool-use" : known;
      const reply = { text: said || refused, toolCalls };
      return {
        ...reply,
        stop,
        usage: usage(),
        ...(counted ? {} : { usageEstimated: true as const }),
        raw: assistantOf(reply),
      };
    },
  };
}

/** Tokens from the cache are told apart from those that are read anew: their prices differ. */
function usageOf(counted: Counted, model: string): Usage {
  const read = counted.prompt_tokens_details?.cached_tokens ?? counted.prompt_cache_hit_tokens ?? 0;
  const written = counted.prompt_tokens_details?.cache_write_tokens ?? 0;
  return {
    model,
    calls: 1,
    inputTokens: Math.max(0, counted.prompt_tokens - read - written),
    outputTokens: counted.completion_tokens ?? 0,
    cacheReadTokens: read,
    cacheWriteTokens: written,
  };
}

/** Adds a piece to the call that it is of. Not all servers number calls, and some give all the same number. */
function extend(calls: OpenCall[], delta: CallDelta): void {
  const given = delta.function?.arguments;
  const json = typeof given === "string" ? given : given == null ? "" : JSON.stringify(given);
  const name = delta.function?.name ?? "";
  const index = delta.index ?? null;
  const open = openCall(calls, { id: delta.id ?? "", name, index, json });
  if (open) {
    open.json += json;
    open.name ||= name;
    open.id ||= delta.id ?? "";
  } else {
    calls.push({ index, id: delta.id ?? "", name, json });
  }
}

function openCall(calls: readonly OpenCall[], { id, name, index, json }: OpenCall): OpenCall | undefined {
  const last = calls.findLast((call) => index === null || call.index === index);
  if (!last) return undefined;
  // A name that comes again after whole arguments begins another call.
  const again = name !== "" && last.json !== "" && typeof parsedOr(last.json) === "object";
  if (id !== "") return last.id === "" || (last.id === id && !(again && json !== "")) ? last : undefined;
  return again ? undefined : last;
}

function callOf(call: OpenCall, id: string, otherwise: string): ToolCall {
  // Some servers let marks of the model's own format through at the end of a name.
  const name = call.name.replace(/<\|.*$/s, "").trim();
  const input = call.json.trim() === "" ? {} : parsedOr(call.json);
  // Some encode the arguments twice.
  return { id: id || otherwise, name, input: typeof input === "string" ? parsedOr(input) : input };
}

/** A completion that came in one piece as the one chunk that it would be; null when it is none. */
export function eventsOfCompletion(json: object): readonly Readonly<Record<string, unknown>>[] | null {
  return "choices" in json && Array.isArray(json.choices) ? [{ ...json }] : null;
}
