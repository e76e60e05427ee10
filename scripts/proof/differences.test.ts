import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { differences, differenceText, type Value } from "./differences.ts";

const json = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value")),
    fc.dictionary(fc.constantFrom("a", "b", "c"), tie("value")),
  ),
})).value;

describe("differences", () => {
  test("nothing differs from itself, in whatever order a list is", () => {
    fc.assert(fc.property(json, (value) => differences(value, structuredClone(value)).length === 0));
    fc.assert(
      fc.property(fc.array(json), (items) => differences(items, items.toReversed() as Value[]).length === 0),
    );
  });

  test("what was added to or taken out of a record at any depth is named by its path", () => {
    fc.assert(
      fc.property(json, json, (inner, more) => {
        const found = differences({ a: { b: inner } }, { a: { b: inner, z: more } });
        expect(found).toEqual([{ path: "a/z", kind: "doubled", found: more }]);
        expect(differences({ a: { b: inner, z: more } }, { a: { b: inner } })).toEqual([
          { path: "a/z", kind: "lost", expected: more },
        ]);
      }),
    );
  });

  test.each<[string, Value, Value, unknown[]]>([
    ["a value", { a: 1 }, { a: 2 }, [{ path: "a", kind: "changed", expected: 1, found: 2 }]],
    ["something doubled in a list", ["x", "y"], ["y", "x", "x"], [{ path: "", kind: "doubled", found: "x" }]],
    [
      "something lost from a list",
      { l: ["x", "x"] },
      { l: ["x"] },
      [{ path: "l", kind: "lost", expected: "x" }],
    ],
    [
      "a key too much",
      { a: { b: null } },
      { a: { b: null, c: 0 } },
      [{ path: "a/c", kind: "doubled", found: 0 }],
    ],
    ["a key too few", { a: { b: null } }, { a: {} }, [{ path: "a/b", kind: "lost", expected: null }]],
    ["a list and a record", [], {}, [{ path: "", kind: "changed", expected: [], found: {} }]],
  ])("%s", (_, reference, other, expected) => {
    expect(differences(reference, other)).toEqual(expected);
  });

  test("a long text is shown from where it parts", () => {
    const [found] = differences({ body: `${"a".repeat(90)}bcd` }, { body: `${"a".repeat(90)}xyz` });
    expect(found && differenceText(found)).toBe(
      `body: expected "…${"a".repeat(40)}bcd", found "…${"a".repeat(40)}xyz"`,
    );
  });
});
