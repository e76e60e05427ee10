import { expect, test } from "@jest/globals";
import { packFiles, packMaterial, widestPacks } from "./material.ts";

test("each pack once, as wide as the agent has it that has it widest", () => {
  expect(
    widestPacks([
      [
        { pack: "files", tokens: 8_000 },
        { pack: "logs", tokens: 2_000 },
      ],
      [{ pack: "files", tokens: 12_000 }],
    ]),
  ).toEqual([
    { pack: "files", tokens: 12_000 },
    { pack: "logs", tokens: 2_000 },
  ]);
});

test("a repository of exactly so many files, with decisions among them", () => {
  const names = Object.keys(packFiles(5_000));
  expect(names).toHaveLength(5_000);
  expect(names.filter((name) => name.startsWith("docs/decisions/"))).toHaveLength(10);
});

test("the task names files that the repository has", () => {
  const files = packFiles(5_000);
  const named = [...packMaterial().focus.matchAll(/(?:src|test)\/[\w/.-]+\.mjs/g)].map(([path]) => path);
  expect(new Set(named).size).toBe(6);
  expect(named.filter((path) => files[path] === undefined)).toEqual([]);
});
