import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { estimateTokens } from "./tokens.ts";

describe("estimateTokens", () => {
  // Beside each text: what cl100k_base and o200k_base count for it, whichever is more.
  test.each<[string, string, number]>([
    ["nothing", "", 0],
    ["English", "The quick brown fox jumps over the lazy dog.", 10],
    ["code", "export const total = (items) => items.reduce((sum, item) => sum + item.price, 0);", 24],
    ["a path", "packages/agents/src/context/repository-map.ts", 9],
    ["a hash", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", 35],
    ["German", "Für größere Übersichten schließt die Prüfung auch Änderungen ein.", 19],
    ["Greek", "Αυτή η αλλαγή διορθώνει ένα σφάλμα.", 34],
    ["Russian", "Это изменение исправляет ошибку.", 11],
    ["Chinese", "我们需要在解析器中增加对周的支持。", 15],
    ["Arabic", "يصلح هذا التغيير خطأ يحدث عند قراءة ملف.", 29],
    ["Hindi", "यह परिवर्तन त्रुटि को ठीक करता है।", 33],
    ["Amharic", "ይህ ለውጥ ስህተት ያስተካክላል።", 51],
    ["emoji", "🚀✅🔥👩‍💻🎉", 18],
  ])("is not too low, and not a multiple, for %s", (_what, text, counted) => {
    const estimate = estimateTokens(text);
    expect(estimate).toBeGreaterThanOrEqual(counted);
    expect(estimate).toBeLessThanOrEqual(Math.ceil(2.5 * counted));
  });

  const text = fc.string({
    unit: fc.oneof(fc.constantFrom(..."aZ0 \n\t.,{}/+ß→字🚀"), fc.string({ unit: "binary", maxLength: 1 })),
    maxLength: 200,
  });

  test("never more than one for each byte, and one at least for anything that is there", () => {
    fc.assert(
      fc.property(text, (some) => {
        const estimate = estimateTokens(some);
        expect(estimate).toBeLessThanOrEqual(Buffer.byteLength(some));
        if (some !== "") expect(estimate).toBeGreaterThan(0);
      }),
    );
  });

  test("parts with a line break between them cost no more together than apart", () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const apart = estimateTokens(a) + estimateTokens("\n") + estimateTokens(b);
        expect(estimateTokens(`${a}\n${b}`)).toBeLessThanOrEqual(apart);
      }),
    );
  });
});
