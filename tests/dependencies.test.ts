import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { declaresUnused, importsUndeclared, type Manifest, type Workspace } from "./rules/dependencies.ts";
import type { Source } from "./rules/house.ts";
import { partsOf, sourcesWithTests } from "./rules/sources.ts";

const root = join(import.meta.dirname, "..");
const read = (path: string): Source => ({ path, text: readFileSync(join(root, path), "utf8") });
const manifestOf = (part: string) => JSON.parse(read(join(part, "package.json")).text) as Manifest;
const shared = manifestOf("");

const workspaceOf = (part: string): Workspace => ({
  part,
  manifest: manifestOf(part),
  sources: sourcesWithTests(root, [part]).map(read),
});

describe.each(partsOf(root))("%s", (part) => {
  test("declares what it imports", () => {
    expect(importsUndeclared(workspaceOf(part), shared)).toEqual([]);
  });

  test("imports what it declares", () => {
    expect(declaresUnused(workspaceOf(part))).toEqual([]);
  });
});

test("the root declares what its programs and tests import", () => {
  const sources = ["scripts", "tests"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
      // Repositories that runs work on, and this test's own samples, are no programs of ours.
      .filter((path) => /\.(ts|mjs)$/.test(path) && !path.startsWith("tests/e2e/shapes/"))
      .filter((path) => !["tests/dependencies.test.ts", "tests/house.test.ts"].includes(path))
      .map(read),
  );
  expect(importsUndeclared({ part: "", manifest: {}, sources }, shared)).toEqual([]);
});

describe("bites", () => {
  const workspace = (manifest: Manifest, ...sources: Source[]): Workspace => ({
    part: "packages/a",
    manifest,
    sources,
  });
  const source = (path: string, ...names: string[]): Source => ({
    path,
    text: names.map((name) => `import "${name}";\n`).join(""),
  });

  test("an import that is not declared, in code and in tests", () => {
    const found = workspace(
      { dependencies: { zod: "4" }, devDependencies: { mock: "1" } },
      source("packages/a/src/a.ts", "zod", "yaml", "@o/p/deep/file.js", "mock", "node:fs", "./b.ts"),
      source("packages/a/src/a.test.ts", "mock", "@jest/globals", "other"),
    );
    expect(importsUndeclared(found, { devDependencies: { "@jest/globals": "30" } })).toEqual([
      "packages/a/src/a.ts imports yaml, which packages/a/package.json does not declare.",
      "packages/a/src/a.ts imports @o/p, which packages/a/package.json does not declare.",
      "packages/a/src/a.ts imports mock, which packages/a/package.json does not declare.",
      "packages/a/src/a.test.ts imports other, which packages/a/package.json does not declare.",
    ]);
  });

  test("a declaration that nothing needs, or only tests do", () => {
    const found = workspace(
      { dependencies: { zod: "4", yaml: "2" }, devDependencies: { mock: "1", "@types/x": "1" } },
      source("packages/a/src/a.ts", "zod"),
      source("packages/a/src/testing/world.ts", "yaml"),
    );
    expect(declaresUnused(found)).toEqual([
      "packages/a/package.json declares yaml, which nothing but perhaps a test imports.",
      "packages/a/package.json declares mock, which nothing there imports.",
    ]);
  });
});
