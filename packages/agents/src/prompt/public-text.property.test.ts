import { describe, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { markdownFaults, messageFaults } from "../hostile/testing/holds.ts";
import { readMarkdown } from "../hostile/testing/reading.ts";
import { type PublicPlace, publicLine, publicText } from "./public-text.ts";
import { asData, asToolResult, asWords } from "./sanitize.ts";
import { visibleText } from "./text.ts";

jest.setTimeout(120_000);

const PIECES = [
  ..."`\\*_[]()<>|#~&!@\"'/:$;-+=.0aZ é\n\t\r",
  ...[
    "\n\n",
    "\n```\n",
    "```",
    "~~~\n",
    "\n> ",
    "\n- ",
    "\n  ",
    "\n1. ",
    "| a | b |\n|---|---|\n",
    "`` ",
    " `x` ",
  ],
  ...[
    "@ada",
    "@org/team",
    "＠ada",
    "fixes #1",
    "closes ",
    "GH-2",
    "owner/repo#3",
    "https://github.com/o/r/issues/4",
  ],
  ...[
    "/slipway cancel",
    "/merge",
    "bors r+",
    "@dependabot merge",
    "Release-As: 9.9.9",
    "Signed-off-by: a <a@b.c>",
  ],
  ...[
    "<!-- slipway:node runId=x -->",
    "<!--",
    "-->",
    "<b>",
    "</b>",
    "<details>",
    "</details>",
    "<img src=x>",
    "<br>",
  ],
  ...[
    "<https://a.b/c>",
    "<script>",
    "<pre>",
    "<a href='`'>",
    "https://a.b/`c",
    "www.c.d/`",
    "[x](javascript:y)",
  ],
  ...[
    "![p](https://e.f/g.png)",
    "](",
    "]: ",
    "[l]: data:x",
    "[a.com](https://e.f)",
    "https://u@e.f",
    "&commat;ada",
  ],
  ...[
    "&#64;ada",
    "&#35;1",
    "&nbsp;",
    "&zwj;",
    "[skip ci]",
    "skip-checks: true",
    "\u200b",
    "\u202e",
    "\u2060",
  ],
  ...["\ud800", "\udc00", "😀", "👩‍💻", "❤️", "\u{e0041}", "\u001b[31m", "\u0085", "::error::x", "##[group]"],
  `ghp_${"a".repeat(36)}`,
];
const pieces = fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map((all) => all.join(""));
const anyText = fc.oneof(
  { weight: 4, arbitrary: pieces },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
  {
    weight: 1,
    arbitrary: fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  },
);
const PLACES: readonly PublicPlace[] = ["markdown", "message", "anywhere"];
const RUNS = { numRuns: 300 };

describe.each(PLACES)("publicText to %s", (place) => {
  test("done again it changes nothing, whatever the limit", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 120, max: 2_000 }), (text, max) => {
        const once = publicText(text, max, place);
        expect(publicText(once, max, place)).toBe(once);
      }),
      RUNS,
    );
  });

  test("a limit holds, the result is well-formed, nothing throws", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 0, max: 300 }), (text, max) => {
        const made = publicText(text, max, place);
        expect(made.length).toBeLessThanOrEqual(max);
        expect(made.isWellFormed()).toBe(true);
        expect(publicLine(text, max + 1, "x", place).length).toBeLessThanOrEqual(max + 1);
      }),
      RUNS,
    );
  });

  test("a line is one line, and done again the same", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 20, max: 200 }), (text, max) => {
        const once = publicLine(text, max, "x", place);
        expect(once).not.toMatch(/[\n\r\u2028\u2029]/);
        expect(publicLine(once, max, "x", place)).toBe(once);
      }),
      RUNS,
    );
  });
});

describe("what comes of it", () => {
  test("as Markdown, by another reader: no mention, no keyword, no HTML, no picture, no false link", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const place of ["markdown", "anywhere"] as const) {
          const made = publicText(text, 60_000, place);
          expect({ made, faults: markdownFaults(made, readMarkdown(made)) }).toEqual({ made, faults: [] });
        }
      }),
      RUNS,
    );
  });

  test("as a message: the same in backticks", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const place of ["message", "anywhere"] as const) {
          const made = publicText(text, 60_000, place);
          expect({ made, faults: messageFaults(made) }).toEqual({ made, faults: [] });
        }
      }),
      RUNS,
    );
  });

  test("what stands after it is read as if it stood alone", () => {
    const after = "\n\n### After\n\nIt has *its* `own` words.\n\n- one\n";
    const alone = readMarkdown(after);
    fc.assert(
      fc.property(anyText, (text) => {
        const made = publicText(text, 60_000, "markdown");
        const whole = readMarkdown(made + after);
        expect(whole.text.endsWith(alone.text)).toBe(true);
        expect(whole.elements.slice(-alone.elements.length)).toEqual(alone.elements);
      }),
      RUNS,
    );
  });
});

describe("text on its way in", () => {
  const MARKS =
    /<\/?\s*(?:data|system|assistant|user|tool_result|invoke)\b|<[|｜]|\[\/?INST\]|<<\/?SYS|Slipway (?:stage|run|node|attempt):/gi;
  const ROLE = /^[ \t]*(?:Human|Assistant|System):/m;
  const forged = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          ...[
            "<data",
            "</data>",
            "<",
            "/",
            "data",
            ">",
            "<|im_start|>",
            "|",
            "system",
            "[INST]",
            "[/",
            "INST]",
            "<<SYS>>",
          ],
          ...[
            "\n\nHuman:",
            "Human",
            ":",
            "\n",
            "Slipway stage:",
            "Slipway",
            " ",
            "node:",
            "\u200b",
            "＜data＞",
            "<｜User｜>",
          ],
          ...["### Instruction:", "\u001b]0;x\u0007", "\u{e0020}", "\ud83d"],
        ),
        fc.string({ maxLength: 8 }),
      ),
      { maxLength: 25 },
    )
    .map((all) => all.join(""));

  test("nothing ends or begins a quotation or a turn, or is a line of ours", () => {
    fc.assert(
      fc.property(forged, forged, (text, source) => {
        expect(asData({ source, text }).match(MARKS)).toEqual(["<data", "</data"]);
        expect(asWords(text).match(MARKS)).toBeNull();
        expect(asToolResult(text)).not.toMatch(/<[|｜]|\[\/?INST\]|<<\/?SYS/i);
        expect(asData({ source, text })).not.toMatch(ROLE);
      }),
      RUNS,
    );
  });

  test("done again it changes nothing", () => {
    fc.assert(
      fc.property(fc.oneof(forged, anyText), (text) => {
        for (const into of [asToolResult, asWords]) expect(into(into(text))).toBe(into(text));
        expect(visibleText(visibleText(text))).toBe(visibleText(text));
      }),
      RUNS,
    );
  });
});
