/** Services that answer, but not quite as the protocol has it: what they said is not lost. */
import type { ServerResponse } from "node:http";
import { describe, expect, test } from "@jest/globals";
import { createModelClient } from "./client.ts";
import { ModelFailure } from "./failure.ts";
import type { ModelReply } from "./model-client.ts";
import { PROVIDERS, type Provider } from "./testing/faults.ts";
import { chunk, DONE, messageEvents, sayChunks, sayEvents, sayJson, startService } from "./testing/server.ts";

type Answer = (response: ServerResponse) => void;

async function ask(provider: Provider, answer: Answer) {
  const waits: number[] = [];
  const service = await startService((response) => answer(response));
  const asked = Date.now();
  try {
    const client = createModelClient({
      provider,
      apiKey: "sk-of-this-test-0123",
      baseUrl: service.url,
      maxRetries: 2,
      silenceMs: 1_000,
      timeoutMs: 20_000,
      wait: async (ms) => void waits.push(ms),
    });
    const turns = [{ role: "user" as const, text: "hello" }];
    const outcome = await client.complete({ model: "m", maxOutputTokens: 100, system: "s", turns }).then(
      (reply: ModelReply) => reply,
      (error: unknown) => error,
    );
    return { outcome, waits, tries: service.heard.length, ms: Date.now() - asked };
  } finally {
    await service.stop();
  }
}

async function replyOf(provider: Provider, answer: Answer): Promise<ModelReply> {
  const { outcome } = await ask(provider, answer);
  if (outcome instanceof Error) throw outcome;
  return outcome as ModelReply;
}

const EVENTS = { "content-type": "text/event-stream" };
const bash = (id: string, json: string) => ({
  start: { type: "tool_use", id, name: "bash", input: {} },
  deltas: [{ type: "input_json_delta", partial_json: json }],
});
const said = (text: string) => ({
  start: { type: "text", text: "" },
  deltas: [{ type: "text_delta", text }],
});
const write = (
  response: ServerResponse,
  events: readonly { readonly type?: string; readonly object?: string }[],
) => {
  response.writeHead(200, EVENTS);
  for (const event of events)
    response.write(`${event.type ? `event: ${event.type}\n` : ""}data: ${JSON.stringify(event)}\n\n`);
};
const whole: Record<Provider, readonly { readonly type?: string; readonly object?: string }[]> = {
  anthropic: messageEvents([said("hi")], "end_turn"),
  openai: [chunk({ content: "hi" }), chunk({}, "stop")],
};

