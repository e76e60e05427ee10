import { expect, test } from "@jest/globals";
import { planNodeSchema, specSchema } from "@slipway/model";
import { CHANGED, TURNS } from "./figures.ts";
import { projectFiles, SESSION_NODE, SESSION_SPEC, sessionTurns, testPath, unitPath } from "./project.ts";

test.each([5, 300, 5_000])("a repository of exactly %d files", (count) => {
  expect(Object.keys(projectFiles(count))).toHaveLength(count);
});

test("each unit has its test, and the areas are alike in size", () => {
  const names = Object.keys(projectFiles(5_000));
  expect(names.filter((name) => name.startsWith("src/"))).toHaveLength(2_499);
  expect(names).toContain(testPath(49, 48));
  expect(names).toContain(unitPath(49, 48));
});

test("thirty turns, the last of which submit, that change six files", () => {
  const turns = sessionTurns();
  expect(turns).toHaveLength(TURNS);
  expect(turns.slice(-2).map(({ call }) => call.name)).toEqual(["submit", "submit"]);
  const changes = turns.filter(({ call }) =>
    ["str_replace", "insert"].includes(String(call.arguments.command)),
  );
  expect(new Set(changes.map(({ call }) => call.arguments.path)).size).toBe(CHANGED);
});

test("what is replaced stands in the file, once, and what is inserted comes after the last line", () => {
  const files = projectFiles(5_000);
  for (const { call } of sessionTurns()) {
    const { command, path, old_str, insert_line } = call.arguments;
    const text = files[String(path)] ?? "";
    if (command === "str_replace") expect(text.split(String(old_str))).toHaveLength(2);
    if (command === "insert") expect(text.trimEnd().split("\n")).toHaveLength(Number(insert_line));
  }
});

test("node and specification are what the product takes", () => {
  expect(planNodeSchema.parse(SESSION_NODE)).toEqual(SESSION_NODE);
  expect(specSchema.parse(SESSION_SPEC).acceptance[0]?.id).toBe(SESSION_NODE.acceptance[0]);
});
