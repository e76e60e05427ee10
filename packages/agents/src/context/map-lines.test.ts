import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Room, tokenRoom } from "./budget.ts";
import { byText } from "./order.ts";
import { repositoryMap } from "./repository-map.ts";
import type { TrackedFile } from "./tracked.ts";

const files = (...paths: string[]): TrackedFile[] =>
  [...paths].sort(byText).map((path) => ({ path, mode: "100644", blob: "0".repeat(40) }));
const characterRoom = (size: number): Room => ({ size, measure: (text) => text.length });
const linesOf = (text: string) => text.split("\n").slice(2, -1);
const numbered = (folder: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${folder}/file-${index}.ts`);

describe("repositoryMap", () => {
  test("names every file where there is room, folder by folder", () => {
    const map = repositoryMap(
      files("b.md", "a.md", "src/deep/x.ts", "src/y.ts", "only/folders/z.ts"),
      [],
      tokenRoom(500),
    );
    expect(linesOf(map.text)).toEqual([
      "./: a.md b.md",
      "only/folders/: z.ts",
      "src/: y.ts",
      "src/deep/: x.ts",
    ]);
    expect(map.cut).toBeNull();
  });

  test("opens what leads to a named file before all else, and counts the rest", () => {
    const paths = files(
      "README.md",
      ...numbered("a/one", 30),
      ...numbered("a/two", 30),
      "z/deep/er/goal.ts",
      ...numbered("z/other", 30),
    );
    const map = repositoryMap(paths, ["z/deep/er/goal.ts"], tokenRoom(110));
    expect(linesOf(map.text)).toEqual([
      "./: README.md",
      "a/one/: 30 files (.ts 30)",
      "a/two/: 30 files (.ts 30)",
      "z/deep/er/: goal.ts",
      "z/other/: 30 files (.ts 30)",
    ]);
    expect(map.cut).toBe("90 of 92 files are counted only.");
  });

  test("a long list of files waits until the folders had their turn", () => {
    const paths = files(...numbered("data", 300), "src/a.ts", "src/b.ts");
    const narrow = repositoryMap(paths, [], tokenRoom(700));
    expect(narrow.text).toMatch(/data\/: file-0\.ts file-1\.ts .*… and 260 more\n/);
    expect(narrow.text).toContain("src/: a.ts b.ts");
    const wide = repositoryMap(paths, [], tokenRoom(5_000));
    expect(wide.text).not.toContain("more");
    expect(wide.cut).toBeNull();
  });

  test("names with blanks, quotation marks and what cannot be seen are quoted and escaped", () => {
    const map = repositoryMap(
      files("a b.ts", 'c".ts', "d\u202eno.ts", "e\nf.ts", "g\u{e0041}.ts"),
      [],
      tokenRoom(500),
    );
    expect(linesOf(map.text)).toEqual([
      '../: "a b.ts" "c\\".ts" "d\\u{202e}no.ts" "e\\nf.ts" "g\\u{e0041}.ts"'.slice(1),
    ]);
  });

  test("fifty thousand files keep the budget and use it", () => {
    const paths = files(
      ...Array.from(
        { length: 50_000 },
        (_, index) => `packages/p${index % 97}/src/m${index % 613}/file-${index}.ts`,
      ),
    );
    const map = repositoryMap(paths, ["packages/p3/src/m3/file-3.ts"], tokenRoom(8_000));
    expect(map.tokens).toBeLessThanOrEqual(8_000);
    expect(map.tokens).toBeGreaterThan(6_000);
    expect(map.text).toContain("packages/p96/");
    expect(map.text).toMatch(/packages\/p3\/src\/m3\/: .*file-3\.ts/);
    expect(map.cut).toMatch(/^\d+ of 50000 files are counted only\.$/);
  });

  test("whatever the paths, every file is named or counted, once, within the room", () => {
    const part = fc
      .string({ unit: fc.constantFrom(..."abcé字 ."), minLength: 1, maxLength: 3 })
      .filter((one) => !/^\.+$/.test(one));
    const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => `${parts.join("/")}/f.ts`);
    fc.assert(
      fc.property(
        fc.uniqueArray(path, { maxLength: 40 }),
        fc.integer({ min: 0, max: 1_500 }),
        fc.boolean(),
        (paths, size, tokens) => {
          const room = tokens ? tokenRoom(size) : characterRoom(size);
          const map = repositoryMap(files(...paths), paths.slice(0, 1), room);
          if (map.text === "" || paths.length === 0) return;
          expect(room.measure(map.text)).toBeLessThanOrEqual(size);
          const named = linesOf(map.text).reduce((sum, line) => sum + line.split("f.ts").length - 1, 0);
          const counted = /^(\d+) of /.exec(map.cut ?? "")?.[1] ?? "0";
          expect(named + Number(counted)).toBe(paths.length);
        },
      ),
    );
  });
});
