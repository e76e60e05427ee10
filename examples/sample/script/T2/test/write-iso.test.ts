import assert from "node:assert/strict";
import { test } from "node:test";
import { SpanError, toIso } from "../src/index.ts";

test("toIso writes days, hours, minutes and seconds", () => {
  assert.equal(toIso(129_600_000), "P1DT12H");
  assert.equal(toIso(5_400_000), "PT1H30M");
  assert.equal(toIso(172_800_000), "P2D");
});

test("toIso writes milliseconds as a fraction, without needless zeros", () => {
  assert.equal(toIso(56), "PT0.056S");
  assert.equal(toIso(59_999), "PT59.999S");
  assert.equal(toIso(1_500), "PT1.5S");
});

test("toIso writes one sign before the P", () => {
  assert.equal(toIso(-90_500), "-PT1M30.5S");
});

test("toIso writes a span of nothing", () => {
  assert.equal(toIso(0), "PT0S");
  assert.equal(toIso(-0), "PT0S");
});

test("toIso refuses a number that is no span", () => {
  assert.throws(() => toIso(0.5), SpanError);
});
