import assert from "node:assert/strict";
import { test } from "node:test";
import { format, parse } from "../src/index.ts";

test("parse reads back what format writes", () => {
  for (const ms of [1, 999, 1_000, 61_001, 5_400_000, 86_399_999, 172_800_000, -90_000, -86_400_001]) {
    assert.equal(parse(format(ms)), ms);
  }
});
