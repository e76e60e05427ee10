import assert from "node:assert/strict";
import { test } from "node:test";
import { format } from "../src/index.ts";

test("format writes no more units than asked for", () => {
  assert.equal(format(7_384_056, { units: 2 }), "2h 3m");
  assert.equal(format(7_384_056, { units: 9 }), "2h 3m 4s 56ms");
});

test("format rounds to the smallest unit that is left", () => {
  assert.equal(format(7_199_000, { units: 1 }), "2h");
  assert.equal(format(86_399_999, { units: 2 }), "1d");
  assert.equal(format(86_700_000, { units: 2 }), "1d");
});

test("format refuses a number of units that makes no sense", () => {
  assert.throws(
    () => format(1_000, { units: 0 }),
    /^RangeError: units is 0: give a whole number, at least 1\.$/,
  );
  assert.throws(() => format(1_000, { units: 1.5 }), RangeError);
});
