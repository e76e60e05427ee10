import { expect, test } from "@jest/globals";
import { table } from "./table.ts";

test("columns of numbers stand to the right, columns of texts to the left", () => {
  expect(
    table(
      ["leaf", "jobs", "why"],
      [
        ["T1", 6, "fine"],
        ["T10", 12, "-"],
      ],
    ),
  ).toBe(["  leaf  jobs  why", "  ────  ────  ────", "  T1       6  fine", "  T10     12  -"].join("\n"));
});

test("a table without rows is its head", () => {
  expect(table(["a"], [])).toBe("  a\n  ─");
});