describe.each(PROVIDERS)("%s", (provider) => {
  test("a connection that is left open after the message is not waited for", async () => {
    const { outcome, tries } = await ask(provider, (response) => write(response, whole[provider]));
    expect(outcome).toMatchObject({ text: "hi", stop: "end" });
    expect(tries).toBe(1);
  });

  test("a connection that breaks after the message has lost nothing", async () => {
    const { outcome, tries } = await ask(provider, (response) => {
      write(response, whole[provider].slice(0, provider === "anthropic" ? -1 : undefined));
      setTimeout(() => response.socket?.resetAndDestroy(), 50);
    });
    expect(outcome).toMatchObject({ text: "hi", stop: "end" });
    expect(tries).toBe(1);
  });

  test("an answer in one piece, although a stream was asked for", async () => {
    const call = { id: "t1", type: "function", function: { name: "bash", arguments: '{"command":"ls"}' } };
    const message = { role: "assistant", content: "hi", tool_calls: [call] };
    const reply = await replyOf(provider, (response) =>
      sayJson(
        response,
        200,
        provider === "anthropic"
          ? {
              type: "message",
              role: "assistant",
              model: "m",
              content: [
                { type: "text", text: "hi" },
                { type: "tool_use", id: "t1", name: "bash", input: { command: "ls" } },
              ],
              stop_reason: "tool_use",
              usage: { input_tokens: 5, output_tokens: 2 },
            }
          : {
              object: "chat.completion",
              model: "m",
              choices: [{ index: 0, message, finish_reason: "tool_calls" }],
              usage: { prompt_tokens: 5, completion_tokens: 2 },
            },
      ),
    );
    expect(reply).toMatchObject({
      stop: "tool-use",
      text: "hi",
      toolCalls: [{ id: "t1", name: "bash", input: { command: "ls" } }],
      usage: { model: "m", calls: 1, inputTokens: 5, outputTokens: 2 },
    });
  });

  test("a stream that calls itself JSON", async () => {
    const text = whole[provider].map(
      (event) => `${event.type ? `event: ${event.type}\n` : ""}data: ${JSON.stringify(event)}\n\n`,
    );
    const reply = await replyOf(provider, (response) =>
      response.writeHead(200, { "content-type": "application/json" }).end(text.join("")),
    );
    expect(reply).toMatchObject({ text: "hi", stop: "end" });
  });

  test.each([
    ["never comes", 429, (response: ServerResponse) => response.flushHeaders(), "rate-limited", 3],
    ["breaks off", 529, (response: ServerResponse) => response.write('{"err'), "overloaded", 3],
    ["is not what it says", 401, (response: ServerResponse) => response.end("?"), "authentication", 1],
  ] as const)("an error whose body %s is that error", async (_what, status, body, kind, tries) => {
    const asked = await ask(provider, (response) => {
      const encoding = status === 401 ? { "content-encoding": "gzip" } : {};
      response.writeHead(status, { "content-type": "application/json", "retry-after": "7", ...encoding });
      body(response);
      if (status === 529) setTimeout(() => response.destroy(), 50);
    });
    expect(asked.outcome).toMatchObject({ kind, retryAfterSeconds: 7 });
    expect(asked).toMatchObject({ tries, waits: Array(tries - 1).fill(7_000) });
  });

  test.each(["0", new Date(0).toUTCString()])(
    "tries are not used up at once when retry-after is %s",
    async (value) => {
      const { waits } = await ask(provider, (response) =>
        sayJson(response, 429, { error: { message: "slow" } }, { "retry-after": value }),
      );
      expect(waits).toHaveLength(2);
      for (const wait of waits) expect(wait).toBeGreaterThan(300);
    },
  );

  test("how long a service wants to be left alone is told", async () => {
    const { outcome } = await ask(provider, (response) =>
      sayJson(response, 429, { error: { message: "slow" } }, { "retry-after": "3600" }),
    );
    expect((outcome as Error).message).toContain("429 (slow), and asks to wait 3600 s. Retry later");
  });

  test("an endless line takes no more memory than a long one, and is no model's service", async () => {
    const { outcome, tries } = await ask(provider, (response) => {
      response.writeHead(200, EVENTS);
      const more = () => {
        while (!response.destroyed) if (!response.write("a".repeat(1 << 20))) break;
      };
      response.on("drain", more).on("error", () => {});
      more();
    });
    expect(outcome).toMatchObject({
      kind: "wrong-service",
      message: expect.stringContaining("endless line"),
    });
    expect(tries).toBe(1);
  });

  test.each([
    { input_tokens: -5 },
    { input_tokens: 5.5 },
    { input_tokens: "5" },
    { input_tokens: 1e300 },
    "many",
    null,
  ])("usage %j does not cost the answer, and is estimated", async (usage) => {
    const renamed = usage instanceof Object ? { prompt_tokens: usage.input_tokens } : usage;
    const events =
      provider === "anthropic"
        ? whole.anthropic.map((event) => ({
            ...event,
            ...("message" in event ? { message: { model: "m", usage } } : {}),
            ...("usage" in event ? { usage } : {}),
          }))
        : [...whole.openai, { ...chunk({}), choices: [], usage: renamed }];
    const reply = await replyOf(provider, (response) => {
      write(response, events);
      response.end();
    });
    expect(reply).toMatchObject({ text: "hi", stop: "end", usageEstimated: true });
    expect(reply.usage.inputTokens).toBeGreaterThan(0);
    expect(reply.usage.inputTokens).toBeLessThan(2_000);
    expect(reply.usage.outputTokens).toBeGreaterThan(0);
  });
});

describe("Messages", () => {
  const two = [bash("t", '{"command":"a"}'), bash("t", '{"command":"b"}'), bash("", '{"command":"c"}')];

  test("calls with one id, or none, get ids of their own, in the history too", async () => {
    const reply = await replyOf("anthropic", (response) =>
      sayEvents(response, messageEvents(two, "tool_use")),
    );
    expect(reply.toolCalls.map(({ input }) => input)).toEqual([
      { command: "a" },
      { command: "b" },
      { command: "c" },
    ]);
    const ids = reply.toolCalls.map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    expect(ids[0]).toBe("t");
    for (const id of ids) expect(id).toMatch(/^[\w-]+$/);
    expect((reply.raw as { id: string }[]).map(({ id }) => id)).toEqual(ids);
  });

  test("a piece that comes before its block is of that block", async () => {
    const events = messageEvents([bash("t", '{"command":"a"}')], "tool_use");
    const [first, begin, delta, ...rest] = events;
    const turned = [first, delta, begin, ...rest].filter((event) => event !== undefined);
    const reply = await replyOf("anthropic", (response) => sayEvents(response, turned));
    expect(reply.toolCalls).toEqual([{ id: "t", name: "bash", input: { command: "a" } }]);
  });

  test("pieces of a block that never came are missed, and the answer is asked for again", async () => {
    const events = messageEvents([said("hi")], "end_turn").filter(
      ({ type }) => type !== "content_block_start",
    );
    const { outcome, tries } = await ask("anthropic", (response) => sayEvents(response, events));
    expect(outcome).toMatchObject({ kind: "network", message: expect.stringContaining("were missing") });
    expect(tries).toBe(3);
  });

  test("details of another shape do not cost the reason to stop", async () => {
    const events = messageEvents([said("hi")], "end_turn").map((event) =>
      "delta" in event && event.type === "message_delta"
        ? { ...event, delta: { stop_reason: "end_turn", stop_details: "none" } }
        : event,
    );
    expect(await replyOf("anthropic", (response) => sayEvents(response, events))).toMatchObject({
      stop: "end",
    });
  });
});

