import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const readme = read("README.md");

test("the README's caller file is the one that runs are made with, of at most 20 lines", () => {
  const shown = /<!-- caller -->\n```yaml\n([\s\S]*?)```\n<!-- \/caller -->/.exec(readme)?.[1];
  const used = read("examples/caller/slipway.yml");
  expect(shown).toBe(used);
  expect(used.trimEnd().split("\n").length).toBeLessThanOrEqual(20);
  expect(used).toMatch(/uses: [\w-]+\/slipway\/\.github\/workflows\/orchestrator\.yml@\S+/);
});

test("the commands that the README names are there", () => {
  const scripts = Object.keys((JSON.parse(read("package.json")) as { scripts: object }).scripts);
  const named = [...readme.matchAll(/^npm (?:run )?([a-z:]+)/gm)].map((match) => match[1] ?? "");
  expect(named.length).toBeGreaterThan(1);
  expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
});

test("the files that the README links to are there", () => {
  const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map((match) => match[1] ?? "");
  expect(links.length).toBeGreaterThan(3);
  for (const link of links) expect(() => readFileSync(join(root, link))).not.toThrow(/ENOENT/);
});
