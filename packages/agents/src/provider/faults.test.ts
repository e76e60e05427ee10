/** Every way in which a model's service can fail, over both protocols: case and outcome, as one table. */
import type { ServerResponse } from "node:http";
import { LLMock } from "@copilotkit/aimock";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Ending } from "@slipway/model";
import { createModelClient } from "./client.ts";
import { endingOf, ModelFailure, type ModelFailureKind } from "./failure.ts";
import type { ModelReply, ModelRequest } from "./model-client.ts";
import { chunk, type Heard, sayJson, startService } from "./testing-server.ts";

const KEY = "sk-secret-of-this-test-0123456789";
const PROVIDERS = ["anthropic", "openai"] as const;
type Provider = (typeof PROVIDERS)[number];

const REQUEST: ModelRequest = {
  model: "claude-sonnet-5-5",
  maxOutputTokens: 1_000,
  system: "Slipway agent: test",
  turns: [{ role: "user", text: "hello" }],
};

type Answer = (response: ServerResponse, heard: Heard, provider: Provider) => void;

interface Case {
  readonly name: string;
  /** From a service that says this; else by a switch of the scripted model. */
  readonly answer?: Answer;
  readonly mock?: (mock: LLMock) => void;
  readonly kind: ModelFailureKind;
  readonly tries: number;
  readonly says: RegExp;
}

const TRIES = 3;
const error = (status: number, message: string, headers: Record<string, string> = {}): Answer => {
  return (response) => sayJson(response, status, { error: { message, type: "some_error" } }, headers);
};
const events = { "content-type": "text/event-stream" };
const soon = () => new Date(Date.now() + 5_000).toUTCString();
const first = (provider: Provider) =>
  provider === "anthropic"
    ? 'event: message_start\ndata: {"type":"message_start","message":{"model":"m","usage":{"input_tokens":9,"output_tokens":1}}}\n\n'
    : `data: ${JSON.stringify(chunk({ content: "be" }))}\n\n`;

