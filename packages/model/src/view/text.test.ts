import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { plain, quote } from "./text.ts";

interface Item {
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly Item[];
}

const markdown = unified().use(remarkParse).use(remarkGfm);

/** Everything in a Markdown text, by GitHub's grammar. */
function itemsOf(text: string): Item[] {
  const all = (item: Item): Item[] => [item, ...(item.children ?? []).flatMap(all)];
  return all(markdown.parse(text) as Item);
}

const valuesOf = (items: readonly Item[], type: string) =>
  items.filter((item) => item.type === type).map((item) => item.value ?? "");
const codeIn = (text: string) => valuesOf(itemsOf(`- ${plain(text)}`), "inlineCode");

describe("plain", () => {
  test.each<[string, string[]]>([
    ["`parse()` returns `null`.", ["parse()", "null"]],
    ["Use (`a*b*c`) and `[x](y)`, not `x_y_z`", ["a*b*c", "[x](y)", "x_y_z"]],
    ["`npm test && x`; `a => b`", ["npm test && x", "a => b"]],
    ["a \\`b` c `d`", ["d"]],
  ])("keeps code: %s", (text, code) => {
    expect(codeIn(text)).toEqual(code);
  });

  test.each([
    "a ` b",
    "`` a ` b ``",
    "```js",
    "`a``b`",
    "` a`",
    "`<!-- slipway:status -->`",
    "`Array<string>`",
    "`a | b`",
    "`@ada`",
    "`#12`",
    "`GH-12`",
    "`https://github.com/o/r/issues/14`",
    "`&commat;ada`",
    "`a\\`",
    "x`a`",
    "https://example.com/`x y` z",
  ])("keeps none that does harm, or is half of one: %s", (text) => {
    expect(codeIn(text)).toEqual([]);
    expect(plain(text).replace(/\\`/g, "")).not.toContain("`");
  });

  test("a bare address that holds a backtick does not turn code inside out", () => {
    const items = itemsOf(`- ${plain("http://a.b/`x *y* `z* w` http://c.d/` *q*")}`);
    expect(items.some((item) => item.type === "emphasis" || item.type === "strong")).toBe(false);
  });

  test.each([
    "see https://example.com/a_b_c#d_e for it",
    "(https://example.com/?q=1&r=2_3).",
    "https://example.com/~a/b_c, https://example.com/d_e",
  ])("a bare address leads where it says: %s", (text) => {
    const addresses = text.match(/https:[^\s),]+/g);
    for (const shown of [plain(text), quote(text)]) {
      const links = itemsOf(shown).filter(({ type }) => type === "link");
      expect(links.map(({ children }) => children?.[0]?.value)).toEqual(addresses);
    }
  });

  const PIECES = [
    ..."`\\*_[]()<>|#~&!@\"' \n$:",
    "``",
    "a",
    "12",
    "b c",
    "`x`",
    " `y z` ",
    "http://a.b/",
    " http://a.b/c_d_e",
    "(https://a.b?c=1&d_*=2#e",
    "www.c.d/`",
    "@ada",
    "#1",
    "GH-2",
    "&#64;",
    "<b>",
    "<!--",
    "-->",
    "![i](u)",
    "](",
    "\u202e",
    "e@f.gh",
  ];
  const hostile = fc.array(fc.constantFrom(...PIECES), { maxLength: 20 }).map((pieces) => pieces.join(""));
  const PLAIN = new Set([
    ...["root", "list", "listItem", "paragraph", "table", "tableRow", "tableCell"],
    ...["text", "inlineCode", "link"],
  ]);

  test.each([
    ["a list", (text: string) => `- x ${text}`],
    ["a table's cell", (text: string) => `| a | b |\n| - | - |\n| x ${text} | end |`],
    ["beside code of ours", (text: string) => `- \`ours\` ${text} · \`ours\` *`],
  ])("whatever it is given, only text, code and bare addresses come of it: in %s", (_, wrap) => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = plain(text);
        const items = itemsOf(wrap(shown));
        expect(items.map((item) => item.type).filter((type) => !PLAIN.has(type))).toEqual([]);
        for (const value of valuesOf(items, "text")) expect(value).not.toMatch(/@\w|#\d|GH-\d/i);
        expect(shown).not.toMatch(/[\n\u202e]|(?<!\\)(?:\\\\)*[<|]/);
        const cells = items.filter((item) => item.type === "tableCell");
        expect([0, 4]).toContain(cells.length);
      }),
      { numRuns: 1_000 },
    );
  });

  test("what is read is what was written, bare addresses aside: nothing can be escaped in those", () => {
    const withoutAddress = hostile.filter((text) => !/:\/\/|www\./.test(text));
    fc.assert(
      fc.property(withoutAddress, (text) => {
        const read = itemsOf(`- x ${plain(text)}`)
          .flatMap(({ type, value }) => (type === "inlineCode" ? [`\`${value}\``] : [value ?? ""]))
          .join("");
        const written = text
          .replace(/[\n\u202e]+/g, " ")
          .replace(/\s+/g, " ")
          .trim();
        expect(read.replaceAll("\u2060", "").trimEnd()).toBe(`x ${written}`.trimEnd());
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("quote", () => {
  test.each([
    "![x](https://example.com/p.png)",
    "![x][r]\n\n[r]: https://example.com/p.png",
    "![r]\n\n[r]: https://example.com/p.png",
    "[![a](https://example.com/a.png)](https://example.com)",
    "[github.com](https://example.com)",
    "[x](javascript:alert(1))",
  ])("no picture, and no address under another name: %s", (text) => {
    const items = itemsOf(quote(text));
    expect(items.filter(({ type }) => /image|definition|linkReference/.test(type))).toEqual([]);
    const links = items.filter(({ type }) => type === "link");
    for (const { children } of links) expect(children?.[0]?.value).toMatch(/^https:/);
    expect(quote(text).replaceAll("\u2060", "")).toBe(text.replace(/^/gm, "> ").replace(/ +$/gm, ""));
  });

  test("no command, whatever blank stands before it", () => {
    expect(quote("\u2002/slipway cancel")).toBe("> \u2002/\u2060slipway cancel");
  });

  test("nothing that cannot be seen", () => {
    expect(quote("a\u3164b\u{e0041}c\ufe01d\u200be")).toBe("> abcde");
    expect(plain("a\u3164b\u{e0041}c ＠ada ＃12")).toBe("a b c ＠\u2060ada ＃\u206012");
  });
});
