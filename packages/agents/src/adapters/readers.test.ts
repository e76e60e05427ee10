import { describe, expect, test } from "@jest/globals";
import { NO_USAGE } from "@slipway/model";
import fc from "fast-check";
import { type ReaderName, readerOf } from "./readers.ts";

/** In pieces that fall across lines, as a pipe gives them. */
function read(name: ReaderName, events: readonly (string | object)[], piece = 7) {
  const text = events
    .map((event) => `${typeof event === "string" ? event : JSON.stringify(event)}\n`)
    .join("");
  const reader = readerOf(name);
  for (let at = 0; at < text.length; at += piece) reader.write(text.slice(at, at + piece));
  return reader.end();
}

const said = (text: string, id = "m1", usage: object | null = null) => ({
  type: "assistant",
  message: {
    id,
    content: [
      { type: "thinking", thinking: "?" },
      { type: "text", text },
    ],
    usage,
  },
});

describe("what programs print", () => {
  test("plain: the last words", () => {
    expect(read("plain", ["a", "b"])).toEqual({
      message: "a\nb",
      loose: null,
      usage: NO_USAGE,
      dollars: null,
      failure: null,
    });
    const long = read(
      "plain",
      ["first", ...Array.from({ length: 2_000 }, (_, index) => `line ${index}`)],
      999,
    );
    expect(long.message).toMatch(/^line \d+\n[\s\S]*line 1999$/);
    expect(long.message?.length).toBeLessThanOrEqual(8_000);
    expect(read("plain", [" "]).message).toBeNull();
  });

  test("Claude Code: result, turns, tokens of all its models, price", () => {
    const events = [
      { type: "system", subtype: "init", model: "claude-x", tools: ["Bash"] },
      "not an event",
      said("Working.", "m1", { input_tokens: 1, output_tokens: 1 }),
      {
        type: "result",
        subtype: "success",
        is_error: false,
        num_turns: 3,
        result: "Done.",
        total_cost_usd: 0.25,
        usage: {
          input_tokens: 1,
          output_tokens: 2,
          cache_read_input_tokens: 3,
          cache_creation_input_tokens: 4,
        },
        modelUsage: {
          "claude-x": {
            inputTokens: 10,
            outputTokens: 20,
            cacheReadInputTokens: 30,
            cacheCreationInputTokens: 40,
          },
          "claude-y": {
            inputTokens: 1,
            outputTokens: 1,
            cacheReadInputTokens: 1,
            cacheCreationInputTokens: 1,
          },
        },
      },
    ];
    expect(read("claude-code", events)).toEqual({
      message: "Done.",
      loose: "not an event",
      usage: {
        model: "claude-x",
        calls: 3,
        inputTokens: 11,
        outputTokens: 21,
        cacheReadTokens: 31,
        cacheWriteTokens: 41,
      },
      dollars: 0.25,
      failure: null,
    });
  });

  test("Claude Code, killed before its result: what its messages tell, each counted once", () => {
    const usage = { input_tokens: 10, output_tokens: 2, cache_read_input_tokens: 5 };
    const report = read("claude-code", [
      said("a", "m1", usage),
      said("b", "m1", usage),
      said("c", "m2", usage),
    ]);
    expect(report).toMatchObject({ message: "c", usage: { calls: 2, inputTokens: 20, cacheReadTokens: 10 } });
  });

  test.each([
    [{ subtype: "error_max_turns" }, "steps"],
    [{ subtype: "error_max_budget_usd" }, "dollars"],
    [
      { subtype: "success", is_error: true, result: "Invalid API key", api_error_status: 401 },
      "authentication",
    ],
    [{ subtype: "success", is_error: true, api_error_status: 429 }, "rate-limited"],
    [{ subtype: "success", is_error: true, api_error_status: 529 }, "overloaded"],
    [{ subtype: "error_during_execution" }, "executor-failed"],
  ])("Claude Code: %j", (result, ending) => {
    expect(read("claude-code", [{ type: "result", ...result }]).failure?.ending).toBe(ending);
  });

  test("Codex: last message, tokens less those from the cache; an error that was got over is none", () => {
    const events = [
      { type: "thread.started", thread_id: "t" },
      { type: "error", message: "Reconnecting... 1/5" },
      { type: "item.completed", item: { id: "i1", type: "command_execution", command: "ls" } },
      { type: "item.completed", item: { id: "i2", type: "agent_message", text: "Done." } },
      { type: "turn.completed", usage: { input_tokens: 100, cached_input_tokens: 60, output_tokens: 7 } },
    ];
    expect(read("codex", events)).toEqual({
      message: "Done.",
      loose: null,
      usage: { calls: 1, inputTokens: 40, outputTokens: 7, cacheReadTokens: 60, cacheWriteTokens: 0 },
      dollars: null,
      failure: null,
    });
    const failed = [{ type: "turn.failed", error: { message: "unexpected status 401 Unauthorized" } }];
    expect(read("codex", failed).failure).toMatchObject({ ending: "authentication" });
  });

  test("Gemini: what is said after the last tool, statistics, errors", () => {
    const piece = (content: string) => ({ type: "message", role: "assistant", content, delta: true });
    const events = [
      { type: "init", session_id: "s", model: "gemini-x" },
      { type: "message", role: "user", content: "the task" },
      piece("I look."),
      { type: "tool_use", tool_name: "ls", tool_id: "1", parameters: {} },
      piece("All "),
      piece("done."),
      { type: "result", status: "success", stats: { input_tokens: 50, output_tokens: 5, cached: 20 } },
    ];
    expect(read("gemini", events)).toMatchObject({
      message: "All done.",
      usage: { model: "gemini-x", calls: 1, inputTokens: 30, outputTokens: 5, cacheReadTokens: 20 },
      failure: null,
    });
    const failed = [{ type: "result", status: "error", error: { type: "x", message: "no quota" } }];
    expect(read("gemini", failed).failure).toEqual({ ending: "executor-failed", reason: "no quota" });
  });

  test("Cursor: last message; tokens when it tells them", () => {
    const result = { type: "result", subtype: "success", is_error: false, result: "I look.Done." };
    expect(read("cursor", [said("I look."), said("Done."), result])).toMatchObject({
      message: "Done.",
      usage: NO_USAGE,
    });
    const usage = { inputTokens: 4, outputTokens: 3, cacheReadTokens: 2 };
    expect(read("cursor", [{ ...result, usage }])).toMatchObject({
      message: "I look.Done.",
      usage: { calls: 1, inputTokens: 4, cacheReadTokens: 2 },
    });
  });

  test("aider: its rounded counts, added up", () => {
    const report = read("aider", [
      "Tokens: 2.5k sent, 1.0k cache write, 3.1k cache hit, 300 received. Cost: $0.02 message, $0.02 session.",
      "Applied edit to greet.mjs",
      "Tokens: 12k sent, 1,001 received. Cost: $0.05 message, $0.07 session.",
      "Commit 1234567 feat: greet",
    ]);
    expect(report).toMatchObject({
      usage: {
        calls: 2,
        inputTokens: 14_500,
        outputTokens: 1_301,
        cacheReadTokens: 3_100,
        cacheWriteTokens: 1_000,
      },
      dollars: 0.07,
    });
    expect(report.message).toContain("Applied edit");
  });

  test("output without a single event is taken as its words", () => {
    expect(read("claude-code", ["Invalid API key · Please run /login"]).message).toContain("Invalid API key");
  });

  test("no output makes a reader fail", () => {
    const names = fc.constantFrom<ReaderName>("plain", "claude-code", "codex", "gemini", "cursor", "aider");
    const type = fc.constantFrom(
      "assistant",
      "result",
      "system",
      "item.completed",
      "turn.completed",
      "error",
      "message",
    );
    const keys = fc.constantFrom(
      "message",
      "usage",
      "item",
      "error",
      "stats",
      "result",
      "modelUsage",
      "content",
      "num_turns",
    );
    const event = fc
      .tuple(type, fc.dictionary(keys, fc.jsonValue()))
      .map(([of, rest]) => ({ ...rest, type: of }));
    fc.assert(
      fc.property(names, fc.array(fc.oneof(event, fc.string())), (name, events) => {
        const { usage } = read(name, events, 50);
        for (const [key, value] of Object.entries(usage)) {
          if (key !== "model") expect(Number.isInteger(value) && Number(value) >= 0).toBe(true);
        }
      }),
    );
  });
});