const CASES: readonly Case[] = [
  {
    name: "429 without retry-after",
    answer: error(429, "slow"),
    kind: "rate-limited",
    tries: TRIES,
    says: /429 \(slow\).*limits\.parallel/,
  },
  {
    name: "429, retry-after 2 s",
    answer: error(429, "slow", { "retry-after": "2" }),
    kind: "rate-limited",
    tries: TRIES,
    says: /429/,
  },
  {
    name: "429, retry-after a moment",
    answer: (response, heard, provider) =>
      error(429, "slow", { "retry-after": soon() })(response, heard, provider),
    kind: "rate-limited",
    tries: TRIES,
    says: /429/,
  },
  {
    name: "429, retry-after an hour",
    answer: error(429, "slow", { "retry-after": "3600" }),
    kind: "rate-limited",
    tries: 1,
    says: /429/,
  },
  {
    name: "429 by chaos switch",
    mock: (mock) => mock.setChaos({ rateLimitRate: 1 }),
    kind: "rate-limited",
    tries: TRIES,
    says: /429/,
  },
  {
    name: "429, no credit left",
    answer: (response) =>
      sayJson(response, 429, {
        error: { message: "You exceeded your current quota", code: "insufficient_quota" },
      }),
    kind: "quota",
    tries: 1,
    says: /no credit/,
  },
  { name: "402", answer: error(402, "pay first"), kind: "quota", tries: 1, says: /no credit/ },
  {
    name: "529",
    answer: error(529, "Overloaded"),
    kind: "overloaded",
    tries: TRIES,
    says: /529 \(Overloaded\).*busy/,
  },
  { name: "503", answer: error(503, "warming up"), kind: "overloaded", tries: TRIES, says: /503/ },
  {
    name: "500 by chaos switch",
    mock: (mock) => mock.setChaos({ dropRate: 1 }),
    kind: "server",
    tries: TRIES,
    says: /500/,
  },
  {
    name: "502, a page of a proxy",
    answer: (response) => response.writeHead(502, { "content-type": "text/html" }).end("<html>bad</html>"),
    kind: "server",
    tries: TRIES,
    says: /502 \(an HTML page\)/,
  },
  {
    name: "504 that says timed out",
    answer: error(504, "upstream timed out"),
    kind: "server",
    tries: TRIES,
    says: /504 \(upstream timed out\)/,
  },
  {
    name: "error within the stream",
    answer: (response, _, provider) =>
      response
        .writeHead(200, events)
        .end(
          `${first(provider)}event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n`,
        ),
    kind: "overloaded",
    tries: TRIES,
    says: /529 \(Overloaded\)/,
  },
  {
    name: "error under status 200",
    answer: error(200, "backend gone"),
    kind: "server",
    tries: TRIES,
    says: /500 \(backend gone\)/,
  },
  {
    name: "connection cut by chaos switch",
    mock: (mock) => mock.setChaos({ disconnectRate: 1 }),
    kind: "network",
    tries: TRIES,
    says: /hung up|broke off/,
  },
  {
    name: "stream cut after some chunks",
    mock: (mock) =>
      mock.on(
        { userMessage: "hello" },
        { content: "a long answer that will be cut" },
        { truncateAfterChunks: 3, chunkSize: 2 },
      ),
    kind: "network",
    tries: TRIES,
    says: /broke off|hung up/,
  },
  {
    name: "stream that ends too soon",
    answer: (response, _, provider) => response.writeHead(200, events).end(first(provider)),
    kind: "network",
    tries: TRIES,
    says: /ended before the message did/,
  },
  {
    name: "stream without a message",
    answer: (response) => response.writeHead(200, events).end(),
    kind: "network",
    tries: TRIES,
    says: /held no message/,
  },
  {
    name: "garbage by chaos switch",
    mock: (mock) => mock.setChaos({ malformedRate: 1 }),
    kind: "network",
    tries: TRIES,
    says: /not readable/,
  },
  {
    name: "garbage in the stream",
    answer: (response) =>
      response.writeHead(200, events).end(Buffer.from("event: message_start\ndata: \u0000\uFFFD{{{\n\n")),
    kind: "network",
    tries: TRIES,
    says: /not readable/,
  },
  {
    name: "an HTML page of a proxy",
    answer: (response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>log in</html>"),
    kind: "wrong-service",
    tries: 1,
    says: /an HTML page.*base URL/,
  },
  {
    name: "silence before the answer",
    answer: () => undefined,
    kind: "timeout",
    tries: TRIES,
    says: /nothing came/,
  },
  {
    name: "silence within the answer",
    answer: (response, _, provider) => void response.writeHead(200, events).write(first(provider)),
    kind: "timeout",
    tries: TRIES,
    says: /nothing came/,
  },
  {
    name: "401",
    answer: error(401, `bad key ${KEY}`),
    kind: "authentication",
    tries: 1,
    says: /bad key \*\*\*.*Check the key/,
  },
  { name: "403", answer: error(403, "not yours"), kind: "authentication", tries: 1, says: /403/ },
  {
    name: "404, unknown model",
    answer: error(404, "no model named so"),
    kind: "unknown-model",
    tries: 1,
    says: /model\.name/,
  },
  {
    name: "404, a page",
    answer: (response) => response.writeHead(404, { "content-type": "text/plain" }).end("404 page not found"),
    kind: "wrong-service",
    tries: 1,
    says: /base URL/,
  },
  {
    name: "400",
    answer: error(400, "messages: wrong"),
    kind: "bad-request",
    tries: 1,
    says: /messages: wrong.*report/,
  },
  {
    name: "400, output limit too high",
    answer: error(400, "max_tokens: 64000 > 8192, which is the maximum allowed"),
    kind: "bad-request",
    tries: 1,
    says: /Lower model\.maxOutputTokens/,
  },
  {
    name: "400, prompt is too long",
    answer: error(400, "prompt is too long: 1200000 tokens > 1000000 maximum"),
    kind: "context-exceeded",
    tries: 1,
    says: /Split the task/,
  },
  {
    name: "400, context length of vLLM",
    answer: error(
      400,
      "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (1000 in the messages, 4000 in the completion).",
    ),
    kind: "context-exceeded",
    tries: 1,
    says: /maxOutputTokens/,
  },
  {
    name: "400, filtered",
    answer: (response) => sayJson(response, 400, { error: { message: "filtered", code: "content_filter" } }),
    kind: "refusal",
    tries: 1,
    says: /Reword/,
  },
  {
    name: "413",
    answer: error(413, "request too large"),
    kind: "context-exceeded",
    tries: 1,
    says: /413.*Split the task/,
  },
];

interface Row {
  readonly name: string;
  readonly outcomes: string[];
}

async function outcomeOf(provider: Provider, given: Case): Promise<{ failure: ModelFailure; tries: number }> {
  const mock = given.mock ? new LLMock({ port: 0, logLevel: "silent" }) : null;
  let tries = 0;
  const service = given.answer
    ? await startService((response, heard) => given.answer?.(response, heard, provider))
    : null;
  if (mock && given.mock) {
    mock.on({ userMessage: "hello" }, { content: "hi" });
    await mock.start();
    mock.reset();
    given.mock(mock);
  }
  const fetch: typeof globalThis.fetch = (url, init) => {
    tries += 1;
    return globalThis.fetch(url, init);
  };
  const options = {
    apiKey: KEY,
    baseUrl: service?.url ?? mock?.url ?? "",
    maxRetries: TRIES - 1,
    silenceMs: 150,
    wait: async () => {},
    fetch,
  };
  try {
    const outcome = await createModelClient({ provider, ...options })
      .complete(REQUEST)
      .then(
        (reply: ModelReply) => new Error(`expected a failure, got ${reply.stop}`),
        (thrown: unknown) => thrown,
      );
    if (!(outcome instanceof ModelFailure)) throw outcome;
    return { failure: outcome, tries };
  } finally {
    await Promise.all([service?.stop(), mock?.stop()]);
  }
}

describe("a service that fails", () => {
  const rows = new Map<string, Row>();
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  beforeAll(() => void process.on("unhandledRejection", note));
  afterAll(() => {
    process.off("unhandledRejection", note);
    const width = Math.max(...[...rows.keys()].map((name) => name.length));
    const lines = [...rows.values()].map(
      ({ name, outcomes }) => `${name.padEnd(width)}  ${outcomes.join("  ")}`,
    );
    process.stdout.write(
      `\n${"case".padEnd(width)}  outcome (provider: kind -> ending, tries)\n${lines.join("\n")}\n`,
    );
  });

  for (const provider of PROVIDERS) {
    test.each(CASES)(`${provider}: $name`, async (given) => {
      const { failure, tries } = await outcomeOf(provider, given);
      const ending: Ending = endingOf(failure.kind);
      const row = rows.get(given.name) ?? { name: given.name, outcomes: [] };
      row.outcomes.push(`${provider}: ${failure.kind} -> ${ending}, ${tries}`.padEnd(48));
      rows.set(given.name, row);
      expect([failure.kind, tries]).toEqual([given.kind, given.tries]);
      expect(failure.message).toMatch(given.says);
      // What happened, then what to do about it.
      expect(failure.message).toMatch(/^[A-Z].+\. [A-Z].+\.$/s);
      expect(`${failure.message}${failure.stack}${String(failure.cause)}`).not.toContain(KEY);
    });
  }

  test("leaves no promise behind that nobody waits for", () => {
    expect(unhandled).toEqual([]);
  });
});
