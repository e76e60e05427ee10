import assert from "node:assert/strict";
import { test } from "node:test";
import { parse, SpanError } from "../src/index.ts";

test("parse reads numbers with units", () => {
  assert.equal(parse("250ms"), 250);
  assert.equal(parse("1h 30m"), 5_400_000);
  assert.equal(parse("1h30m"), 5_400_000);
  assert.equal(parse("2 days, 4 hours"), 187_200_000);
});

test("parse takes fractions and rounds to a millisecond", () => {
  assert.equal(parse("1.5h"), 5_400_000);
  assert.equal(parse("0.0004s"), 0);
});

test("parse reads one sign for the whole", () => {
  assert.equal(parse("-1m 30s"), -90_000);
  assert.equal(parse("+1m"), 60_000);
  assert.ok(Object.is(parse("-0s"), 0));
});

test("parse refuses what is no span and says why", () => {
  assert.throws(() => parse(" "), new SpanError(" ", "it is empty"));
  assert.throws(() => parse("90"), /"90" is not a span of time: it is not a list of numbers with units\./);
  assert.throws(() => parse("3 fortnights"), /"fortnights" is no unit that is known/);
  assert.throws(() => parse("1h and 2m"), SpanError);
});
