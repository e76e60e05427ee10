import { expect, test } from "@jest/globals";
import { brokenByDecide, type DecideRow } from "./decide.ts";

const row = (middle: number, large: number, yardstick = 10, reads = 1_000): DecideRow => ({
  shape: "wide",
  situation: "fresh",
  ms: [1, middle, large],
  yardstick: [0.1, 1, yardstick],
  reads: [10, 100, reads],
});

test("at the bounds nothing is broken", () => {
  expect(brokenByDecide([row(50, 750), row(1, 24, 16)])).toEqual([]);
});

test("too slow on 10,000 nodes, and growing faster than the yardstick", () => {
  expect(brokenByDecide([row(51, 510)])).toEqual([
    "decide, wide, fresh: 51 ms on 10,000 nodes; 50 ms are allowed",
  ]);
  expect(brokenByDecide([row(1, 100, 16)])).toEqual([
    "decide, wide, fresh: 100,000 nodes take 100 times as long as 10,000; 24 are allowed",
  ]);
});

test("reading nodes more often than there are more of them", () => {
  expect(brokenByDecide([row(1, 10, 10, 1_100)])).toEqual([
    "decide, wide, fresh: 100,000 nodes are read 11 times as often as 10,000; 10.1 are allowed",
  ]);
});

test("a yardstick that grows less than tenfold takes nothing away", () => {
  expect(brokenByDecide([row(1, 15, 4)])).toEqual([]);
});
