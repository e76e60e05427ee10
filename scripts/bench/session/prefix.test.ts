import { describe, expect, test } from "@jest/globals";
import { prefixFigures, sharedWithPrevious } from "./prefix.ts";

describe("what a request shares with the one before", () => {
  test("bytes from the beginning, of this request and of the one before", () => {
    expect(sharedWithPrevious(["abcd", "abcdefgh", "abXdefgh"])).toEqual([
      { bytes: 8, same: 4, ofThis: 0.5, ofPrevious: 1 },
      { bytes: 8, same: 2, ofThis: 0.25, ofPrevious: 0.25 },
    ]);
  });

  test("bytes are counted, not characters: half of one that differs is not shared", () => {
    // 0xC3 0xA4 and 0xC3 0xB6 begin alike.
    expect(sharedWithPrevious(["aä", "aö"])).toEqual([
      { bytes: 3, same: 2, ofThis: 2 / 3, ofPrevious: 2 / 3 },
    ]);
  });

  test("a single request shares with none", () => {
    expect(sharedWithPrevious(["abc"])).toEqual([]);
  });
});

test("the figures of a conversation: the first request is read anew as a whole", () => {
  expect(prefixFigures(["ab", "abcd", "abcdefgh", "Xbcdefgh"])).toEqual({
    median: 0.5,
    least: 0,
    ofPrevious: 1,
    readAnew: 2 + 2 + 4 + 8,
    all: 2 + 4 + 8 + 8,
  });
});
