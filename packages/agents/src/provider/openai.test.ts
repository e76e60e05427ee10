import type { ServerResponse } from "node:http";
import { LLMock } from "@copilotkit/aimock";
import { afterEach, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { structured } from "../stages/structured.ts";
import type { ModelReply, ModelRequest, StopReason, Turn } from "./model-client.ts";
import { createOpenAiClient, type OpenAiOptions } from "./openai.ts";
import { chunk, DONE, type Heard, type Service, sayChunks, startService } from "./testing/server.ts";

const REQUEST: ModelRequest = {
  model: "nemotron",
  maxOutputTokens: 1_000,
  system: "Slipway agent: test",
  turns: [{ role: "user", text: "hello" }],
};
const TOOLS: NonNullable<ModelRequest["tools"]> = [
  { kind: "shell", name: "bash" },
  { kind: "editor", name: "str_replace_based_edit_tool" },
  {
    kind: "function",
    name: "submit",
    description: "Hand over",
    inputSchema: { type: "object", properties: {}, required: [], additionalProperties: false },
  },
];
const FORMAT = { name: "a shape!", schema: z.strictObject({ answer: z.number().int() }) };
const USAGE = { prompt_tokens: 100, completion_tokens: 7, total_tokens: 107 };
const end = { ...chunk({}), choices: [], usage: USAGE };

const services: Service[] = [];
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop()));
});

async function serve(
  answer: (response: ServerResponse, heard: Heard, number: number) => void,
  options: OpenAiOptions = {},
) {
  const service = await startService(answer);
  services.push(service);
  const client = createOpenAiClient({ baseUrl: service.url, maxRetries: 0, ...options });
  return { service, client, bodies: () => service.heard.map(({ body }) => body) };
}

/** The reply to these chunks. */
async function replyTo(chunks: readonly unknown[], request = REQUEST): Promise<ModelReply> {
  const { client } = await serve((response) => sayChunks(response, [...chunks, DONE]));
  return client.complete(request);
}

const call = (delta: Record<string, unknown>) => chunk({ tool_calls: [delta] });
const hello = [chunk({ role: "assistant", content: "" }), chunk({ content: "hi" }), chunk({}, "stop"), end];

