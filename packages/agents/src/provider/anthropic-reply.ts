/** The events of one streamed message, put together. */
import { randomUUID } from "node:crypto";
import { NO_USAGE, type Usage } from "@slipway/model";
import { z } from "zod";
import type { ModelReply, StopReason, ToolCall } from "./model-client.ts";
import { inputObject, parsedOr } from "./tool-input.ts";

const tokens = z.number().int().min(0).nullish().catch(null);
const text = z.string().nullish().catch(null);
// Numbers that are none, and details of another shape, must not cost the event that they came with.
const usageSchema = z
  .object({
    input_tokens: tokens,
    output_tokens: tokens,
    cache_read_input_tokens: tokens,
    cache_creation_input_tokens: tokens,
  })
  .nullish()
  .catch(null);
type Counted = NonNullable<z.infer<typeof usageSchema>>;

// A gateway may send events and blocks that are not known here: they are kept or passed over, not refused.
const eventSchema = z.union([
  z.object({
    type: z.literal("message_start"),
    message: z.object({ model: text, usage: usageSchema }),
  }),
  z.object({
    type: z.literal("content_block_start"),
    index: z.number(),
    content_block: z.looseObject({ type: z.string() }),
  }),
  z.object({
    type: z.literal("content_block_delta"),
    index: z.number(),
    delta: z.looseObject({ type: z.string() }),
  }),
  z.object({
    type: z.literal("message_delta"),
    delta: z.object({
      stop_reason: text,
      stop_details: z.object({ explanation: text }).nullish().catch(null),
    }),
    usage: usageSchema,
  }),
  z.object({ type: z.literal("message_stop") }),
]);

