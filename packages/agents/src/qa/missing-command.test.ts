import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "@jest/globals";
import { policySchema } from "@slipway/model";
import { missingCommand } from "./missing-command.ts";

let workDir = "";
beforeEach(() => {
  workDir = mkdtempSync(join(tmpdir(), "missing-command-"));
});

const qa = (given: Record<string, string>) => policySchema.parse({ qa: given }).qa;

test.each([
  [{ test: "node --test" }],
  [{ test: "cd packages/a && node --test" }],
  [{ test: "CI=1 no-such-command-here" }],
  [{ test: '"no-such-command-here"' }],
  [{ setup: "bash install.sh", test: "no-such-command-here" }],
  [{}],
])("%j is not doubted", async (commands) => {
  expect(await missingCommand({ workDir, qa: qa(commands) })).toBeUndefined();
});

test.each([
  [{ test: "no-such-command-here --all" }, /qa\.test .* `no-such-command-here`/],
  [{ lint: "no-such-command-here", test: "node --test" }, /qa\.lint/],
  [{ setup: "no-such-command-here" }, /qa\.setup/],
  [{ test: "./check.sh" }, /`\.\/check\.sh`/],
])("%j is named", async (commands, sentence) => {
  expect(await missingCommand({ workDir, qa: qa(commands) })).toMatch(sentence);
});

test("a script of the repository's own is found in the checkout", async () => {
  writeFileSync(join(workDir, "check.sh"), "#!/bin/sh\n", { mode: 0o755 });
  expect(await missingCommand({ workDir, qa: qa({ test: "./check.sh" }) })).toBeUndefined();
});

test("a setup action may bring anything", async () => {
  mkdirSync(join(workDir, ".github/slipway/setup"), { recursive: true });
  writeFileSync(join(workDir, ".github/slipway/setup/action.yml"), "runs: {}\n");
  expect(await missingCommand({ workDir, qa: qa({ test: "no-such-command-here" }) })).toBeUndefined();
});
