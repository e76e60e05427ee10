import type {
  CacheControlEphemeral,
  ContentBlockParam,
  MessageCreateParamsStreaming,
  MessageParam,
  OutputConfig,
  ToolUnion,
} from "@anthropic-ai/sdk/resources/messages/messages";
import type { Concession } from "./concessions.ts";
import type { ModelReply, ModelRequest, ToolSpec, Turn } from "./model-client.ts";
import { inWords } from "./schema-words.ts";
import { inputObject } from "./tool-input.ts";

const MARK: CacheControlEphemeral = { type: "ephemeral" };
/** From a mark the service looks back this many blocks for the end of what it has cached. */
const LOOK_BACK = 20;

/**
 * The request. `messages` comes last and what stands in it stays as it is, so that a longer history
 * begins with the very bytes of the shorter one.
 *
 * Cache marks, at most four: the system prompt (the tools stand before it and are cached with it), the
 * first message with its context, the end of the previous request where it would be out of sight, and,
 * by the mark of the request itself, the newest block.
 */
export async function anthropicBody(
  request: ModelRequest,
  conceded: ReadonlySet<Concession>,
): Promise<MessageCreateParamsStreaming> {
  const { format, effort } = request;
  const inSchema = format && !conceded.has("json-schema");
  const output: OutputConfig = {
    ...(effort && !conceded.has("effort")
      ? { effort: effort === "max" && conceded.has("effort-max") ? "high" : effort }
      : {}),
    ...(inSchema ? { format: await formatOf(format.schema) } : {}),
  };
  const system = format && !inSchema ? request.system + inWords(format.schema) : request.system;
  return {
    model: request.model,
    max_tokens: request.maxOutputTokens,
    stream: true,
    cache_control: MARK,
    system: [{ type: "text", text: system, cache_control: MARK }],
    ...(request.tools ? { tools: request.tools.map(toolOf) } : {}),
    ...(Object.keys(output).length > 0 ? { output_config: output } : {}),
    messages: messagesOf(request.turns),
  };
}

/** What of the request a service may be made to do without. */
export function asked(request: ModelRequest, conceded: ReadonlySet<Concession>): Set<Concession> {
  const all: Concession[] = [
    ...(request.effort === "max" ? (["effort-max"] as const) : []),
    ...(request.effort ? (["effort"] as const) : []),
    ...(request.format ? (["json-schema"] as const) : []),
  ];
  return new Set(all.filter((each) => !conceded.has(each)));
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

function messagesOf(turns: readonly Turn[]): MessageParam[] {
  const contents = turns.map(contentOf);
  const first = turns.findIndex((turn) => turn.role === "user");
  const marked = new Set([first, outOfSight(turns, contents)]);
  return turns.flatMap((turn, index) => {
    const content = contents[index] ?? [];
    if (content.length === 0) return [];
    return [
      {
        role: turn.role === "model" ? ("assistant" as const) : ("user" as const),
        content: marked.has(index) ? withMark(content) : content,
      },
    ];
  });
}

/** The turn that the previous request ended with, if so much has come since that a mark has to show it; else -1. */
function outOfSight(turns: readonly Turn[], contents: readonly ContentBlockParam[][]): number {
  const reply = turns.findLastIndex((turn) => turn.role === "model");
  const since = contents.slice(reply).reduce((sum, content) => sum + content.length, 0);
  return reply > 0 && since >= LOOK_BACK ? reply - 1 : -1;
}

function withMark(content: ContentBlockParam[]): ContentBlockParam[] {
  return content.map((block, index) =>
    index === content.length - 1 && (block.type === "text" || block.type === "tool_result")
      ? { ...block, cache_control: MARK }
      : block,
  );
}

function contentOf(turn: Turn): ContentBlockParam[] {
  switch (turn.role) {
    case "user":
      return [{ type: "text", text: turn.text }];
    case "results":
      return turn.results.map((result) => ({
        type: "tool_result" as const,
        tool_use_id: result.callId,
        content: result.text,
        is_error: result.isError,
      }));
    case "model":
      return isOwn(turn.reply.raw) ? turn.reply.raw : rebuilt(turn.reply);
  }
}

/** A history may have been begun with another provider: its blocks are not this one's. */
function isOwn(raw: unknown): raw is ContentBlockParam[] {
  const ofBlocks = (block: unknown) => typeof block === "object" && block !== null && "type" in block;
  return Array.isArray(raw) && raw.every(ofBlocks);
}

function rebuilt(reply: ModelReply): ContentBlockParam[] {
  return [
    ...(reply.text.trim() === "" ? [] : [{ type: "text" as const, text: reply.text }]),
    ...reply.toolCalls.map(({ id, name, input }) => ({
      type: "tool_use" as const,
      id,
      name,
      input: inputObject(input),
    })),
  ];
}
