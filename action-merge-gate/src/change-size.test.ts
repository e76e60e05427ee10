import { expect, test } from "@jest/globals";
import { readNumstat } from "./change-size.ts";

test.each([
  ["", [], 0],
  ["3\t1\ta.ts\0-\t-\tlogo.png\0" + "0\t7\tsrc/old name.ts\0", ["a.ts", "logo.png", "src/old name.ts"], 11],
  ["1\t0\tline\nbreak.txt\0", ["line\nbreak.txt"], 1],
])("numstat %j", (text, paths, lines) => {
  expect(readNumstat(text)).toEqual({ paths, lines });
});
