import { describe, expect, test } from "@jest/globals";
import { createMasker, MASK } from "./mask.ts";

describe("masks", () => {
  test.each<[string, string[], string, string]>([
    ["plain", ["secret"], "a secret b", `a ${MASK} b`],
    ["special characters", ["$a.*(+)[\\]{}|^"], "x$a.*(+)[\\]{}|^y", `x${MASK}y`],
    ["overlapping ones become one", ["abcd", "cdef"], "abcdef", MASK],
    ["adjacent ones", ["ab", "cd"], "abcd", MASK],
    ["within one another", ["ab", "xaby"], "-xaby-", `-${MASK}-`],
    ["repeating itself", ["aa"], "aaa", MASK],
    ["lines one by one", ["one\r\ntwo"], "got two", `got ${MASK}`],
    ["in JSON", ['a"b\nc'], JSON.stringify({ k: 'a"b\nc' }), `{"k":"${MASK}"}`],
    ["in a URL", ["p@ss/word"], "https://x:p%40ss%2Fword@h", `https://x:${MASK}@h`],
    ["in XML", ["a<b&c"], "a&lt;b&amp;c", MASK],
    ["nothing for blank secrets", ["", "  ", "\n"], "a b\nc", "a b\nc"],
  ])("%s", (_name, secrets, text, expected) => {
    expect(createMasker(secrets).mask(text)).toBe(expected);
  });

  test.each([0, 1, 2])("Base64 at an offset of %d", (offset) => {
    const secret = "correct horse battery";
    const encoded = Buffer.from(`${"x".repeat(offset)}${secret}`).toString("base64");
    expect(createMasker([secret]).mask(encoded)).toContain(MASK);
  });

  test("secrets may come later", () => {
    const masker = createMasker();
    expect(masker.mask("late")).toBe("late");
    masker.add("late");
    expect(masker.mask("late")).toBe(MASK);
  });
});
