import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { mentionedPaths } from "./mentions.ts";

const PATHS = [
  ".github/workflows/ci.yml",
  "LICENSE",
  "Makefile",
  "README.md",
  "docs/README.md",
  "docs/größe und maß.md",
  "docs/设计/计划.md",
  "lib/units.ts",
  "src/a.b",
  "src/other.ts",
  "src/stages/plan.ts",
  "src/units.test.ts",
  "src/units.ts",
  "test/data",
];

describe("mentionedPaths", () => {
  test.each<[string, string[], string[]]>([
    ["Add weeks to src/units.ts.", ["src/units.ts"], []],
    ["see `src/units.ts:12`, then ./src/other.ts", ["src/units.ts", "src/other.ts"], []],
    ["first src/other.ts, then src/units.ts", ["src/other.ts", "src/units.ts"], []],
    ["in units.ts", [], ["lib/units.ts", "src/units.ts"]],
    ["in lib/units.ts only", ["lib/units.ts"], []],
    ["the plan of stages/plan.ts", ["src/stages/plan.ts"], []],
    ["https://github.com/o/r/blob/main/src/units.ts#L3", ["src/units.ts"], []],
    ["/home/me/work/src/units.ts", ["src/units.ts"], []],
    ["units.test.ts fails", [], ["src/units.test.ts"]],
    ["in another.ts, units.tsx, my-units.ts, units.ts.bak and src/units.ts/x", [], []],
    ["elsewhere/units.ts", [], []],
    ["test the data, a.b and the plan", [], []],
    ["Run the Makefile; read LICENSE", ["Makefile", "LICENSE"], []],
    ["README.md", ["README.md"], []],
    ["docs/README.md", ["docs/README.md"], []],
    ["修改src/units.ts文件", ["src/units.ts"], []],
    ["看docs/设计/计划.md吧", ["docs/设计/计划.md"], []],
    ["units.ts를 고쳐", [], ["lib/units.ts", "src/units.ts"]],
    ["in docs/größe und maß.md".normalize("NFD"), ["docs/größe und maß.md"], []],
    ["größe und maß.md", [], ["docs/größe und maß.md"]],
    ["edit .github/workflows/ci.yml", [".github/workflows/ci.yml"], []],
    ["", [], []],
  ])("%j", (focus, byPath, byName) => {
    const found = mentionedPaths(PATHS, focus);
    expect({ byPath: [...found.byPath].sort(), byName: [...found.byName].sort() }).toEqual({
      byPath: [...byPath].sort(),
      byName: [...byName].sort(),
    });
  });

  test("are told in the order of the text", () => {
    expect(mentionedPaths(PATHS, "first src/other.ts, then src/units.ts").byPath).toEqual([
      "src/other.ts",
      "src/units.ts",
    ]);
  });

  test("a name that many files have names none of them", () => {
    const many = Array.from({ length: 6 }, (_, index) => `p${index}/index.ts`);
    expect(mentionedPaths(many, "in index.ts")).toEqual({
      byPath: [],
      byName: [],
      ambiguous: [{ name: "index.ts", count: 6 }],
    });
    expect(mentionedPaths(many, "in p3/index.ts").byPath).toEqual(["p3/index.ts"]);
  });

  test("every path that stands in a text by itself is found, whatever its letters", () => {
    const part = fc
      .string({ unit: fc.constantFrom(..."abzé字ж0_- "), minLength: 1, maxLength: 8 })
      .filter((one) => one.trim() === one);
    const path = fc.tuple(part, part).map(([folder, name]) => `${folder}/${name}.ts`);
    fc.assert(
      fc.property(path, (one) => {
        expect(mentionedPaths([one], `Look at "${one}", please.`).byPath).toEqual([one]);
      }),
    );
  });
});
