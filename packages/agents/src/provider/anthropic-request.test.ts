import type { ServerResponse } from "node:http";
import { afterEach, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { createAnthropicClient } from "./anthropic.ts";
import { ModelFailure } from "./failure.ts";
import type { ModelReply, ModelRequest, Turn } from "./model-client.ts";
import {
  type Heard,
  messageEvents,
  type Service,
  sayEvents,
  sayJson,
  startService,
} from "./testing/server.ts";

const REQUEST: ModelRequest = {
  model: "claude-sonnet-5-5",
  maxOutputTokens: 1_000,
  system: "Slipway agent: test",
  turns: [{ role: "user", text: "hello" }],
  tools: [
    { kind: "shell", name: "bash" },
    { kind: "editor", name: "str_replace_based_edit_tool" },
  ],
};

const services: Service[] = [];
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop()));
});

async function serve(answer: (response: ServerResponse, heard: Heard, number: number) => void) {
  const service = await startService(answer);
  services.push(service);
  const client = createAnthropicClient({ apiKey: "k", baseUrl: service.url, wait: async () => {} });
  return { service, client };
}

const text = (said: string) => ({
  start: { type: "text", text: "" },
  deltas: [{ type: "text_delta", text: said }],
});
const toolUse = (id: string, json: readonly string[]) => ({
  start: { type: "tool_use", id, name: "bash", input: {} },
  deltas: json.map((partial_json) => ({ type: "input_json_delta", partial_json })),
});

/** Marks for the cache anywhere in a request. */
const marks = (body: unknown) => JSON.stringify(body).split('"cache_control"').length - 1;

describe("a request of the Messages protocol", () => {
  test("carries effort and shape, and nothing that newer models refuse", async () => {
    const { client, service } = await serve((response) =>
      sayEvents(response, messageEvents([text("{}")], "end_turn")),
    );
    const format = { name: "shape", schema: z.strictObject({ a: z.string() }) };
    await client.complete({ ...REQUEST, effort: "max", format });
    expect(service.heard[0]?.body).toMatchObject({
      output_config: { effort: "max", format: { type: "json_schema", schema: { required: ["a"] } } },
      tools: [{ type: "bash_20250124" }, { type: "text_editor_20250728" }],
      stream: true,
    });
    expect(service.heard[0]?.text).not.toMatch(/temperature|top_p|top_k|tool_choice/);
    await client.complete(REQUEST);
    expect(service.heard[1]?.body).not.toHaveProperty("output_config");
  });

  test("over thirty turns keeps its beginning and has at most four marks", async () => {
    const { client, service } = await serve((response, _, number) => {
      // One turn with so many calls that the end of the one before is out of the service's sight.
      const calls = Array.from({ length: number === 20 ? 12 : 1 }, (_, at) =>
        toolUse(`toolu_${number}_${at}`, ['{"comm', 'and":"ls"}']),
      );
      sayEvents(response, messageEvents([text("Next."), ...calls], "tool_use"));
    });
    const turns: Turn[] = [{ role: "user", text: "context ".repeat(200) }];
    const shares: number[] = [];
    for (let turn = 0; turn < 30; turn += 1) {
      const reply: ModelReply = await client.complete({ ...REQUEST, turns });
      turns.push({ role: "model", reply });
      const results = reply.toolCalls.map(({ id }) => ({
        callId: id,
        text: "x".repeat(300),
        isError: false,
      }));
      turns.push({ role: "results", results });
      const [before = "", now = ""] = service.heard.slice(-2).map((heard) => heard.text);
      if (turn > 0) shares.push(sharedStart(before, now) / before.length);
    }
    const counts = service.heard.map(({ body }) => marks(body));
    expect([Math.min(...counts), Math.max(...counts)]).toEqual([3, 4]);
    expect(counts.filter((count) => count === 4)).toHaveLength(1);
    const messages = (service.heard[21]?.body.messages ?? []) as readonly { readonly content: unknown }[];
    expect(messages.map(({ content }) => marks(content))).toEqual(
      messages.map((_, index) => (index === 0 || index === messages.length - 3 ? 1 : 0)),
    );
    shares.sort((a, b) => a - b);
    expect(shares[14]).toBeGreaterThan(0.95);
  });

  test("takes a history that was begun with another provider", async () => {
    const { client, service } = await serve((response) =>
      sayEvents(response, messageEvents([text("ok")], "end_turn")),
    );
    const usage = { calls: 1, inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
    const toolCalls = [{ id: "call_1", name: "bash", input: "no JSON" }];
    const reply: ModelReply = { stop: "tool-use", text: "", toolCalls, usage, raw: [{ role: "assistant" }] };
    const results: Turn = { role: "results", results: [{ callId: "call_1", text: "wrong", isError: true }] };
    await client.complete({ ...REQUEST, turns: [...REQUEST.turns, { role: "model", reply }, results] });
    expect(service.heard[0]?.body.messages).toMatchObject([
      { role: "user" },
      { role: "assistant", content: [{ type: "tool_use", id: "call_1", input: { malformed: "no JSON" } }] },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "call_1", is_error: true }] },
    ]);
  });
});

