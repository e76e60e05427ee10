/** Servers that speak only part of a protocol: the rest is left out for them, once, and remembered. */
import type { ServerResponse } from "node:http";
import { afterEach, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { createModelClient } from "./client.ts";
import type { ModelRequest } from "./model-client.ts";
import {
  chunk,
  DONE,
  messageEvents,
  type Service,
  sayChunks,
  sayEvents,
  sayJson,
  startService,
} from "./testing/server.ts";

const REQUEST: ModelRequest = {
  model: "m",
  maxOutputTokens: 1_000,
  system: "Slipway agent: test",
  turns: [{ role: "user", text: "hello" }],
};
const FORMAT = { name: "a shape!", schema: z.strictObject({ answer: z.number().int() }) };
const OPTIONAL = { name: "loose", schema: z.strictObject({ answer: z.number().int().optional() }) };

const services: Service[] = [];
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop()));
});

type Body = Readonly<Record<string, unknown>>;

/** A server that refuses what `refuses` says, with that status and body, and else answers. */
async function serve(
  provider: "anthropic" | "openai",
  refuses: (body: Body) => readonly [number, unknown] | null,
) {
  const answer = provider === "openai" ? openAiAnswer : anthropicAnswer;
  const service = await startService((response, { body }) => {
    const refusal = refuses(body);
    if (refusal) sayJson(response, refusal[0], refusal[1]);
    else answer(response);
  });
  services.push(service);
  const client = createModelClient({ provider, apiKey: "k", baseUrl: service.url, wait: async () => {} });
  return { client, bodies: () => service.heard.map(({ body }) => body as Body) };
}

function openAiAnswer(response: ServerResponse): void {
  const usage = { prompt_tokens: 1, completion_tokens: 1 };
  sayChunks(response, [chunk({ content: '{"answer":4}' }), chunk({}, "stop"), { choices: [], usage }, DONE]);
}

function anthropicAnswer(response: ServerResponse): void {
  const block = {
    start: { type: "text", text: "" },
    deltas: [{ type: "text_delta", text: 'Here: {"answer":4}' }],
  };
  sayEvents(response, messageEvents([block], "end_turn"));
}

const said = (message: string) => ({ error: { message, type: "invalid_request_error" } });
const formats = (bodies: readonly Body[]) =>
  bodies.map(({ response_format: format }) => (format as { type: string } | undefined)?.type ?? null);

