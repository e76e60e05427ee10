import { describe, expect, test } from "@jest/globals";
import { hasMarker, markerText } from "@slipway/model";
import fc from "fast-check";
import { SECTION_END, withSection } from "./body.ts";
import { moves } from "./relations.ts";

const marker = { what: "node", runId: "r-20261120-7f3k2a", nodeId: "T3" } as const;
const text = fc
  .array(
    fc.oneof(
      fc.string(),
      fc.constantFrom("\n", "\r\n", SECTION_END, "<!-- slipway:status runId=x -->", "words"),
    ),
  )
  .map((parts) => parts.join(""));

describe("the marked section", () => {
  test("is put at the end of a text that has none, and replaced in one that has", () => {
    const first = withSection("Dear bot,\r\nplease", marker, "one");
    expect(first).toBe(`Dear bot,\nplease\n\n${markerText(marker)}\none\n${SECTION_END}`);
    const edited = `${first}\n\nP.S. thanks`;
    expect(withSection(edited, marker, "two")).toBe(
      `Dear bot,\nplease\n\n${markerText(marker)}\ntwo\n${SECTION_END}\n\nP.S. thanks`,
    );
  });

  test("keeps what stands behind a section whose end somebody deleted", () => {
    const cut = `${markerText(marker)}\none\ntwo\n\nMy note`;
    expect(withSection(cut, marker, "one\ntwo")).toBe(
      `${markerText(marker)}\none\ntwo\n${SECTION_END}\n\nMy note`,
    );
    const changed = withSection(cut, marker, "one\nthree");
    expect(changed).toBe(`${markerText(marker)}\none\nthree\n${SECTION_END}\ntwo\n\nMy note`);
    expect(withSection(changed, marker, "one\nthree")).toBe(changed);
    expect(withSection(`${markerText(marker)}\none\n\n`, marker, "one")).toBe(withSection("", marker, "one"));
  });

  test("property: it is always there, writing it twice changes nothing, and the next replaces it", () => {
    fc.assert(
      fc.property(text, text, text, (existing, one, two) => {
        const once = withSection(existing, marker, one);
        expect(hasMarker(once, marker)).toBe(true);
        expect(withSection(once, marker, one)).toBe(once);
        expect(withSection(withSection(once, marker, two), marker, one)).toBe(once);
      }),
    );
  });

  test("property: what people wrote before and after it stays", () => {
    const human = fc
      .string()
      .filter((part) => !part.includes("<!--") && part.trim() !== "")
      .map((part) => part.trim());
    fc.assert(
      fc.property(human, human, text, text, (before, after, one, two) => {
        const body = `${withSection(before, marker, one)}\n${after}`;
        const changed = withSection(body, marker, two);
        expect(changed.startsWith(before.replace(/\r/g, "")) || changed.startsWith(before)).toBe(true);
        expect(changed.endsWith(after)).toBe(true);
      }),
    );
  });
});

describe("order of sub-issues", () => {
  test("nothing moves when the order is right, whatever people put in between", () => {
    expect(moves([9, 1, 8, 2, 3], [1, 2, 3])).toEqual([]);
  });

  test("property: the moves bring ours in order and keep the others' order", () => {
    const ids = fc.uniqueArray(fc.nat(30), { maxLength: 12 });
    fc.assert(
      fc.property(
        ids.chain((order) => fc.tuple(fc.constant(order), fc.shuffledSubarray(order))),
        ([order, wanted]) => {
          const now = [...order];
          for (const { id, after } of moves(order, wanted)) {
            now.splice(now.indexOf(id), 1);
            now.splice(now.indexOf(after) + 1, 0, id);
          }
          expect(now.filter((id) => wanted.includes(id))).toEqual(wanted);
          expect(now.filter((id) => !wanted.includes(id))).toEqual(
            order.filter((id) => !wanted.includes(id)),
          );
        },
      ),
    );
  });
});
