import { describe, expect, test } from "@jest/globals";
import { NO_USAGE, type Usage } from "@slipway/model";
import fc from "fast-check";
import { PRICES, priceOf } from "./price.ts";

const usage = (model: string, numbers: Partial<Usage>): Usage => ({
  ...NO_USAGE,
  calls: 1,
  model,
  ...numbers,
});
const M = 1_000_000;

describe("the price of usage", () => {
  test.each<[string, Usage, number]>([
    ["input", usage("claude-sonnet-5-5", { inputTokens: M }), 2],
    ["output", usage("claude-sonnet-5-5", { outputTokens: M }), 10],
    ["from the cache", usage("claude-sonnet-5-5", { cacheReadTokens: M }), 0.2],
    ["into the cache", usage("claude-sonnet-5-5", { cacheWriteTokens: M }), 2.5],
    ["Opus", usage("claude-opus-5-5", { inputTokens: M, outputTokens: M }), 24],
    ["Fable", usage("claude-fable-5-1", { inputTokens: M, outputTokens: M }), 60],
    ["a dated name", usage("claude-opus-5-5-20260901", { inputTokens: M }), 4],
    ["Haiku, short prompt", usage("claude-haiku-5-5", { inputTokens: 100_000, outputTokens: 1_000 }), 0.0105],
    [
      "Haiku, long prompt",
      usage("claude-haiku-5-5", { inputTokens: 1, cacheReadTokens: 100_000 }),
      0.005_000_5,
    ],
    ["Haiku, many short prompts", usage("claude-haiku-5-5", { calls: 10, inputTokens: M }), 0.1],
    ["nothing", NO_USAGE, 0],
  ])("%s", (_, given, dollars) => {
    expect(priceOf(given)).toBeCloseTo(dollars, 9);
  });

  test("is not known for other models, unless it is told", () => {
    const local = usage("nemotron", { inputTokens: M, outputTokens: M, cacheReadTokens: M });
    expect(priceOf(local)).toBeNull();
    expect(priceOf(usage("toString", { inputTokens: 1 }))).toBeNull();
    expect(priceOf({ ...NO_USAGE, inputTokens: 1 })).toBeNull();
    expect(priceOf(local, { nemotron: { input: 1, output: 2 } })).toBeCloseTo(3.1, 9);
    expect(priceOf(local, { nemotron: { input: 1, output: 2, cacheRead: 0, cacheWrite: 0 } })).toBe(3);
  });

  test("what is told comes before what is known", () => {
    const given = usage("claude-opus-5-5", { inputTokens: M });
    expect(priceOf(given, { "claude-opus-5-5": { input: 1, output: 1 } })).toBe(1);
  });

  test("of all is the sum of the prices of each, where length does not matter", () => {
    const count = fc.nat(10_000_000);
    const one = fc.record({
      inputTokens: count,
      outputTokens: count,
      cacheReadTokens: count,
      cacheWriteTokens: count,
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(PRICES).filter((name) => !PRICES[name]?.above)),
        one,
        one,
        (model, a, b) => {
          const sum = usage(model, {
            inputTokens: a.inputTokens + b.inputTokens,
            outputTokens: a.outputTokens + b.outputTokens,
            cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
            cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
          });
          expect(priceOf(sum)).toBeCloseTo(
            (priceOf(usage(model, a)) ?? 0) + (priceOf(usage(model, b)) ?? 0),
            6,
          );
        },
      ),
    );
  });
});
