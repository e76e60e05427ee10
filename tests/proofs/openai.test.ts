/** The sample by a service that speaks Chat Completions, and no other: as a person starts it, with the same script. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Report } from "@slipway/cli/schemas";
import { type Ended, explain, git, jsonLines, readReport, slipway } from "../e2e/support.ts";

let folder: string;
let out: string;
let ended: Ended;
let report: Report;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "slipway-openai-"));
  out = join(folder, "out");
  ended = await slipway(
    ["run", "--provider", "openai", "--model", "nemotron", "--json", "--out", out],
    folder,
  );
  if (existsSync(join(out, "report.json"))) report = readReport(out);
}, 900_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the sample ends at DONE, everything in it too", () => {
  if (ended.code !== 0) throw new Error(explain(ended));
  expect(report.run.state).toBe("DONE");
  expect(report.nodes.filter(({ status }) => status !== "DONE")).toEqual([]);
  expect(report.defects.length).toBeGreaterThan(0);
  expect(report.release).toMatchObject({ tag: "v1.3.0" });
});

test("every request went there, was answered, and named the model; tokens are the service's own numbers", () => {
  const exchanges = jsonLines(join(out, "model.jsonl")) as { path: string; status: number; model: string }[];
  expect(exchanges.length).toBeGreaterThan(10);
  expect(new Set(exchanges.map(({ path, status, model }) => `${path} ${status} ${model}`))).toEqual(
    new Set(["/v1/chat/completions 200 nemotron"]),
  );
  const text = JSON.stringify(exchanges);
  for (const stage of ["spec", "plan", "execute", "review"])
    expect(text).toContain(`Slipway stage: ${stage}`);
});

test("nothing of the other service is in the repository or in a log", () => {
  expect(git(join(out, "repository.git"), "show", "main:.github/slipway.yml")).toMatch(
    /model:[\s\S]*provider: openai/,
  );
  const logs = readdirSync(out, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".log"))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
  for (const log of logs) expect(log).not.toMatch(/api\.anthropic\.com|claude-/);
});
