import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { findTool, missing } from "./find.ts";
import { LINTERS } from "./lint.ts";

const root = join(import.meta.dirname, "../..");
const GOOD = `# One job.
name: W
on: push
permissions: {}
concurrency: { group: w, queue: max }
jobs:
  a:
    name: A
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps:
      - name: Use ours
        uses: $/action-x
        with: { word: hello }
`;
const ACTION =
  "name: X\ndescription: d\ninputs:\n  word:\n    description: A word\n    required: true\nruns:\n  using: node24\n  main: dist/index.js\n";
// In two parts, so that this file holds no such thing.
const SECRET = `export const key = "ghp_${"x7Kd92LmQp4RtVw8YzBc3NfGhJs6TaUeXq1M"}";\n`;

let repository: string;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(repository, path)), { recursive: true });
  writeFileSync(join(repository, path), text);
}

beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), "slipway-linted-"));
  execFileSync("git", ["init", "-q", repository]);
  for (const config of [".github/zizmor.yml", ".github/actionlint.yaml", ".gitleaks.toml"]) {
    mkdirSync(dirname(join(repository, config)), { recursive: true });
    cpSync(join(root, config), join(repository, config));
  }
  write(".github/workflows/w.yml", GOOD);
  write("examples/caller/slipway.yml", GOOD);
  write("action-x/action.yml", ACTION);
  write("action-x/dist/index.js", "\n");
  const identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
  execFileSync("git", ["-C", repository, "add", "."]);
  execFileSync("git", ["-C", repository, ...identity, "commit", "-q", "-m", "start"]);
});
afterEach(() => rmSync(repository, { recursive: true, force: true }));

test.each(LINTERS)("$name that is not installed is skipped by name, and never clean", ({ name, lint }) => {
  expect(lint(repository, () => undefined)).toEqual({ kind: "skipped", why: missing(name) });
});

test.each(LINTERS)("$name that cannot do its work has not found the tree clean", ({ lint }) => {
  expect(lint(repository, () => "/bin/false")).toMatchObject({ kind: "findings" });
  expect(lint(repository, () => join(repository, "no-such-program"))).toMatchObject({ kind: "findings" });
});

/** A linter, what is put into the tree, and what it says of that. */
const BITES: readonly (readonly [string, string, string, RegExp])[] = [
  ["zizmor", ".github/workflows/w.yml", GOOD.replace("$/action-x", "actions/checkout@v4"), /unpinned-uses/],
  [
    "actionlint",
    ".github/workflows/w.yml",
    GOOD.replace("word:", "wrod:"),
    /missing input "word"|"wrod" is not defined/,
  ],
  ["gitleaks", "action-x/dist/index.js", SECRET, /github-pat/],
];

for (const [name, path, text, words] of BITES) {
  const linter = LINTERS.find((one) => one.name === name);
  const there = findTool(name) !== undefined;
  if (!there) console.warn(missing(name));
  (there ? test : test.skip)(`${name} is asked about the files, and what it finds is told`, () => {
    expect(linter?.lint(repository)).toEqual({ kind: "clean" });
    write(path, text);
    expect(linter?.lint(repository)).toEqual({ kind: "findings", text: expect.stringMatching(words) });
  });
}
