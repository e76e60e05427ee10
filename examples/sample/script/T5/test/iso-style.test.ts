import assert from "node:assert/strict";
import { test } from "node:test";
import { format, SpanError, toIso } from "../src/index.ts";

test("format writes the ISO form when asked for it", () => {
  assert.equal(format(5_400_000, { style: "iso" }), "PT1H30M");
  assert.equal(format(-90_500, { style: "iso" }), "-PT1M30.5S");
  assert.equal(format(0, { style: "iso" }), toIso(0));
});

test("the other options have no effect on the ISO form", () => {
  assert.equal(format(7_384_056, { style: "iso", units: 1, separator: ", ", zero: "now" }), "PT2H3M4.056S");
});

test("format refuses a number that is no span in the ISO style, too", () => {
  assert.throws(() => format(1.5, { style: "iso" }), SpanError);
});