describe("Chat Completions", () => {
  const call = (more: object, json: unknown = '{"command":"a"}') => ({
    ...more,
    function: { name: "bash", arguments: json },
  });
  const A = { name: "bash", input: { command: "a" } };
  const B = { name: "bash", input: { command: "b" } };
  const second = '{"command":"b"}';

  test.each<[string, readonly object[], readonly object[]]>([
    ["twice encoded", [call({ index: 0, id: "t" }, JSON.stringify('{"command":"a"}'))], [A]],
    ["beside one that is none", [7, call({ index: 0, id: "t" })] as object[], [A]],
    ["with one id", [call({ index: 0, id: "t" }), call({ index: 1, id: "t" }, second)], [A, B]],
    ["with one id and number", [call({ index: 0, id: "t" }), call({ index: 0, id: "t" }, second)], [A, B]],
  ])("calls %s", async (_name, calls, expected) => {
    const chunks = [...calls.map((each) => chunk({ tool_calls: [each] })), chunk({}, "tool_calls"), DONE];
    const reply = await replyOf("openai", (response) => sayChunks(response, chunks));
    expect(reply.toolCalls).toMatchObject(expected);
    expect(new Set(reply.toolCalls.map(({ id }) => id)).size).toBe(expected.length);
  });

  test("a call in the older form, and one that is no list", async () => {
    const older = [
      chunk({ function_call: { name: "bash", arguments: '{"comm' } }),
      chunk({ function_call: { arguments: 'and":"a"}' } }),
    ];
    for (const chunks of [
      [...older, chunk({}, "function_call"), DONE],
      [chunk({ tool_calls: call({ id: "t" }) }), chunk({}, "tool_calls"), DONE],
    ]) {
      const reply = await replyOf("openai", (response) => sayChunks(response, chunks));
      expect(reply).toMatchObject({ stop: "tool-use", toolCalls: [A] });
    }
  });

  test("a text in parts, without its thinking", async () => {
    const thinking = { type: "thinking", thinking: [{ type: "text", text: "hm" }] };
    const parts = [[thinking], [{ type: "text", text: "h" }, null, { type: "text", text: "i" }]];
    const chunks = [...parts.map((content) => chunk({ content })), chunk({}, "stop"), DONE];
    expect(await replyOf("openai", (response) => sayChunks(response, chunks))).toMatchObject({ text: "hi" });
  });

  test("a stream that says that it is done, and gives no reason", async () => {
    const calls = [chunk({ tool_calls: [call({ id: "t" })] }), DONE];
    expect(await replyOf("openai", (response) => sayChunks(response, calls))).toMatchObject({
      stop: "tool-use",
      toolCalls: [A],
    });
    const text = [chunk({ content: "hi" }), DONE];
    expect(await replyOf("openai", (response) => sayChunks(response, text))).toMatchObject({ stop: "end" });
    // As a text, what it says ends nothing.
    const { outcome } = await ask("openai", (response) =>
      sayChunks(response, [chunk({ content: "data: [DONE]" })]),
    );
    expect(outcome).toBeInstanceOf(ModelFailure);
  });

  test.each([
    "registry.ollama.ai/library/gemma3:latest does not support tools",
    '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
  ])("a server without tools: %s", async (message) => {
    const { outcome } = await ask("openai", (response) => sayJson(response, 400, { error: { message } }));
    expect((outcome as Error).message).toMatch(/needs tools: name one that knows them/);
  });

  test("an output limit in other words", async () => {
    const message = "Invalid max_tokens value, the valid range of max_tokens is [1, 8192]";
    const { outcome } = await ask("openai", (response) => sayJson(response, 400, { error: { message } }));
    expect((outcome as Error).message).toMatch(/Lower model\.maxOutputTokens/);
  });
});
