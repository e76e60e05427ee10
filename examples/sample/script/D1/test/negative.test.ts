import assert from "node:assert/strict";
import { test } from "node:test";
import { format } from "../src/index.ts";

test("format keeps the one sign of a negative span, rounded or not", () => {
  assert.equal(format(-90_000), "-1m 30s");
  assert.equal(format(-7_384_056, { units: 2 }), "-2h 3m");
  assert.equal(format(-7_199_000, { units: 1 }), "-2h");
});
