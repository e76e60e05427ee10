import { type Ending, NO_USAGE } from "@slipway/model";
import { z } from "zod";
import { type ReportSoFar, sumUsage } from "./report.ts";

const count = z.number().nonnegative().transform(Math.round).catch(0);
const text = z.string().catch("");
const content = z
  .array(
    z
      .object({ type: z.literal("text"), text: z.string() })
      .nullable()
      .catch(null),
  )
  .catch([]);
const textOf = (parts: z.infer<typeof content>) => parts.flatMap((part) => part?.text ?? []).join("\n");

/** Usage as the Messages API counts it: what was read from the cache is not part of the input. */
const messagesUsage = z
  .object({
    input_tokens: count,
    output_tokens: count,
    cache_read_input_tokens: count,
    cache_creation_input_tokens: count,
  })
  .transform((usage) => ({
    inputTokens: usage.input_tokens,
    outputTokens: usage.output_tokens,
    cacheReadTokens: usage.cache_read_input_tokens,
    cacheWriteTokens: usage.cache_creation_input_tokens,
  }));
const camelUsage = z
  .object({
    inputTokens: count,
    outputTokens: count,
    cacheReadTokens: count.optional(),
    cacheWriteTokens: count.optional(),
    cacheReadInputTokens: count.optional(),
    cacheCreationInputTokens: count.optional(),
  })
  .transform((usage) => ({
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    cacheReadTokens: usage.cacheReadTokens ?? usage.cacheReadInputTokens ?? 0,
    cacheWriteTokens: usage.cacheWriteTokens ?? usage.cacheCreationInputTokens ?? 0,
  }));

/** HTTP status of the service behind a program, as the contract names what it means. */
function endingOf(status: number | null | undefined): Ending {
  if (status === 401 || status === 403) return "authentication";
  if (status === 429) return "rate-limited";
  if (status === 503 || status === 529) return "overloaded";
  return "executor-failed";
}

const initEvent = z.object({ type: z.enum(["system", "init"]), model: z.string().min(1) });

function takeModel(event: unknown, found: ReportSoFar): void {
  const init = initEvent.safeParse(event);
  if (init.success) found.usage = { ...found.usage, model: init.data.model };
}

const claudeAssistant = z.object({
  type: z.literal("assistant"),
  message: z.object({ id: z.string().catch("?"), content, usage: messagesUsage.nullable().catch(null) }),
});
const claudeResult = z.object({
  type: z.literal("result"),
  subtype: text,
  is_error: z.boolean().catch(false),
  result: z.string().nullable().catch(null),
  num_turns: count,
  total_cost_usd: z.number().nonnegative().nullable().catch(null),
  api_error_status: z.number().nullable().catch(null),
  usage: messagesUsage.nullable().catch(null),
  modelUsage: z.record(z.string(), camelUsage).nullable().catch(null),
});
const CLAUDE_LIMITS: Readonly<Record<string, Ending>> = {
  error_max_turns: "steps",
  error_max_budget_usd: "dollars",
};

function takeClaude(event: unknown, found: ReportSoFar): void {
  takeModel(event, found);
  const said = claudeAssistant.safeParse(event);
  if (said.success) {
    const { id, usage } = said.data.message;
    found.message = textOf(said.data.message.content) || found.message;
    if (usage !== null) found.byMessage.set(id, { calls: 1, ...usage });
  }
  const done = claudeResult.safeParse(event);
  if (!done.success) return;
  const { subtype, is_error, result, num_turns, total_cost_usd, usage, modelUsage } = done.data;
  found.message = result || found.message;
  found.dollars = total_cost_usd;
  // By model, subagents are counted in; `usage` is the main conversation's.
  const models = Object.values(modelUsage ?? {}).map((one) => ({ calls: 0, ...one }));
  const whole =
    models.length > 0 ? models.reduce(sumUsage, NO_USAGE) : usage === null ? null : { calls: 0, ...usage };
  if (whole !== null) found.usage = { ...found.usage, ...whole, calls: Math.max(1, num_turns) };
  if (subtype.startsWith("error") || is_error) {
    const ending = CLAUDE_LIMITS[subtype] ?? endingOf(done.data.api_error_status);
    found.failure = { ending, reason: result || `it ended with ${subtype}` };
  }
}