describe("a reply of the Messages protocol", () => {
  test("a tool's input that is no JSON is handed on, and goes back as what the service takes", async () => {
    const { client } = await serve((response) =>
      sayEvents(
        response,
        messageEvents([toolUse("t1", ['{"command": ls', " -l}"]), toolUse("t2", [])], "tool_use"),
      ),
    );
    const reply = await client.complete(REQUEST);
    expect(reply.toolCalls).toEqual([
      { id: "t1", name: "bash", input: '{"command": ls -l}' },
      { id: "t2", name: "bash", input: {} },
    ]);
    expect(reply.raw).toMatchObject([{ input: { malformed: '{"command": ls -l}' } }, { input: {} }]);
  });

  test("thinking goes back with its signature, blocks of a new kind as they are, empty text not at all", async () => {
    const thinking = {
      start: { type: "thinking", thinking: "", signature: "" },
      deltas: [
        { type: "thinking_delta", thinking: "h" },
        { type: "thinking_delta", thinking: "m" },
        { type: "signature_delta", signature: "sig" },
      ],
    };
    const { client } = await serve((response) =>
      sayEvents(
        response,
        messageEvents([thinking, { start: { type: "brand_new", x: 1 } }, text(" "), text("hi")], "end_turn"),
      ),
    );
    const reply = await client.complete(REQUEST);
    expect(reply.text).toBe(" hi");
    expect(reply.raw).toEqual([
      { type: "thinking", thinking: "hm", signature: "sig" },
      { type: "brand_new", x: 1 },
      { type: "text", text: "hi" },
    ]);
  });

  test("a refusal without text has the service's explanation", async () => {
    const { client } = await serve((response) => {
      const events = messageEvents([], "refusal").map((event) =>
        event.type === "message_delta"
          ? {
              ...event,
              delta: {
                stop_reason: "refusal",
                stop_details: { type: "refusal", explanation: "It is about malware." },
              },
            }
          : event,
      );
      sayEvents(response, events);
    });
    expect(await client.complete(REQUEST)).toMatchObject({ stop: "refusal", text: "It is about malware." });
  });
});

describe("a turn that the service pauses", () => {
  const numbers = {
    input_tokens: 10,
    output_tokens: 5,
    cache_read_input_tokens: 100,
    cache_creation_input_tokens: 3,
  };

  test("is gone on with, and is one reply with the sum of the tokens", async () => {
    const { client, service } = await serve((response, _, number) =>
      sayEvents(
        response,
        number < 2
          ? messageEvents([text(`part ${number}, `)], "pause_turn", numbers)
          : messageEvents([text("end"), toolUse("t1", ['{"command":"ls"}'])], "tool_use", numbers),
      ),
    );
    const reply = await client.complete(REQUEST);
    expect(reply).toMatchObject({ stop: "tool-use", text: "part 0, part 1, end", toolCalls: [{ id: "t1" }] });
    expect(reply.usage).toEqual({
      model: "claude-sonnet-5-5",
      calls: 3,
      inputTokens: 30,
      outputTokens: 15,
      cacheReadTokens: 300,
      cacheWriteTokens: 9,
    });
    expect(reply.raw).toHaveLength(4);
    expect(service.heard.map(({ body }) => (body.messages as unknown[]).length)).toEqual([1, 2, 2]);
    expect(service.heard[2]?.body.messages).toHaveProperty("1", {
      role: "assistant",
      content: [
        { type: "text", text: "part 0, " },
        { type: "text", text: "part 1, " },
      ],
    });
  });

  test("again and again is left as it is after nine requests", async () => {
    const { client, service } = await serve((response) =>
      sayEvents(response, messageEvents([], "pause_turn", numbers)),
    );
    expect(await client.complete(REQUEST)).toMatchObject({
      stop: "paused",
      usage: { calls: 9, inputTokens: 90 },
    });
    expect(service.heard).toHaveLength(9);
  });

  test("and then fails keeps what was paid for", async () => {
    const { client } = await serve((response, _, number) =>
      number === 0
        ? sayEvents(response, messageEvents([text("part")], "pause_turn", numbers))
        : sayJson(response, 400, { error: { message: "no" } }),
    );
    const failure = await client.complete(REQUEST).catch((error: unknown) => error);
    if (!(failure instanceof ModelFailure)) throw failure;
    expect(failure).toMatchObject({ kind: "bad-request", usage: { calls: 1, cacheReadTokens: 100 } });
  });
});

test("a try that broke off after it had begun to cost is counted in", async () => {
  const whole = messageEvents([text("whole")], "end_turn");
  const { client } = await serve((response, _, number) =>
    sayEvents(response, number === 0 ? whole.slice(0, 3) : whole),
  );
  expect((await client.complete(REQUEST)).usage).toMatchObject({
    calls: 2,
    inputTokens: 20,
    outputTokens: 10,
  });
});

function sharedStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
}
