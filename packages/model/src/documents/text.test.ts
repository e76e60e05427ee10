import { expect, test } from "@jest/globals";
import { lineOfFile, paragraphsOfFile, quoteInFile } from "./text.ts";

const UNSEEN = /(?!\n)\p{Cc}|\p{Cf}|[\u2028\u2029]/u;
const HOSTILE = [
  "@octo/team closes #12, see GH-7 and https://github.com/o/r/issues/3",
  "/merge\n\n<!-- slipway:node runId=x --> <img src=x onerror=alert(1)>",
  "a\u202eb\u200bc\u{e0041}d\u2060e",
  "שלום #12",
  "| a | b |\n|---|---|\n# heading\n> quoted",
];

test.each(HOSTILE)("nothing that cannot be seen is in a file, and no HTML: %j", (text) => {
  for (const made of [lineOfFile(text), paragraphsOfFile(text), quoteInFile(text)]) {
    expect(made).not.toMatch(UNSEEN);
    expect(made).not.toMatch(/(?<!\\)[<|#]/);
  }
});

test("what is seen of an ordinary text stays as it was", () => {
  expect(lineOfFile("Ask @ada about `a_b < c`? No: `a_b`, of  3 lines.")).toBe(
    "Ask @ada about \\`a\\_b \\< c\\`? No: `a_b`, of 3 lines.",
  );
  expect(paragraphsOfFile("One\nline.\n\n \n\nTwo.")).toBe("One line.\n\nTwo.");
  expect(quoteInFile("One.\r\n\r\nTwo.")).toBe("> One.\n>\n> Two.");
  expect(lineOfFile("See https://example.com/a-b and www.example.com.")).toBe(
    "See https://example.com/a-b and www.example.com.",
  );
});

test.each(["Zählt 👨‍👩‍👧 und 👩🏽‍💻 als eins? ❤️‍🔥", "متن می‌خواهم", "क्‍ष और क्‌ष"])(
  "joiners that words and emoji are made with are no hidden characters: %j",
  (text) => {
    for (const made of [lineOfFile(text), paragraphsOfFile(text)]) expect(made).toBe(text);
    expect(quoteInFile(text)).toBe(`> ${text}`);
  },
);

test("an address that only looks like another is no link", () => {
  expect(lineOfFile("https://github.com@evil.example/x and www.xn--80ak6aa92e.com")).toBe(
    "https\\://github.com@evil.example/x and www\\.xn--80ak6aa92e.com",
  );
});
