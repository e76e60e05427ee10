/** Every way in which a model's service can fail or stop, as the tests of both protocols play it. */
import type { ServerResponse } from "node:http";
import type { LLMock } from "@copilotkit/aimock";
import type { ModelFailureKind } from "../failure.ts";
import type { StopReason } from "../model-client.ts";
import { chunk, DONE, type Heard, messageEvents, sayChunks, sayEvents, sayJson } from "./server.ts";

export const KEY = "sk-secret-of-this-test-0123456789";
export const PROVIDERS = ["anthropic", "openai"] as const;
export type Provider = (typeof PROVIDERS)[number];

type Answer = (response: ServerResponse, heard: Heard, provider: Provider) => void;

export interface Fault {
  readonly name: string;
  /** From a service that says this; else by a switch of the scripted model. */
  readonly answer?: Answer;
  readonly mock?: (mock: LLMock) => void;
  readonly silent?: true;
  readonly kind: ModelFailureKind;
  readonly tries: number;
  readonly says: RegExp;
}

export const TRIES = 3;
const error = (status: number, message: string, headers: Record<string, string> = {}): Answer => {
  return (response) => sayJson(response, status, { error: { message, type: "some_error" } }, headers);
};
const events = { "content-type": "text/event-stream" };
const soon = () => new Date(Date.now() + 5_000).toUTCString();
const first = (provider: Provider) =>
  provider === "anthropic"
    ? 'event: message_start\ndata: {"type":"message_start","message":{"model":"m","usage":{"input_tokens":9,"output_tokens":1}}}\n\n'
    : `data: ${JSON.stringify(chunk({ content: "be" }))}\n\n`;

export const FAULTS: readonly Fault[] = [
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
    silent: true,
    answer: () => undefined,
    kind: "timeout",
    tries: TRIES,
    says: /nothing came/,
  },
  {
    name: "silence within the answer",
    silent: true,
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

export interface Stop {
  readonly name: string;
  readonly answer: Readonly<Partial<Record<Provider, (response: ServerResponse) => void>>>;
  readonly stop: StopReason;
  /** Inputs of the calls in the reply. */
  readonly inputs?: readonly unknown[];
}

const text = (said: string) => ({
  start: { type: "text", text: "" },
  deltas: [{ type: "text_delta", text: said }],
});
const bash = (json: string) => ({
  start: { type: "tool_use", id: "t1", name: "bash", input: {} },
  deltas: [{ type: "input_json_delta", partial_json: json }],
});
const message = (blocks: Parameters<typeof messageEvents>[0], stop: string) => (response: ServerResponse) =>
  sayEvents(response, messageEvents(blocks, stop));
const completion = (delta: Record<string, unknown>, finish: string) => (response: ServerResponse) =>
  sayChunks(response, [chunk(delta), chunk({}, finish), DONE]);
const bashCall = (json: string) => ({
  tool_calls: [{ index: 0, id: "t1", function: { name: "bash", arguments: json } }],
});

/** No failures of the call: what the model did is the caller's to judge. */
export const STOPS: readonly Stop[] = [
  {
    name: "max_tokens, length",
    answer: { anthropic: message([text("x")], "max_tokens"), openai: completion({ content: "x" }, "length") },
    stop: "cut",
  },
  {
    name: "refusal",
    answer: { anthropic: message([], "refusal"), openai: completion({ refusal: "no" }, "stop") },
    stop: "refusal",
  },
  {
    name: "content_filter",
    answer: { openai: completion({ content: "x" }, "content_filter") },
    stop: "refusal",
  },
  {
    name: "model_context_window_exceeded",
    answer: { anthropic: message([text("x")], "model_context_window_exceeded") },
    stop: "context-exceeded",
  },
  {
    name: "pause_turn without end",
    answer: { anthropic: message([text("x")], "pause_turn") },
    stop: "paused",
  },
  {
    name: "a stop reason of a new kind",
    answer: { anthropic: message([text("x")], "new"), openai: completion({ content: "x" }, "new") },
    stop: "other",
  },
  {
    name: "a tool call that is no JSON",
    answer: {
      anthropic: message([bash('{"command": ls')], "tool_use"),
      openai: completion(bashCall('{"command": ls'), "tool_calls"),
    },
    stop: "tool-use",
    inputs: ['{"command": ls'],
  },
  {
    name: "a tool call that was cut",
    answer: {
      anthropic: message([bash('{"command": "l')], "max_tokens"),
      openai: completion(bashCall('{"command": "l'), "length"),
    },
    stop: "cut",
    inputs: ['{"command": "l'],
  },
  {
    name: "a tool call of another shape",
    answer: {
      anthropic: message([bash('["ls"]')], "tool_use"),
      openai: completion(bashCall('["ls"]'), "tool_calls"),
    },
    stop: "tool-use",
    inputs: [["ls"]],
  },
  {
    name: "an empty answer",
    answer: { anthropic: message([], "end_turn"), openai: completion({ content: "" }, "stop") },
    stop: "end",
  },
];
