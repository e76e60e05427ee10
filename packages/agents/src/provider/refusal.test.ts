import { describe, expect, test } from "@jest/globals";
import type { ModelFailureKind } from "./failure.ts";
import { failureOfRefusal, kindOfRefusal, retryAfterOf, saidBy } from "./refusal.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");

describe("how long to wait", () => {
  test.each<[string, Record<string, string>, number | null]>([
    ["seconds", { "retry-after": "7" }, 7],
    ["none", {}, null],
    ["zero", { "retry-after": "0" }, 0],
    ["milliseconds before seconds", { "retry-after-ms": "1500", "retry-after": "9" }, 1.5],
    ["a moment", { "retry-after": "Sat, 21 Nov 2026 12:00:30 GMT" }, 30],
    [
      "a moment by the service's clock",
      { "retry-after": "Sat, 21 Nov 2026 14:00:30 GMT", date: "Sat, 21 Nov 2026 14:00:00 GMT" },
      30,
    ],
    ["a moment gone by", { "retry-after": "Sat, 21 Nov 2026 11:00:00 GMT" }, 0],
    ["less than nothing", { "retry-after": "-3" }, null],
    ["nonsense", { "retry-after": "soon" }, null],
  ])("%s", (_, headers, seconds) => {
    expect(retryAfterOf(new Headers(headers), NOW)).toBe(seconds);
  });
});

test.each<[number, string, ModelFailureKind]>([
  [400, "input length and `max_tokens` exceed context limit: 990000 + 64000 > 1000000", "context-exceeded"],
  [400, '{"error":{"code":"context_length_exceeded","message":"x"}}', "context-exceeded"],
  [
    400,
    '{"error":{"type":"exceed_context_size_error","message":"the request exceeds the available context size"}}',
    "context-exceeded",
  ],
  [
    400,
    "The input token count (2000000) exceeds the maximum number of tokens allowed (1048576).",
    "context-exceeded",
  ],
  [500, "ContextWindowExceededError: context window exceeded", "context-exceeded"],
  [400, "Your credit balance is too low to access the API", "quota"],
  [429, "Too many tokens per minute", "rate-limited"],
  [404, '{"detail":"Not Found"}', "wrong-service"],
  [404, '{"object":"error","message":"The model `x` does not exist."}', "unknown-model"],
  [404, '{"error":"model \'x\' not found"}', "unknown-model"],
  [405, '{"detail":"Method Not Allowed"}', "wrong-service"],
  [408, "", "server"],
  [422, "[]", "bad-request"],
  [301, "", "wrong-service"],
])("%d %s is %s", (status, body, kind) => {
  expect(kindOfRefusal({ status, body })).toBe(kind);
});

test.each<[string, string | null]>([
  ['{"error":{"message":"a"}}', "a"],
  ['{"error":"a"}', "a"],
  ['{"message":"a"}', "a"],
  ['{"detail":"a"}', "a"],
  ['{"detail":[{"loc":["body"]}]}', '{"detail":[{"loc":["body"]}]}'],
  ["<html>", null],
  ['"a"', "a"],
  ["7", null],
  ["", null],
])("%s says %s", (body, said) => {
  expect(saidBy(body)).toBe(said);
});

test("a long body is told in short, an empty one as such", () => {
  const told = (body: string) => failureOfRefusal({ status: 400, headers: new Headers(), body }, NOW).message;
  expect(told("x".repeat(10_000)).length).toBeLessThan(700);
  expect(told("")).toMatch(/answered 400 \(without a word\)/);
});
