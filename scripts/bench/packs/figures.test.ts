import { describe, expect, test } from "@jest/globals";
import { bestOf, brokenByPacks, growthOf, type PacksRow } from "./figures.ts";

const row = (files: number, ms: number, aboveIdle: number): PacksRow => ({
  files,
  ms,
  wallMs: 2 * ms,
  aboveIdle,
  characters: 100,
  peakBytes: 100e6 + aboveIdle,
});

test("growth is that of the largest over the smallest", () => {
  expect(growthOf([row(5_000, 100, 10e6), row(50_000, 900, 40e6)])).toEqual({
    files: 10,
    wallMs: 9,
    ms: 9,
    aboveIdle: 4,
  });
});

test("the best round counts for time, the last for what has no noise", () => {
  const rounds = [
    [row(5_000, 90, 10e6), row(50_000, 2_000, 40e6)],
    [row(5_000, 100, 12e6), row(50_000, 800, 44e6)],
  ];
  expect(bestOf(rounds)).toEqual([{ ...row(5_000, 90, 12e6) }, { ...row(50_000, 800, 44e6) }]);
});

describe("bounds", () => {
  test("as long as the files, and half as much again, is allowed", () => {
    expect(brokenByPacks([row(5_000, 100, 10e6), row(50_000, 1_500, 40e6)])).toEqual([]);
    expect(brokenByPacks([row(5_000, 100, 10e6), row(50_000, 1_600, 40e6)])).toEqual([
      "context packs: 50,000 files take 16 times as long; 15 are allowed for 10 times the files",
    ]);
  });

  test("time and memory for the most files", () => {
    expect(brokenByPacks([row(5_000, 900, 10e6), row(50_000, 4_000, 300e6)])).toEqual([
      "context packs: 50,000 files take 4000 ms of the processor; 3000 are allowed",
      "context packs: 50,000 files take 300 MB more than an idle process; 250 are allowed",
    ]);
  });

  test("nothing measured is no good figure", () => {
    expect(brokenByPacks([])).toEqual(["no context pack was made"]);
  });
});