const codexMessage = z.object({
  type: z.literal("item.completed"),
  item: z.object({ type: z.enum(["agent_message", "assistant_message"]), text: z.string() }),
});
const codexDone = z.object({
  type: z.literal("turn.completed"),
  usage: z.object({ input_tokens: count, cached_input_tokens: count, output_tokens: count }),
});
const codexFailed = z.union([
  z.object({ type: z.literal("turn.failed"), error: z.object({ message: z.string() }) }),
  z.object({ type: z.literal("error"), message: z.string() }),
]);

function takeCodex(event: unknown, found: ReportSoFar): void {
  const said = codexMessage.safeParse(event);
  if (said.success) found.message = said.data.item.text || found.message;
  const done = codexDone.safeParse(event);
  if (done.success) {
    const { input_tokens, cached_input_tokens, output_tokens } = done.data.usage;
    found.usage = {
      calls: found.usage.calls + 1,
      inputTokens: Math.max(0, input_tokens - cached_input_tokens),
      outputTokens: output_tokens,
      cacheReadTokens: cached_input_tokens,
      cacheWriteTokens: 0,
    };
    // An error that was got over is no failure.
    found.failure = null;
  }
  const failed = codexFailed.safeParse(event);
  if (failed.success) {
    const reason = "error" in failed.data ? failed.data.error.message : failed.data.message;
    const status = /\b(?:status|HTTP)\D{0,12}(\d{3})\b/i.exec(reason)?.[1];
    found.failure = { ending: endingOf(status === undefined ? null : Number(status)), reason };
  }
}

const geminiMessage = z.object({
  type: z.literal("message"),
  role: z.literal("assistant"),
  content: z.string(),
  delta: z.boolean().catch(false),
});
const geminiTool = z.object({ type: z.literal("tool_use") });
const geminiResult = z.object({
  type: z.literal("result"),
  status: text,
  error: z.object({ message: z.string() }).nullable().catch(null),
  stats: z.object({ input_tokens: count, output_tokens: count, cached: count }).nullable().catch(null),
});

function takeGemini(event: unknown, found: ReportSoFar): void {
  takeModel(event, found);
  const said = geminiMessage.safeParse(event);
  if (said.success) {
    const { content: piece, delta } = said.data;
    found.message = delta ? (found.message ?? "") + piece : piece;
  }
  // What is said before a tool is used is not the last word.
  if (geminiTool.safeParse(event).success) found.message = null;
  const done = geminiResult.safeParse(event);
  if (!done.success) return;
  const { stats, status, error } = done.data;
  if (stats !== null) {
    found.usage = {
      ...found.usage,
      calls: 1,
      inputTokens: Math.max(0, stats.input_tokens - stats.cached),
      outputTokens: stats.output_tokens,
      cacheReadTokens: stats.cached,
    };
  }
  if (status === "error") {
    found.failure = { ending: "executor-failed", reason: error?.message ?? "it ended with an error" };
  }
}

const cursorAssistant = z.object({ type: z.literal("assistant"), message: z.object({ content }) });
const cursorResult = z.object({
  type: z.literal("result"),
  is_error: z.boolean().catch(false),
  result: z.string().nullable().catch(null),
  usage: camelUsage.nullable().catch(null),
});

function takeCursor(event: unknown, found: ReportSoFar): void {
  takeModel(event, found);
  const said = cursorAssistant.safeParse(event);
  if (said.success) found.message = textOf(said.data.message.content) || found.message;
  const done = cursorResult.safeParse(event);
  if (!done.success) return;
  // `result` joins all that was said; the last message is the summary.
  found.message ??= done.data.result;
  if (done.data.usage !== null) found.usage = { ...found.usage, calls: 1, ...done.data.usage };
  if (done.data.is_error) {
    found.failure = { ending: "executor-failed", reason: done.data.result ?? "it ended with an error" };
  }
}

/** What an event of each program's stream adds to the report. */
export const EVENTS = {
  "claude-code": takeClaude,
  codex: takeCodex,
  gemini: takeGemini,
  cursor: takeCursor,
} as const;
