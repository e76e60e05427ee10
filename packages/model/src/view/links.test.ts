import { describe, expect, test } from "@jest/globals";
import { linkReferences } from "./links.ts";
import { plain } from "./text.ts";

const REPOSITORY = "https://github.com/ada/durations";
const linked = (markdown: string) => linkReferences(markdown, REPOSITORY);
const issue = (number: number) => `[#${number}](${REPOSITORY}/issues/${number})`;

describe("references in our own text are links everywhere", () => {
  test.each([
    ["**T1** Read weeks · #3 · PR #13", `**T1** Read weeks · ${issue(3)} · PR ${issue(13)}`],
    ["| **T2** #22 | qa |", `| **T2** ${issue(22)} | qa |`],
    ["(issue #3, pull request #4).", `(issue ${issue(3)}, pull request ${issue(4)}).`],
    ["merged abcdf05", `merged [abcdf05](${REPOSITORY}/commit/abcdf05)`],
    // One commit in thirty begins with seven figures.
    ["merged 1296000 · 3 of 3", `merged [1296000](${REPOSITORY}/commit/1296000) · 3 of 3`],
    ["merged effaced", `merged [effaced](${REPOSITORY}/commit/effaced)`],
  ])("%s", (text, expected) => {
    expect(linked(text)).toBe(expected);
  });
});

describe("what is no reference stays", () => {
  test.each([
    ["code", "`#3` and ``a ` #4``"],
    ["a block of code", "```text\n#3\n``\n#4\n```"],
    ["a block of code in a quotation", "> ~~~\n> #3\n> ~~~"],
    ["a link", "[details #3](https://github.com/o/r/issues/3#issuecomment-4)"],
    ["HTML", '<!-- #3 --><a href="#4">'],
    ["an address", "https://github.com/o/r/pull/1#3"],
    ["numbers and words", "1296000 and effaced and r-20261120-7f3k2a"],
    ["other repositories", "o/r#3 and a#4"],
    ["text of outside origin", plain("fixes #3, see GH-4 and @ada")],
  ])("%s", (_, text) => {
    expect(linked(text)).toBe(text);
  });
});

test("a mark that is never closed hides nothing behind the paragraph", () => {
  expect(linked("an odd ` mark\n\n#3")).toBe(`an odd \` mark\n\n${issue(3)}`);
});

test("links that are there are not made twice", () => {
  const once = linked("#3, `#4` and abcdf05");
  expect(linked(once)).toBe(once);
});

test("odd marks by the ten thousand take no time to speak of", () => {
  const started = performance.now();
  linked("` #3 <a [b ``` ".repeat(10_000));
  linked("` #3 <a [b ``\n\n".repeat(10_000));
  expect(performance.now() - started).toBeLessThan(5_000);
});