describe("an OpenAI-compatible server", () => {
  test("that knows no schema, then no JSON either, is told the shape in words", async () => {
    const { client, bodies } = await serve("openai", (body) =>
      body.response_format ? [400, said("response_format is not supported")] : null,
    );
    const request = { ...REQUEST, format: FORMAT };
    expect((await client.complete(request)).text).toBe('{"answer":4}');
    expect(formats(bodies())).toEqual(["json_schema", "json_object", null]);
    const systems = bodies().map(({ messages }) => (messages as [{ content: string }])[0].content);
    expect(systems[0]).toBe("Slipway agent: test");
    for (const system of systems.slice(1)) {
      expect(system).toMatch(
        /^Slipway agent: test\n\nAnswer with one JSON value.*"additionalProperties":false/s,
      );
    }
    await client.complete(request);
    expect(formats(bodies())).toEqual(["json_schema", "json_object", null, null]);
  });

  test("that knows JSON without schema is asked for that", async () => {
    const { client, bodies } = await serve("openai", (body) =>
      (body.response_format as { type?: string } | undefined)?.type === "json_schema"
        ? [422, { detail: [{ type: "literal_error", loc: ["body", "x"] }] }]
        : null,
    );
    await client.complete({ ...REQUEST, format: FORMAT });
    await client.complete({ ...REQUEST, format: FORMAT });
    expect(formats(bodies())).toEqual(["json_schema", "json_object", "json_object"]);
  });

  test("is held to a shape strictly where the shape can be", async () => {
    const { client, bodies } = await serve("openai", () => null);
    await client.complete({ ...REQUEST, format: FORMAT });
    await client.complete({ ...REQUEST, format: OPTIONAL });
    expect(bodies().map(({ response_format: format }) => format)).toMatchObject([
      {
        type: "json_schema",
        json_schema: { name: "a_shape_", strict: true, schema: { required: ["answer"] } },
      },
      { type: "json_schema", json_schema: { name: "loose", strict: false, schema: { type: "object" } } },
    ]);
  });

  test.each<[string, number, unknown]>([
    ["by name", 400, said("Unrecognized request argument supplied: stream_options")],
    ["by place", 422, { detail: [{ type: "extra_forbidden", loc: ["body", "stream_options"] }] }],
    ["without a name", 400, said("Extra inputs are not permitted")],
    ["without a word", 400, ""],
  ])("that refuses numbers in the stream (%s) works without", async (_, status, body) => {
    const { client, bodies } = await serve("openai", (asked) =>
      asked.stream_options ? [status, body] : null,
    );
    await client.complete(REQUEST);
    await client.complete(REQUEST);
    expect(bodies().map((asked) => "stream_options" in asked)).toEqual([true, false, false]);
  });

  test("that knows fewer efforts takes the nearest, or none", async () => {
    const { client, bodies } = await serve("openai", ({ reasoning_effort: effort }) =>
      effort ? [400, said(`reasoning_effort ${effort} is not supported`)] : null,
    );
    await client.complete({ ...REQUEST, effort: "max" });
    await client.complete({ ...REQUEST, effort: "low" });
    expect(bodies().map((asked) => asked.reasoning_effort ?? null)).toEqual(["max", "high", null, null]);
  });

  test("that wants the limit under its newer name gets it so", async () => {
    const { client, bodies } = await serve("openai", (body) =>
      body.max_tokens
        ? [400, said("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")]
        : null,
    );
    await client.complete({ ...REQUEST, effort: "high" });
    await client.complete(REQUEST);
    const limits = bodies().map((body) => [body.max_tokens ?? null, body.max_completion_tokens ?? null]);
    expect(limits).toEqual([
      [1_000, null],
      [null, 1_000],
      [null, 1_000],
    ]);
    expect(bodies()[1]?.reasoning_effort).toBe("high");
  });

  test("what one model does without, another is asked for all the same", async () => {
    const { client, bodies } = await serve("openai", (body) =>
      body.model === "m" && body.stream_options ? [400, said("stream_options?")] : null,
    );
    await client.complete(REQUEST);
    await client.complete({ ...REQUEST, model: "other" });
    expect(bodies().map((body) => "stream_options" in body)).toEqual([true, false, true]);
  });

  test("a request that is wrong whatever is left out teaches nothing, and fails with the first word", async () => {
    let broken = true;
    const { client, bodies } = await serve("openai", (body) =>
      broken ? [400, said(body.response_format ? "tools.0: wrong" : "something else")] : null,
    );
    const request = { ...REQUEST, format: FORMAT };
    await expect(client.complete(request)).rejects.toThrow(/tools\.0: wrong/);
    expect(bodies().length).toBeLessThanOrEqual(4);
    broken = false;
    await client.complete(request);
    expect(formats(bodies().slice(-1))).toEqual(["json_schema"]);
  });
});

describe("a gateway of Anthropic's protocol", () => {
  test("that knows no shapes is told it in words, and its answer is freed of words", async () => {
    const { client, bodies } = await serve("anthropic", (body) =>
      (body.output_config as { format?: unknown } | undefined)?.format
        ? [400, said("output_config.format: Extra inputs are not permitted")]
        : null,
    );
    const reply = await client.complete({ ...REQUEST, format: FORMAT, effort: "high" });
    expect(reply.text).toBe('{"answer":4}');
    expect(bodies()[1]).toMatchObject({ output_config: { effort: "high" } });
    expect(JSON.stringify(bodies()[1]?.system)).toContain("Answer with one JSON value");
  });

  test("for a model that knows no effort is asked without", async () => {
    const { client, bodies } = await serve("anthropic", (body) =>
      body.output_config ? [400, said("This model does not support the effort parameter.")] : null,
    );
    await client.complete({ ...REQUEST, effort: "max" });
    await client.complete({ ...REQUEST, effort: "max" });
    expect(bodies().map((body) => body.output_config ?? null)).toEqual([
      { effort: "max" },
      { effort: "high" },
      null,
      null,
    ]);
  });
});
