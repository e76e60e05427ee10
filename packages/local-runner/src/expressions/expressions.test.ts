import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { dictionary, environmentData, type Json, toText } from "./data.ts";
import { evaluate } from "./evaluate.ts";
import { statusFunctions } from "./functions.ts";
import { hashFiles } from "./hash-files.ts";

const contexts = {
  github: dictionary({
    ref: "refs/heads/main",
    event: { constructor: "c", list: [{ a: 1 }, { a: 2 }], n: null },
  }),
  env: environmentData({ Name: "mixed", NAME: "upper" }),
  inputs: dictionary({ flag: false, count: 0 }),
};

describe("evaluate", () => {
  test.each<[string, Json]>([
    ["github.ref", "refs/heads/main"],
    ["GitHub.REF", "refs/heads/main"],
    ["github.event.constructor", "c"],
    ["github.event.none.deeper", null],
    ["github.event.list.*.a", [1, 2]],
    ["join(github.event.list.*.a, '-')", "1-2"],
    ["contains(github.event.list.*.a, 2)", true],
    ["env.Name", "mixed"],
    ["env.NAME", "upper"],
    ["env.name", null],
    ["inputs.flag == false && inputs.count == 0", true],
    ["'A' == 'a'", true],
    ["format('{0} isn''t {{1}} isn''t', 'x')", "x isn't {1} isn't"],
    ["'a''b''c'", "a'b'c"],
    ["fromJSON('{\"constructor\":1}').constructor", 1],
    ["fromJSON('[1,2]')[1]", 2],
    ["toJSON(fromJSON('{\"a\":[1]}'))", '{\n  "a": [\n    1\n  ]\n}'],
    ["case(true, 'yes', 'no')", "yes"],
    ["startsWith('Abc', 'aB') && endsWith('abc', 'C')", true],
    ["secrets.anything", null],
    ["1 < 2 && '2' > 1", true],
    ["null == ''", true],
  ])("%s", (expression, expected) => {
    expect(evaluate(expression, contexts)).toEqual(expected);
  });

  test("errors name the expression", () => {
    expect(() => evaluate("fromJSON(github.ref)", contexts)).toThrow(
      /The expression \$\{\{ fromJSON\(github\.ref\) \}\} could not be evaluated: fromJSON was given no valid JSON/,
    );
  });

  test("status functions", () => {
    const functions = statusFunctions({
      success: () => false,
      failure: (names) => names.length === 1,
      cancelled: () => false,
    });
    expect(evaluate("success() || failure('x') && !cancelled() && always()", {}, functions)).toBe(true);
  });

  test("texts of values", () => {
    expect([null, true, 1.5, -0, "x", [1], { a: 1 }].map((value) => toText(value as Json))).toEqual([
      "",
      "true",
      "1.5",
      "0",
      "x",
      "Array",
      "Object",
    ]);
  });
});

test("hashFiles: patterns, exclusions, links that loop", () => {
  const root = mkdtempSync(join(tmpdir(), "slipway-hash-"));
  mkdirSync(join(root, "a/.b"), { recursive: true });
  writeFileSync(join(root, "a/one.lock"), "1");
  writeFileSync(join(root, "a/.b/two.lock"), "2");
  symlinkSync("..", join(root, "a/up"));
  const all = hashFiles(root, ["**/*.lock"]);
  expect(all).toMatch(/^[0-9a-f]{64}$/);
  expect(hashFiles(root, ["a"])).toBe(all);
  expect(hashFiles(root, ["**/*.lock\n# comment\n!**/two.lock"])).toBe(hashFiles(root, ["a/one.lock"]));
  expect(hashFiles(root, ["*.lock"])).toBe("");
  expect(hashFiles(root, ["a/.b/two.lock", "a/one.lock"])).not.toBe(
    hashFiles(root, ["a/one.lock", "a/.b/two.lock"]),
  );
  expect(hashFiles(root, ["a/.b/two.lock", "**"])).toBe(hashFiles(root, ["**"]));
  expect(hashFiles(root, ["a/../../*"])).toBe("");
  expect([hashFiles(root, ["/a/*.lock"]), hashFiles(root, [`${root}/a/*.lock`])]).toEqual(
    Array(2).fill(hashFiles(root, ["a/*.lock"])),
  );
  expect(hashFiles(root, ["/**", "!/a/.b/**"])).toBe(hashFiles(root, ["a/one.lock"]));
  rmSync(root, { recursive: true });
});
