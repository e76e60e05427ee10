import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import {
  importsAsAllowed,
  importsOf,
  isPure,
  isSmall,
  mayImport,
  PACKAGES,
  type Source,
} from "./rules/house.ts";
import { partsOf, sourceFiles, sourcesWithTests } from "./rules/sources.ts";

const root = join(import.meta.dirname, "..");
const parts = partsOf(root);
const actions = parts.filter((part) => part.startsWith("action-"));
const read = (path: string): Source => ({ path, text: readFileSync(join(root, path), "utf8") });

test("the house has the packages and actions that the design names", () => {
  expect(parts).toEqual(
    [
      "action-callback",
      "action-exec",
      "action-merge-gate",
      "action-orchestrator",
      "action-plan",
      "action-spec",
      ...PACKAGES.map((name) => `packages/${name}`),
    ].sort(),
  );
});

test("every package and action has a README", () => {
  expect(parts.filter((part) => !existsSync(join(root, part, "README.md")))).toEqual([]);
});

test("every action directory has the one shape", () => {
  const missing = actions.flatMap((part) =>
    ["action.yml", "README.md", "src/index.ts", "dist/index.js"]
      .filter((name) => !existsSync(join(root, part, name)))
      .map((name) => `${part}/${name}`),
  );
  expect(missing).toEqual([]);
});

describe("imports follow the house", () => {
  test.each(parts)("%s", (part) => {
    expect(sourceFiles(root, [part]).map(read).flatMap(importsAsAllowed)).toEqual([]);
  });

  test("package.json names no package of ours that may not be imported", () => {
    const wrong = parts.flatMap((part) => {
      const manifest = JSON.parse(read(`${part}/package.json`).text) as {
        dependencies?: Record<string, string>;
      };
      const text = Object.keys(manifest.dependencies ?? {})
        .map((name) => `import "${name}";`)
        .join("\n");
      return importsAsAllowed({ path: `${part}/src/index.ts`, text });
    });
    expect(wrong).toEqual([]);
  });

  test.each<[string, string, string]>([
    ["packages/model/src/a.ts", 'import { x } from "@slipway/github";', "model must not know github"],
    ["packages/github/src/a.ts", 'import { x } from "@slipway/agents";', "github must not know agents"],
    ["packages/agents/src/a.ts", 'import { x } from "@slipway/github";', "agents must not know github"],
    [
      "packages/local-github/src/a.ts",
      'import type { x } from "@slipway/github";',
      "local-github must not know github",
    ],
    [
      "packages/local-runner/src/a.ts",
      'import {\n  x,\n} from "@slipway/local-github";',
      "local-runner must not know local-github",
    ],
    ["packages/action-kit/src/a.ts", 'export * from "@slipway/cli";', "action-kit must not know cli"],
    [
      "packages/cli/src/a.ts",
      'const x = await import("@slipway/action-exec");',
      "no package imports an action",
    ],
    ["packages/cli/src/a.ts", 'import "../../../action-exec/src/index.ts";', "by the package's name"],
    ["packages/cli/src/a/b.ts", 'import { x } from "../../../model/src/tree.ts";', "by the package's name"],
    ["packages/cli/src/a.ts", 'import { x } from "@slipway/model/src/tree.ts";', "by the package's name"],
    [
      "action-exec/src/index.ts",
      'import { x } from "@slipway/action-plan";',
      "actions do not import each other",
    ],
    [
      "action-exec/src/index.ts",
      'import { x } from "../../action-plan/src/index.ts";',
      "by the package's name",
    ],
    [
      "action-exec/src/index.ts",
      'import { x } from "@slipway/local-github";',
      "knows nothing of local parts",
    ],
  ])("bites: %s %s", (path, text, words) => {
    expect(importsAsAllowed({ path, text })).toEqual([expect.stringContaining(words)]);
  });

  test.each<[string, string]>([
    ["packages/cli/src/a.ts", 'import { x } from "@slipway/local-runner";'],
    ["packages/action-kit/src/a.ts", 'import { x } from "@slipway/github";'],
    ["packages/model/src/a/b.ts", 'import { x } from "../tree.ts";'],
    ["action-exec/src/index.ts", 'import { x } from "@slipway/agents";\nimport z from "zod";'],
    ["packages/model/src/a.ts", '// import { x } from "@slipway/github";'],
  ])("allows: %s %s", (path, text) => {
    expect(importsAsAllowed({ path, text })).toEqual([]);
  });

  test("every way to import is seen", () => {
    const text =
      'import a from "a";\nimport type { b } from "b";\nimport "c";\nexport { d } from "d";\nexport * from "e";\nconst f = await import("f");\nimport {\n  g,\n} from "g";\n';
    expect(importsOf(text)).toEqual(["a", "b", "c", "d", "e", "f", "g"]);
    expect(PACKAGES.filter((name) => mayImport("cli", name))).toHaveLength(PACKAGES.length - 1);
  });
});

describe("files are small", () => {
  test("none over 400 lines, tests counted, generated files left out", () => {
    expect(sourcesWithTests(root, parts).map(read).flatMap(isSmall)).toEqual([]);
  });

  test("bites", () => {
    const text = "x\n".repeat(401);
    expect(isSmall({ path: "a.ts", text })).toEqual(["a.ts has 401 lines; 400 is the most."]);
    expect(isSmall({ path: "a.ts", text: "x\n".repeat(400) })).toEqual([]);
    expect(isSmall({ path: "a.ts", text: `// Generated from b.\n${text}` })).toEqual([]);
  });
});

describe("the model is pure (rule 1)", () => {
  test("packages/model", () => {
    expect(sourceFiles(root, ["packages/model"]).map(read).flatMap(isPure)).toEqual([]);
  });

  test.each(["Date.now()", "new Date()", "Math.random()", "process.env.X", "fetch(x)", 'import "node:fs";'])(
    "bites: %s",
    (text) => {
      expect(isPure({ path: "a.ts", text })).toHaveLength(1);
    },
  );
});
