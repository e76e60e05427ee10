import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { TOOLS, type Tool } from "./catalog.ts";
import { findTool, missing } from "./find.ts";
import { installTool, type Run, runProgram } from "./install.ts";

const TOOL: Tool = {
  name: "lint",
  version: "1.2.3",
  source: { kind: "go", package: "example.com/lint" },
  purpose: "linter",
};

let dir: string;
let started: { program: string; args: readonly string[]; bin: string | undefined }[];
/** Stands for `go`, `pip` and `apt-get`: leaves the program where it is asked to. */
let builds: Run;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "slipway-tools-"));
  started = [];
  builds = async (program, args, { env } = {}) => {
    started.push({ program, args, bin: env?.GOBIN });
    writeProgram(join(dir, "bin"), "lint");
  };
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function writeProgram(folder: string, name: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), "#!/bin/sh\n");
  chmodSync(join(folder, name), 0o755);
}

test("builds the pinned version once", async () => {
  const first = await installTool(TOOL, { dir, run: builds });
  expect(first).toMatchObject({ kind: "installed", where: join(dir, "bin/lint") });
  expect(started).toEqual([
    {
      program: "go",
      args: ["install", "-ldflags=-s -w", "example.com/lint@v1.2.3"],
      bin: join(dir, "bin"),
    },
  ]);
  expect((await installTool(TOOL, { dir, run: builds })).kind).toBe("there");
  expect(started).toHaveLength(1);
});

test("builds again when another version is pinned, or the program is gone", async () => {
  await installTool(TOOL, { dir, run: builds });
  const newer = { ...TOOL, version: "2.0.0" };
  expect((await installTool(newer, { dir, run: builds })).kind).toBe("installed");
  rmSync(join(dir, "bin/lint"));
  expect((await installTool(newer, { dir, run: builds })).kind).toBe("installed");
  expect(readFileSync(join(dir, "versions/lint"), "utf8")).toBe("2.0.0");
});

test("says what to do when the builder is not on this machine", async () => {
  const run: Run = () => runProgram(join(dir, "no-such-program"), []);
  expect(await installTool(TOOL, { dir, run })).toEqual({
    kind: "failed",
    why: "lint 1.2.3 needs 'go', which is not on this machine: install Go 1.25 or newer (https://go.dev/dl), then run this again.",
  });
});

test("says what the builder said, and keeps no stamp of what was not built", async () => {
  const run: Run = () =>
    runProgram(process.execPath, ["-e", "console.error('no such module'); process.exit(1)"]);
  const outcome = await installTool(TOOL, { dir, run });
  expect(outcome).toMatchObject({ kind: "failed", why: expect.stringContaining("by 'go': no such module") });
  expect((await installTool(TOOL, { dir, run: builds })).kind).toBe("installed");
});

test("a builder that succeeds and leaves nothing has failed", async () => {
  const outcome = await installTool(TOOL, { dir, run: async () => undefined });
  expect(outcome).toMatchObject({ kind: "failed", why: expect.stringContaining("it left no") });
});

test("a system package is not unpacked when the system has the program", async () => {
  const system = join(dir, "system");
  writeProgram(system, "lint");
  const tool: Tool = { ...TOOL, source: { kind: "debian", package: "lint" } };
  const outcome = await installTool(tool, { dir, run: builds, systemFolders: [system] });
  expect(outcome).toEqual({ kind: "there", where: join(system, "lint") });
  expect(started).toEqual([]);
});

test("programs are found in the first folder that has them, folders and plain files left out", () => {
  const [one, two] = [join(dir, "one"), join(dir, "two")];
  mkdirSync(join(one, "lint"), { recursive: true });
  writeFileSync(join(one, "plain"), "");
  writeProgram(two, "lint");
  expect(findTool("lint", [one, two])).toBe(join(two, "lint"));
  expect(findTool("plain", [one, two])).toBeUndefined();
});

test("what is skipped names the tool and how to get it", () => {
  for (const { name, version } of TOOLS) expect(missing(name)).toMatch(`${name} ${version} (`);
  expect(missing("act")).toContain("`npm run tools` installs it");
  expect(() => missing("other")).toThrow("'other' is no tool");
});
