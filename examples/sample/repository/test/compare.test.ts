import assert from "node:assert/strict";
import { test } from "node:test";
import { clamp, compare, toMs } from "../src/index.ts";

test("compare sorts spans, shortest first", () => {
  assert.deepEqual(["1h", 90_000, "-5s"].sort(compare), ["-5s", 90_000, "1h"]);
});

test("clamp keeps a span within its bounds", () => {
  assert.equal(clamp("3h", "1m", "2h"), 7_200_000);
  assert.equal(clamp("5s", "1m", "2h"), 60_000);
  assert.equal(clamp("1h", "1m", "2h"), 3_600_000);
});

test("toMs takes numbers as they are", () => {
  assert.equal(toMs(12), 12);
  assert.equal(toMs("12s"), 12_000);
});
