import assert from "node:assert/strict";
import { test } from "node:test";
import { clamp, parse, SpanError } from "../src/index.ts";

test("parse reads ISO 8601 durations", () => {
  assert.equal(parse("P1DT12H"), 129_600_000);
  assert.equal(parse("P2W"), 1_209_600_000);
  assert.equal(parse(" PT90M "), 5_400_000);
});

test("parse reads the sign and the fraction of a duration", () => {
  assert.equal(parse("-PT1M30.5S"), -90_500);
  assert.equal(parse("+PT0,25H"), 900_000);
  assert.ok(Object.is(parse("-PT0S"), 0));
});

test("parse refuses years and months", () => {
  for (const text of ["P1M", "P1Y", "-P1Y2M3D"]) {
    assert.throws(() => parse(text), /is not a span of time: years and months have no fixed length\./);
  }
});

test("parse refuses what only begins like a duration", () => {
  for (const text of ["P", "PT", "P1DT", "P1H", "PT1D", "P-1D", "Plenty"]) {
    assert.throws(() => parse(text), SpanError);
  }
  assert.throws(() => parse("PT"), /it is not an ISO 8601 duration such as PT1H30M/);
});

test("durations are taken wherever a span is taken", () => {
  assert.equal(clamp("PT3H", "1m", "PT2H"), 7_200_000);
});