describe("a request to an OpenAI-compatible server", () => {
  test("is one of Chat Completions, streamed, with tools of our own schemas", async () => {
    const { client, bodies, service } = await serve((response) => sayChunks(response, [...hello, DONE]));
    const reply = await client.complete({ ...REQUEST, tools: TOOLS, effort: "high" });
    expect(reply).toMatchObject({ stop: "end", text: "hi", toolCalls: [] });
    expect(bodies()).toMatchObject([
      {
        model: "nemotron",
        stream: true,
        stream_options: { include_usage: true },
        max_tokens: 1_000,
        reasoning_effort: "high",
        messages: [
          { role: "system", content: "Slipway agent: test" },
          { role: "user", content: "hello" },
        ],
      },
    ]);
    const [body] = bodies();
    expect(Object.keys(body ?? {}).filter((key) => /temperature|top_p|tool_choice/.test(key))).toEqual([]);
    expect(JSON.stringify(body?.tools)).toMatch(
      /"name":"bash".*"required":\["command"\].*"old_str".*"submit"/,
    );
    expect(service.heard[0]?.path).toBe("/v1/chat/completions");
  });

  test("takes nothing that is for another service from the environment", async () => {
    const names = ["OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_BASE_URL"];
    const saved = new Map(names.map((name) => [name, process.env[name]]));
    for (const name of names) process.env[name] = "http://not.this.one";
    try {
      const { client, service } = await serve((response) => sayChunks(response, [...hello, DONE]));
      await client.complete(REQUEST);
      expect(service.heard[0]?.headers.authorization).toBe("Bearer none");
      expect(JSON.stringify(service.heard[0]?.headers)).not.toContain("not.this.one");
    } finally {
      for (const [name, value] of saved) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  });

  test.each([
    ["", "/v1/chat/completions"],
    ["/", "/v1/chat/completions"],
    ["/v1/", "/v1/chat/completions"],
    ["/api/openai", "/api/openai/chat/completions"],
    ["/v1/chat/completions", "/v1/chat/completions"],
  ])("an address that ends in %j asks at %s", async (path, asked) => {
    const { service } = await serve((response) => sayChunks(response, [...hello, DONE]));
    await createOpenAiClient({ baseUrl: service.url + path, apiKey: "k" }).complete(REQUEST);
    expect(service.heard[0]?.path).toBe(asked);
    expect(service.heard[0]?.headers.authorization).toBe("Bearer k");
  });

  test("gives a history back as messages, and begins with the bytes of the shorter one", async () => {
    const { client, service } = await serve((response, _, number) =>
      sayChunks(response, [
        call({ index: 0, id: `call_${number}`, function: { name: "bash", arguments: '{"command":"ls"}' } }),
        chunk({}, "tool_calls"),
        end,
        DONE,
      ]),
    );
    const turns: Turn[] = [...REQUEST.turns];
    const shares: number[] = [];
    for (let turn = 0; turn < 30; turn += 1) {
      const reply = await client.complete({ ...REQUEST, tools: TOOLS, turns });
      turns.push({ role: "model", reply });
      turns.push({
        role: "results",
        results: [{ callId: `call_${turn}`, text: "x".repeat(400), isError: turn === 0 }],
      });
      const [before = "", now = ""] = service.heard.slice(-2).map(({ text }) => text);
      if (turn > 0) shares.push(sharedStart(before, now) / before.length);
    }
    expect(median(shares)).toBeGreaterThan(0.95);
    expect(service.heard.at(-1)?.body.messages).toMatchObject([
      { role: "system" },
      { role: "user", content: "hello" },
      {
        role: "assistant",
        content: null,
        tool_calls: [
          { id: "call_0", type: "function", function: { name: "bash", arguments: '{"command":"ls"}' } },
        ],
      },
      { role: "tool", tool_call_id: "call_0", content: `[failed]\n${"x".repeat(400)}` },
      { role: "assistant" },
      { role: "tool", content: "x".repeat(400) },
      ...Array.from({ length: 54 }, () => ({})),
    ]);
  });

  test("joins texts of ours that follow each other, and takes a history from elsewhere", async () => {
    const { client, bodies } = await serve((response) => sayChunks(response, [...hello, DONE]));
    const reply: ModelReply = {
      stop: "end",
      text: "said elsewhere",
      toolCalls: [{ id: "t1", name: "bash", input: "no JSON" }],
      usage: { calls: 1, inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
      raw: [{ type: "text", text: "said elsewhere" }],
    };
    await client.complete({
      ...REQUEST,
      turns: [
        { role: "user", text: "a" },
        { role: "user", text: "b" },
        { role: "model", reply },
      ],
    });
    expect(bodies()[0]?.messages).toEqual([
      { role: "system", content: "Slipway agent: test" },
      { role: "user", content: "a\n\nb" },
      {
        role: "assistant",
        content: "said elsewhere",
        tool_calls: [
          { id: "t1", type: "function", function: { name: "bash", arguments: '{"malformed":"no JSON"}' } },
        ],
      },
    ]);
  });
});

describe("the reply of an OpenAI-compatible server", () => {
  test.each<[string, StopReason]>([
    ["stop", "end"],
    ["length", "cut"],
    ["tool_calls", "tool-use"],
    ["content_filter", "refusal"],
    ["eos_token", "end"],
    ["something new", "other"],
  ])("finish reason %s is %s", async (finish, stop) => {
    expect((await replyTo([chunk({ content: "x" }), chunk({}, finish), end])).stop).toBe(stop);
  });

  test("a refusal is one, in the model's words", async () => {
    const reply = await replyTo([
      chunk({ refusal: "I " }),
      chunk({ refusal: "cannot" }),
      chunk({}, "stop"),
      end,
    ]);
    expect(reply).toMatchObject({ stop: "refusal", text: "I cannot" });
  });

  test("thinking is no part of the text nor of the history", async () => {
    const reply = await replyTo([
      chunk({ reasoning_content: "hm" }),
      chunk({ content: "<think>a\n" }),
      chunk({ content: "b</think>\n\nanswer" }),
      chunk({}, "stop"),
      end,
    ]);
    expect(reply).toMatchObject({ text: "answer", raw: [{ role: "assistant", content: "answer" }] });
  });

  test.each<[string, unknown[], unknown[]]>([
    [
      "in pieces",
      [
        call({ index: 0, id: "a", function: { name: "bash", arguments: "" } }),
        call({ index: 1, id: "b", function: { name: "submit", arguments: '{"t' } }),
        call({ index: 0, function: { arguments: '{"command":' } }),
        call({ index: 0, function: { arguments: '"ls"}' } }),
        call({ index: 1, function: { arguments: 'itle":1}' } }),
      ],
      [
        { id: "a", name: "bash", input: { command: "ls" } },
        { id: "b", name: "submit", input: { title: 1 } },
      ],
    ],
    [
      "whole, all numbered 0",
      [
        call({ index: 0, id: "a", function: { name: "bash", arguments: '{"command":"a"}' } }),
        call({ index: 0, id: "b", function: { name: "bash", arguments: '{"command":"b"}' } }),
      ],
      [
        { id: "a", name: "bash", input: { command: "a" } },
        { id: "b", name: "bash", input: { command: "b" } },
      ],
    ],
    [
      "without number or id, arguments as an object",
      [
        call({ function: { name: "bash", arguments: { command: "a" } } }),
        call({ function: { name: "bash", arguments: { command: "b" } } }),
      ],
      [
        { id: "call_1_0", name: "bash", input: { command: "a" } },
        { id: "call_1_1", name: "bash", input: { command: "b" } },
      ],
    ],
    [
      "with the id in every piece",
      [
        call({ index: 0, id: "a", function: { name: "bash", arguments: '{"comm' } }),
        call({ index: 0, id: "a", function: { name: null, arguments: 'and":"a"}' } }),
      ],
      [{ id: "a", name: "bash", input: { command: "a" } }],
    ],
    [
      "without arguments",
      [call({ index: 0, id: "a", function: { name: "submit" } })],
      [{ id: "a", name: "submit", input: {} }],
    ],
    [
      "with arguments that are no JSON",
      [call({ index: 0, id: "a", function: { name: "bash", arguments: '{"command": ls' } })],
      [{ id: "a", name: "bash", input: '{"command": ls' }],
    ],
  ])("tool calls: %s", async (_, chunks, calls) => {
    // Some servers end a turn with calls as they end any other.
    const reply = await replyTo([...chunks, chunk({}, "stop"), end]);
    expect(reply.stop).toBe("tool-use");
    expect(reply.toolCalls).toEqual(calls);
    // What goes back is JSON whatever came: templates parse it.
    for (const sent of (reply.raw as [{ tool_calls: { function: { arguments: string } }[] }])[0].tool_calls) {
      expect(typeof JSON.parse(sent.function.arguments)).toBe("object");
    }
  });

  test("a tool's name is freed of marks, and one that is none goes back as one", async () => {
    const reply = await replyTo([
      call({ index: 0, id: "a", function: { name: "bash<|channel|>commentary", arguments: "{}" } }),
      call({ index: 1, id: "b", function: { name: "no such.tool", arguments: "{}" } }),
      chunk({}, "tool_calls"),
      end,
    ]);
    expect(reply.toolCalls.map(({ name }) => name)).toEqual(["bash", "no such.tool"]);
    expect(JSON.stringify(reply.raw)).toMatch(/"bash".*"no_such_tool"/);
  });

  test("a server that says nothing at all gives nothing to send back", async () => {
    expect(await replyTo([chunk({}, "stop"), end])).toMatchObject({ stop: "end", text: "", raw: [] });
  });

  test("tokens from the cache are told apart", async () => {
    const usage = { ...USAGE, prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 30 } };
    const reply = await replyTo([chunk({ content: "x" }), chunk({}, "stop"), { ...end, usage }]);
    expect(reply.usage).toEqual({
      model: "local-model",
      calls: 1,
      inputTokens: 10,
      outputTokens: 7,
      cacheReadTokens: 60,
      cacheWriteTokens: 30,
    });
    expect(reply.usageEstimated).toBeUndefined();
  });

  test.each<[string, unknown[]]>([
    ["in the last chunk with a choice", [chunk({ content: "x" }), chunk({}, "stop", { usage: USAGE })]],
    [
      "within the choice",
      [{ ...chunk({}), choices: [{ delta: { content: "x" }, finish_reason: "stop", usage: USAGE }] }],
    ],
  ])("numbers are found %s", async (_, chunks) => {
    const reply = await replyTo(chunks);
    expect(reply.usage).toMatchObject({ inputTokens: 100, outputTokens: 7 });
    expect(reply.usageEstimated).toBeUndefined();
  });

  test("without numbers they are estimated, and said to be", async () => {
    const reply = await replyTo([chunk({ content: "x".repeat(40) }), chunk({}, "stop")]);
    expect(reply.usageEstimated).toBe(true);
    expect(reply.usage).toMatchObject({ calls: 1, outputTokens: 10 });
    expect(reply.usage.inputTokens).toBeGreaterThan(10);
  });
});

describe("over the scripted model", () => {
  test("a tool's result leads to the next turn, and a wrong shape is mended", async () => {
    const mock = new LLMock({ port: 0, strict: true, logLevel: "silent" });
    await mock.start();
    try {
      const client = createOpenAiClient({ baseUrl: mock.url, maxRetries: 0 });
      mock.on(
        { toolName: "submit", turnIndex: 0 },
        { toolCalls: [{ id: "c1", name: "bash", arguments: { command: "ls" } }] },
      );
      mock.on(
        { toolCallId: "c1", turnIndex: 1 },
        { content: "done", usage: { prompt_tokens: 9, completion_tokens: 2 } },
      );
      const request = { ...REQUEST, tools: TOOLS };
      const first = await client.complete(request);
      expect(first).toMatchObject({
        stop: "tool-use",
        toolCalls: [{ id: "c1", name: "bash", input: { command: "ls" } }],
      });
      const results: Turn = { role: "results", results: [{ callId: "c1", text: "a.txt", isError: false }] };
      const second = await client.complete({
        ...request,
        turns: [...REQUEST.turns, { role: "model", reply: first }, results],
      });
      expect(second).toMatchObject({ text: "done", usage: { inputTokens: 9, outputTokens: 2 } });

      mock.on({ responseFormat: "json_schema", turnIndex: 0 }, { content: '```json\n{"answer":"4"}\n```' });
      mock.on(
        { responseFormat: "json_schema", turnIndex: 1 },
        { content: '<think>4 is it</think>{"answer":4}' },
      );
      const { value, usage } = await structured({
        client,
        model: "m",
        maxOutputTokens: 100,
        correlation: { stage: "spec", runId: "r-20261121-abc123", attempt: 1 },
        system: "s",
        prompt: "p",
        schema: FORMAT.schema,
        schemaName: FORMAT.name,
      });
      expect([value, usage.calls]).toEqual([{ answer: 4 }, 2]);
    } finally {
      await mock.stop();
    }
  });
});

function sharedStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
