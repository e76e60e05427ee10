import assert from "node:assert/strict";
import { test } from "node:test";
import { format, SpanError } from "../src/index.ts";

test("format writes the parts that are not zero", () => {
  assert.equal(format(7_384_056), "2h 3m 4s 56ms");
  assert.equal(format(86_400_000), "1d");
  assert.equal(format(86_460_000), "1d 1m");
});

test("format writes a span of nothing", () => {
  assert.equal(format(0), "0ms");
  assert.equal(format(0, { zero: "now" }), "now");
});

test("format writes one sign for a negative span", () => {
  assert.equal(format(-90_000), "-1m 30s");
  assert.equal(format(-1), "-1ms");
});

test("format puts the separator between the parts", () => {
  assert.equal(format(90_000, { separator: ", " }), "1m, 30s");
});

test("format refuses a number that is no span", () => {
  assert.throws(() => format(1.5), SpanError);
  assert.throws(() => format(Number.NaN), /"NaN" is not a span of time/);
});
