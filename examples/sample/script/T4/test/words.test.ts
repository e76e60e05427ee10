import assert from "node:assert/strict";
import { test } from "node:test";
import { format, parse } from "../src/index.ts";

test("format writes the names of units in words", () => {
  assert.equal(format(7_380_000, { style: "words" }), "2 hours 3 minutes");
  assert.equal(format(3_660_000, { style: "words" }), "1 hour 1 minute");
  assert.equal(format(-86_400_056, { style: "words", separator: ", " }), "-1 day, 56 milliseconds");
});

test("format writes symbols when asked for the short style, or for none", () => {
  assert.equal(format(7_380_000, { style: "short" }), "2h 3m");
  assert.equal(format(7_380_000), "2h 3m");
});

test("parse reads words back", () => {
  assert.equal(parse(format(93_784_005, { style: "words" })), 93_784_005);
});
