import { execFileSync } from "node:child_process";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { type ModelServer, startModel } from "../testing/world.ts";
import { createAnthropicClient } from "./anthropic.ts";
import { ModelFailure, type ModelFailureKind } from "./failure.ts";
import type { ModelClient, ModelRequest } from "./model-client.ts";

const REQUEST: ModelRequest = {
  model: "claude-sonnet-5-5",
  maxOutputTokens: 1_000,
  system: "Slipway agent: test",
  turns: [{ role: "user", text: "hello" }],
};

async function failureOf(client: ModelClient, request = REQUEST): Promise<ModelFailure> {
  const outcome = await client.complete(request).then(
    () => null,
    (error: unknown) => error,
  );
  if (!(outcome instanceof ModelFailure)) throw new Error(`expected a ModelFailure, got ${String(outcome)}`);
  return outcome;
}

describe("the Anthropic client", () => {
  let model: ModelServer;
  beforeAll(async () => {
    model = await startModel();
  });
  afterAll(() => model.stop());
  afterEach(() => {
    model.mock.reset();
  });

  const failTimes = (
    times: number,
    status: number,
    error: { message: string; type: string },
    retryAfter?: number,
  ) => {
    for (let index = 0; index < times; index += 1) {
      model.mock.on(
        { userMessage: "hello", sequenceIndex: index },
        { error, status, ...(retryAfter ? { retryAfter } : {}) },
      );
    }
  };

  test("gives text, usage and the provider's own blocks", async () => {
    model.mock.on(
      { userMessage: "hello" },
      { content: "hi", reasoning: "think", usage: { input_tokens: 7, output_tokens: 3 } },
    );
    const reply = await model.client.complete(REQUEST);
    expect(reply).toMatchObject({
      stop: "end",
      text: "hi",
      toolCalls: [],
      usage: { calls: 1, inputTokens: 7, outputTokens: 3 },
    });
    expect(reply.raw).toMatchObject([
      { type: "thinking", thinking: "think" },
      { type: "text", text: "hi" },
    ]);
  });

  test("waits as long as a 429 asks, then goes on", async () => {
    failTimes(2, 429, { message: "slow down", type: "rate_limit_error" }, 7);
    model.mock.on({ userMessage: "hello" }, { content: "hi" });
    const waits: number[] = [];
    const client = model.clientWith({ wait: async (ms) => void waits.push(ms) });
    expect((await client.complete(REQUEST)).text).toBe("hi");
    expect(waits.map((ms) => ms > 5_000 && ms <= 7_000)).toEqual([true, true]);
  });

  test("does not wait for minutes at a minute's price", async () => {
    failTimes(1, 429, { message: "slow down", type: "rate_limit_error" }, 3_600);
    const failure = await failureOf(model.client);
    expect(failure).toMatchObject({ kind: "rate-limited", retryAfterSeconds: 3_600 });
    expect(model.mock.getRequests()).toHaveLength(1);
  });

  const statuses: readonly [number, string, ModelFailureKind, number][] = [
    [529, "overloaded_error", "overloaded", 3],
    [500, "api_error", "server", 3],
    [401, "authentication_error", "authentication", 1],
    [404, "not_found_error", "unknown-model", 1],
    [400, "invalid_request_error", "bad-request", 1],
  ];
  test.each(statuses)("a lasting %d (%s) is %s after %d tries", async (status, type, kind, tries) => {
    model.mock.on({ userMessage: "hello" }, { error: { message: "no", type }, status });
    const failure = await failureOf(model.clientWith({ maxRetries: 2 }));
    expect(failure.kind).toBe(kind);
    expect(failure.message).toMatch(/answered \d{3} \(no\)\. [A-Z].+\.$/);
    expect(model.mock.getRequests()).toHaveLength(tries);
  });

  test("a stream that is cut is tried again, then named", async () => {
    model.mock.on(
      { userMessage: "hello", sequenceIndex: 0 },
      { content: "a long answer that will be cut" },
      { truncateAfterChunks: 3, chunkSize: 2 },
    );
    model.mock.on({ userMessage: "hello", sequenceIndex: 1 }, { content: "whole" });
    expect((await model.client.complete(REQUEST)).text).toBe("whole");
    model.mock.reset();
    model.mock.on(
      { userMessage: "hello" },
      { content: "a long answer that will be cut" },
      { truncateAfterChunks: 3, chunkSize: 2 },
    );
    expect((await failureOf(model.clientWith({ maxRetries: 1 }))).kind).toBe("network");
  });

  test.each([
    ["refusal", "refusal"],
    ["length", "cut"],
    ["pause_turn", "paused"],
    ["model_context_window_exceeded", "context-exceeded"],
  ])("stop reason %s is %s", async (finishReason, stop) => {
    model.mock.on({ userMessage: "hello" }, { content: "x", finishReason });
    expect((await model.client.complete(REQUEST)).stop).toBe(stop);
  });

  test("a service that is not there is a network failure that names the cause", async () => {
    const closed = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => closed.once("listening", resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const client = model.clientWith({ baseUrl: `http://127.0.0.1:${port}`, maxRetries: 1 });
    const failure = await failureOf(client);
    expect(failure.kind).toBe("network");
    expect(failure.message).toMatch(/could not be reached \(.*ECONNREFUSED/);
  });

  /** A service that says this and then nothing more, and closes nothing. */
  async function endless(say: (response: ServerResponse) => void) {
    const server = createServer((_request, response) => say(response)).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    return {
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      [Symbol.dispose]() {
        server.closeAllConnections();
        server.close();
      },
    };
  }
  const headers = { "content-type": "text/event-stream" };

  test("a service that never finishes is a timeout; a stop from outside is not retried", async () => {
    using service = await endless((response) => response.writeHead(200, headers).write(": waiting\n\n"));
    const { baseUrl } = service;
    const client = createAnthropicClient({ apiKey: "k", baseUrl, timeoutMs: 200, maxRetries: 0 });
    expect((await failureOf(client)).kind).toBe("timeout");
    const patient = createAnthropicClient({ apiKey: "k", baseUrl, timeoutMs: 60_000, maxRetries: 5 });
    expect((await failureOf(patient, { ...REQUEST, signal: AbortSignal.timeout(200) })).kind).toBe("aborted");
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ["before its answer", () => undefined],
    ["in the middle of it", (response) => response.writeHead(200, headers).write(": waiting\n\n")],
  ])("a service that falls silent %s is given up long before its time is over", async (_, say) => {
    using service = await endless(say);
    const client = createAnthropicClient({
      apiKey: "k",
      baseUrl: service.baseUrl,
      silenceMs: 150,
      maxRetries: 1,
    });
    const failure = await failureOf(client);
    expect(failure.kind).toBe("timeout");
    expect(failure.message).toMatch(/took the request, and then nothing came for 0 s/);
  });

  test("a stream that only pings is not silent", async () => {
    using service = await endless((response) => {
      response.writeHead(200, headers);
      const pings = setInterval(() => response.write("event: ping\ndata: {}\n\n"), 40);
      response.on("close", () => clearInterval(pings));
    });
    const { baseUrl } = service;
    const client = createAnthropicClient({
      apiKey: "k",
      baseUrl,
      silenceMs: 1_500,
      timeoutMs: 3_000,
      maxRetries: 0,
    });
    expect((await failureOf(client)).message).toMatch(/did not finish within 3 s/);
  });

  test("no credential at all is an authentication failure, not a network one", async () => {
    const saved = process.env.ANTHROPIC_API_KEY;
    delete process.env.ANTHROPIC_API_KEY;
    try {
      expect((await failureOf(createAnthropicClient({ baseUrl: model.mock.url, maxRetries: 0 }))).kind).toBe(
        "authentication",
      );
    } finally {
      if (saved !== undefined) process.env.ANTHROPIC_API_KEY = saved;
    }
  });

  test("an answer that is no stream of messages is named", async () => {
    const fetch: typeof globalThis.fetch = async () =>
      new Response("<html>gateway</html>", { status: 200, headers: { "content-type": "text/html" } });
    expect((await failureOf(model.clientWith({ fetch, maxRetries: 0 }))).kind).toBe("wrong-service");
  });

  test("a longer history begins with the bytes of the shorter one", async () => {
    model.mock.on({ userMessage: "hello" }, { content: "hi" });
    const bodies: string[] = [];
    const fetch: typeof globalThis.fetch = async (url, init) => {
      bodies.push(String(init?.body));
      return globalThis.fetch(url, init);
    };
    const client = model.clientWith({ fetch });
    const reply = await client.complete(REQUEST);
    await client.complete({
      ...REQUEST,
      turns: [...REQUEST.turns, { role: "model", reply }, { role: "user", text: "hello again" }],
    });
    const [first = "", second = ""] = bodies;
    const prefix = first.slice(0, first.lastIndexOf("}]}]"));
    expect(second.startsWith(prefix)).toBe(true);
    expect(prefix.length).toBeGreaterThan(0.95 * first.lastIndexOf("}]}]"));
  });

  test("the SDK is not loaded before the first call", () => {
    const script = `
      import { registerHooks } from "node:module";
      const seen = [];
      registerHooks({ resolve: (name, context, next) => { seen.push(name); return next(name, context); } });
      const agents = await import(${JSON.stringify(join(import.meta.dirname, "../index.ts"))});
      agents.createAnthropicClient({ apiKey: "k" });
      console.log(JSON.stringify(seen.filter((name) => /anthropic-ai|secretlint|lcov/.test(name))));`;
    const env = { PATH: process.env.PATH ?? "" };
    expect(
      execFileSync(process.execPath, ["--no-warnings", "--input-type=module", "-e", script], {
        env,
        encoding: "utf8",
      }).trim(),
    ).toBe("[]");
  });
});
