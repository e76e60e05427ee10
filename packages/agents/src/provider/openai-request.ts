import type { Effort } from "@slipway/model";
import type {
  ChatCompletionAssistantMessageParam,
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
} from "openai/resources/chat/completions";
import { functionOf } from "./builtin-tools.ts";
import type { Concession } from "./concessions.ts";
import type { ModelReply, ModelRequest, ToolCall, Turn } from "./model-client.ts";
import { inWords, plainSchema } from "./schema-words.ts";
import { inputObject } from "./tool-input.ts";

type Body = ChatCompletionCreateParamsStreaming;

/** The request. `messages` comes last, so that a longer history begins with the very bytes of the shorter one. */
export async function openAiBody(request: ModelRequest, conceded: ReadonlySet<Concession>): Promise<Body> {
  const { format } = request;
  const worded = format !== undefined && conceded.has("json-schema");
  return {
    model: request.model,
    stream: true,
    ...(conceded.has("stream-usage") ? {} : { stream_options: { include_usage: true } }),
    ...(conceded.has("max-completion-tokens")
      ? { max_completion_tokens: request.maxOutputTokens }
      : { max_tokens: request.maxOutputTokens }),
    ...(request.effort && !conceded.has("effort")
      ? { reasoning_effort: effortOf(request.effort, conceded) }
      : {}),
    ...(format ? await formatOf(format, conceded) : {}),
    ...(request.tools
      ? {
          tools: request.tools.map((tool) => ({
            type: "function" as const,
            function: { ...functionOf(tool) },
          })),
        }
      : {}),
    messages: [
      { role: "system", content: worded ? request.system + inWords(format.schema) : request.system },
      ...messagesOf(request.turns),
    ],
  };
}

/** What of the request a service may be made to do without. */
export function asked(request: ModelRequest, conceded: ReadonlySet<Concession>): Set<Concession> {
  const all: Concession[] = [
    "stream-usage",
    "max-completion-tokens",
    ...(request.effort === "max" ? (["effort-max"] as const) : []),
    ...(request.effort ? (["effort"] as const) : []),
    ...(request.format ? (["json-schema"] as const) : []),
    ...(request.format && conceded.has("json-schema") ? (["json-object"] as const) : []),
  ];
  return new Set(all.filter((each) => !conceded.has(each)));
}

function effortOf(effort: Effort, conceded: ReadonlySet<Concession>): Effort {
  return effort === "max" && conceded.has("effort-max") ? "high" : effort;
}

async function formatOf(
  format: NonNullable<ModelRequest["format"]>,
  conceded: ReadonlySet<Concession>,
): Promise<Pick<Body, "response_format">> {
  if (conceded.has("json-object")) return {};
  if (conceded.has("json-schema")) return { response_format: { type: "json_object" } };
  const name = format.name.replace(/[^A-Za-z0-9_-]/g, "_").slice(0, 64);
  return { response_format: { type: "json_schema", json_schema: await schemaOf(name, format.schema) } };
}

/** Strict where the shape can be: a property that may be missing cannot. */
async function schemaOf(name: string, schema: NonNullable<ModelRequest["format"]>["schema"]) {
  const { zodResponseFormat } = await import("openai/helpers/zod");
  try {
    return { ...zodResponseFormat(schema, name).json_schema };
  } catch {
    return { name, strict: false, schema: plainSchema(schema) };
  }
}

function messagesOf(turns: readonly Turn[]): ChatCompletionMessageParam[] {
  const messages: ChatCompletionMessageParam[] = [];
  for (const turn of turns) {
    const last = messages.at(-1);
    // Many models' templates take users and assistants in turns only.
    if (turn.role === "user" && last?.role === "user") last.content = `${last.content}\n\n${turn.text}`;
    else messages.push(...messagesOfTurn(turn));
  }
  return messages;
}

function messagesOfTurn(turn: Turn): ChatCompletionMessageParam[] {
  switch (turn.role) {
    case "user":
      return [{ role: "user", content: turn.text }];
    case "results":
      // The protocol has no place for "this went wrong" but the text itself.
      return turn.results.map(({ callId, text, isError }) => ({
        role: "tool",
        tool_call_id: callId,
        content: isError ? `[failed]\n${text}` : text,
      }));
    case "model":
      return isOwn(turn.reply.raw) ? turn.reply.raw : assistantOf(turn.reply);
  }
}

/** A history may have been begun with another provider: its blocks are not this one's. */
function isOwn(raw: unknown): raw is ChatCompletionAssistantMessageParam[] {
  const own = (message: unknown) =>
    typeof message === "object" && message !== null && "role" in message && message.role === "assistant";
  return Array.isArray(raw) && raw.every(own);
}

/** What goes back into the history: nothing for a reply in which nothing was said. */
export function assistantOf(
  reply: Pick<ModelReply, "text" | "toolCalls">,
): ChatCompletionAssistantMessageParam[] {
  if (reply.text.trim() === "" && reply.toolCalls.length === 0) return [];
  return [
    {
      role: "assistant",
      content: reply.text === "" ? null : reply.text,
      ...(reply.toolCalls.length > 0 ? { tool_calls: reply.toolCalls.map(callParam) } : {}),
    },
  ];
}

function callParam({ id, name, input }: ToolCall) {
  return {
    id,
    type: "function" as const,
    // A name that is none would be refused with every request from here on.
    function: { name: name.replace(/[^\w-]/g, "_") || "_", arguments: JSON.stringify(inputObject(input)) },
  };
}
