/** A repository with nothing of the sample in it: two parts in two languages, another branch, tags and caller file. */

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Report } from "@slipway/cli/schemas";
import { type Ended, explain, git, ROOT, readReport, slipway } from "./support.ts";

const SHAPE = join(ROOT, "tests/e2e/shapes/monorepo");
let folder = "";
let repo = "";
let out = "";
let before = "";
let ended: Ended;
let report: Report;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "slipway-e2e-"));
  repo = join(folder, "toolbox");
  out = join(folder, "out");
  cpSync(join(SHAPE, "repository"), repo, { recursive: true });
  git(repo, "init", "-q", "-b", "trunk");
  git(repo, "add", "-A");
  git(repo, "commit", "-q", "-m", "feat: two tools");
  git(repo, "tag", "toolbox-2.4.1");
  writeFileSync(join(repo, "notes.txt"), "not committed\n");
  before = git(repo, "for-each-ref") + git(repo, "status", "--porcelain");
  const given = [
    "--repo",
    "toolbox",
    "--idea",
    `@${join(SHAPE, "idea.md")}`,
    "--fixtures",
    join(SHAPE, "fixtures.json"),
  ];
  ended = await slipway(["run", ...given, "--out", out], folder);
  if (existsSync(join(out, "report.json"))) report = readReport(out);
}, 240_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a monorepo", () => {
  test("reaches DONE", () => {
    if (ended.code !== 0) throw new Error(explain(ended));
    expect(report.run).toMatchObject({
      state: "DONE",
      integrationBranch: "trunk",
      repository: "acme/toolbox",
    });
  });

  test("is released after its own tags, by its own prefix", () => {
    expect(report.release).toMatchObject({ tag: "toolbox-2.5.0", previousTag: "toolbox-2.4.1" });
  });

  test("its own caller file is used, under the name that it gives the suite", () => {
    expect(report.run.suite.reference).toContain("octo-tools/assembly-line@stable");
    const bare = join(out, "repository.git");
    expect(git(bare, "ls-tree", "--name-only", "trunk", ".github/workflows/")).toBe(
      ".github/workflows/ideas.yml",
    );
  });

  test("the result works", () => {
    const clone = join(folder, "clone");
    git(folder, "clone", "-q", join(out, "repository.git"), clone);
    expect(execFileSync("./check.sh", { cwd: clone, encoding: "utf8" })).toBe("greeter: ok\nwrap: ok\n");
    expect(readFileSync(join(clone, "tools/wrap/wrap.sh"), "utf8")).toContain("indent");
    expect(git(clone, "ls-tree", "-r", "HEAD", "tools/wrap/wrap.sh")).toMatch(/^100755/);
    expect(existsSync(join(clone, "notes.txt"))).toBe(false);
  });

  test("the person's own repository is untouched, and they are told what was not taken", () => {
    expect(git(repo, "for-each-ref") + git(repo, "status", "--porcelain")).toBe(before);
    expect(ended.stdout).toContain("Uncommitted work in one file there is not taken");
  });

  test("plain lines: no escape sequence, one per happening", () => {
    expect(ended.stdout).not.toContain("\u001b");
    expect(ended.stdout).toMatch(/\n +\d+\.\ds {2}T1 +DONE +issue #\d+ · pull request #\d+\n/);
  });
});
