import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { removeFolder } from "./remove-folder.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "slipway-remove-"));
});
afterEach(() => void execFileSync("rm", ["-rf", root]));

// The administrator may do all of it anyhow.
test("folders that are closed to their owner are removed, and links are not followed", async () => {
  const [own, other] = [join(root, "own"), join(root, "other")];
  mkdirSync(join(own, "modules", "a"), { recursive: true });
  mkdirSync(other);
  writeFileSync(join(own, "modules", "a", "file"), "");
  symlinkSync(other, join(own, "modules", "link"));
  chmodSync(other, 0o555);
  chmodSync(join(own, "modules", "a"), 0o000);
  chmodSync(join(own, "modules"), 0o555);
  await removeFolder(own);
  expect(existsSync(own)).toBe(false);
  expect(existsSync(other)).toBe(true);
  chmodSync(other, 0o755);
  rmSync(other, { recursive: true });
});

test("what cannot be removed, and what is not there, is no error", async () => {
  execFileSync("bash", ["-c", 'for i in {1..30}; do mkdir "$0" && cd "$0"; done', "d".repeat(200)], {
    cwd: root,
  });
  await expect(removeFolder(root)).resolves.toBeUndefined();
  await expect(removeFolder(join(root, "absent"))).resolves.toBeUndefined();
});
