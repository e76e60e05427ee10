import { describe, expect, test } from "@jest/globals";
import { median, pairedMedians } from "./stats.ts";

describe("median", () => {
  test("of an odd number is the one in the middle, whatever their order", () => {
    expect(median([9, 100, 1])).toBe(9);
  });

  test("of an even number is the mean of the two in the middle", () => {
    expect(median([4, 1, 2, 100])).toBe(3);
  });

  test("leaves the values as they are, and sorts them as numbers", () => {
    const values = [10, 9, 1];
    expect(median(values)).toBe(9);
    expect(values).toEqual([10, 9, 1]);
  });

  test("of nothing there is none", () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

test("a busy moment that hits both of a pair does not move the difference", () => {
  const pairs = [
    { base: 40, other: 90 },
    { base: 400, other: 451 },
    { base: 41, other: 90 },
  ];
  expect(pairedMedians(pairs)).toEqual({ base: 41, other: 90, difference: 50 });
});