interface Block {
  readonly block: Record<string, unknown> & { readonly type: string };
  /** Of a tool's input, as it comes: JSON, or what the model wrote instead. */
  json: string;
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

/** Characters of a token, where nobody has counted. */
const TOKEN = 4;

/**
 * Collects events. Nothing in them makes it throw: what was paid for is there however the stream ends.
 *
 * @param sentCharacters of what was asked, for a service that does not count
 */
export function collector(sentCharacters: () => number) {
  const blocks = new Map<number, Block>();
  /** What came before the block that it is of. */
  const early = new Map<number, Record<string, unknown>[]>();
  let model: string | null = null;
  let counted: Counted = {};
  let stop: string | null = null;
  let explanation: string | null = null;
  let begun = false;
  let ended = false;

  const count = (usage: Counted | null | undefined) => {
    // Numbers are totals of the message so far; what an event leaves out holds.
    for (const [name, value] of Object.entries(usage ?? {})) {
      if (typeof value === "number") counted = { ...counted, [name]: value };
    }
  };

  const usage = (): Usage => {
    if (!begun) return NO_USAGE;
    return {
      ...(model ? { model } : {}),
      calls: 1,
      inputTokens: counted.input_tokens ?? Math.ceil(sentCharacters() / TOKEN),
      outputTokens: counted.output_tokens ?? Math.ceil(charactersOf(blocks.values()) / TOKEN),
      cacheReadTokens: counted.cache_read_input_tokens ?? 0,
      cacheWriteTokens: counted.cache_creation_input_tokens ?? 0,
    };
  };

  return {
    add(given: unknown): void {
      const parsed = eventSchema.safeParse(given);
      if (!parsed.success) return;
      const event = parsed.data;
      switch (event.type) {
        case "message_start":
          begun = true;
          model = event.message.model ?? null;
          count(event.message.usage);
          break;
        case "content_block_start":
          blocks.set(event.index, { block: { ...event.content_block }, json: "" });
          for (const delta of early.get(event.index) ?? []) extend(blocks.get(event.index), delta);
          early.delete(event.index);
          break;
        case "content_block_delta":
          if (blocks.has(event.index)) extend(blocks.get(event.index), event.delta);
          else early.set(event.index, [...(early.get(event.index) ?? []), event.delta]);
          break;
        case "message_delta":
          stop = event.delta.stop_reason ?? stop;
          explanation = event.delta.stop_details?.explanation ?? explanation;
          count(event.usage);
          break;
        case "message_stop":
          ended = true;
      }
    },
    usage,
    /** Nothing more can come. */
    ended: () => ended,
    /** What has come is the whole message, but for numbers. */
    whole: () => begun && (ended || stop !== null),
    /** @throws Error when the stream ended before the message did */
    reply(): ModelReply {
      if (!begun) throw new Error("the stream held no message");
      if (!ended && stop === null) throw new Error("the stream ended before the message did");
      if (early.size > 0) throw new Error("parts of the message were missing");
      const ordered = [...blocks.entries()].sort(([a], [b]) => a - b).map(([, block]) => block);
      const reply = replyOf(ordered);
      const text = reply.text === "" && stop === "refusal" ? (explanation ?? "") : reply.text;
      const told = typeof counted.input_tokens === "number" && typeof counted.output_tokens === "number";
      return {
        ...reply,
        text,
        stop: STOPS[stop ?? ""] ?? "other",
        usage: usage(),
        ...(told ? {} : { usageEstimated: true as const }),
      };
    },
  };
}

function charactersOf(blocks: Iterable<Block>): number {
  return [...blocks].reduce(
    (sum, { block, json }) => sum + JSON.stringify([block.text, block.thinking, json]).length,
    0,
  );
}

function extend(target: Block | undefined, delta: Record<string, unknown>): void {
  if (!target) return;
  const { block } = target;
  const grow = (key: string, more: unknown) => {
    if (typeof more === "string") block[key] = (typeof block[key] === "string" ? block[key] : "") + more;
  };
  switch (delta.type) {
    case "text_delta":
      grow("text", delta.text);
      break;
    case "thinking_delta":
      grow("thinking", delta.thinking);
      break;
    case "signature_delta":
      block.signature = delta.signature;
      break;
    case "citations_delta":
      block.citations = [...(Array.isArray(block.citations) ? block.citations : []), delta.citation];
      break;
    case "input_json_delta":
      if (typeof delta.partial_json === "string") target.json += delta.partial_json;
  }
}

function replyOf(blocks: readonly Block[]): Pick<ModelReply, "text" | "toolCalls" | "raw"> {
  const text: string[] = [];
  const toolCalls: ToolCall[] = [];
  const raw: unknown[] = [];
  const ids = new Set<unknown>();
  for (const { block, json } of blocks) {
    if (block.type === "tool_use") block.id = distinct(block.id, ids);
    if (block.type === "text" && typeof block.text === "string") {
      text.push(block.text);
      // The service refuses in a history what it may itself have sent.
      if (block.text.trim() !== "") raw.push(block);
    } else if (json === "") {
      raw.push(block);
      if (block.type === "tool_use") toolCalls.push(callOf(block, block.input ?? {}));
    } else {
      const input = parsedOr(json);
      raw.push({ ...block, input: inputObject(input) });
      if (block.type === "tool_use") toolCalls.push(callOf(block, input));
    }
  }
  return { text: text.join(""), toolCalls, raw };
}

function callOf(block: Block["block"], input: unknown): ToolCall {
  return { id: String(block.id ?? ""), name: String(block.name ?? ""), input };
}

/** A result belongs to its call by the id alone: one that is missing, or that another call has, is made up. */
function distinct(id: unknown, taken: Set<unknown>): string {
  const usable = typeof id === "string" && id !== "" && !taken.has(id);
  const own = usable ? id : `toolu_${randomUUID().replaceAll("-", "")}`;
  taken.add(own);
  return own;
}

/** A message that came in one piece, in the events that it would have been streamed in; null when it is none. */
export function eventsOfMessage(json: object): readonly Readonly<Record<string, unknown>>[] | null {
  if (!("content" in json) || !Array.isArray(json.content) || !("role" in json)) return null;
  const { content, ...message } = json;
  const { stop_reason, stop_details } = json as { stop_reason?: unknown; stop_details?: unknown };
  return [
    { type: "message_start", message: { ...message, content: [] } },
    ...content.map((content_block: unknown, index) => ({
      type: "content_block_start",
      index,
      content_block,
    })),
    { type: "message_delta", delta: { stop_reason, stop_details } },
    { type: "message_stop" },
  ];
}
