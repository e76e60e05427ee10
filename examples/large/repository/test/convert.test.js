import assert from "node:assert/strict";
import { test } from "node:test";
import { convert } from "../src/convert.js";

const metre = { name: "metre", group: "length", factor: 1 };
const kilometre = { name: "kilometre", group: "length", factor: 1000 };

test("converts within a group, both ways", () => {
  assert.equal(convert(2, kilometre, metre), 2000);
  assert.equal(convert(500, metre, kilometre), 0.5);
});

test("refuses units of different groups", () => {
  const gram = { name: "gram", group: "mass", factor: 0.001 };
  assert.throws(() => convert(1, metre, gram), /metre \(length\) cannot be converted to gram \(mass\)/);
});
