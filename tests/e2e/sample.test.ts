/** `npm start`, as it is: the committed `dist/`, the workflow files, the sample. */

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Report } from "@slipway/cli/schemas";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { z } from "zod";
import { type Ended, explain, git, happenings, jsonLines, ROOT, readReport, slipway } from "./support.ts";

/** Beside other tests. That it takes two minutes at most by itself is held by `.ci/run`. */
const LIMIT_MS = 300_000;
let folder = "";
let out = "";
let ended: Ended;
let report: Report;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "slipway-e2e-"));
  out = join(folder, "out");
  ended = await slipway(["run", "--json", "--out", out], folder);
  if (existsSync(join(out, "report.json"))) report = readReport(out);
}, LIMIT_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the sample", () => {
  test("ends at DONE with exit code 0", () => {
    if (ended.code !== 0) throw new Error(explain(ended));
    expect(report.result).toMatchObject({ outcome: "done", exitCode: 0 });
    expect(report.run.state).toBe("DONE");
  });

  test("--json is lines of its schema, the result last, and every event of the ledger once", () => {
    const lines = happenings(ended.stdout);
    expect(lines.at(-1)).toMatchObject({ type: "result", outcome: "done", exitCode: 0, out });
    const events = lines.flatMap((line) => (line.type === "event" ? [line.seq] : []));
    expect(events).toEqual(Array.from({ length: report.run.events }, (_, index) => index + 1));
  });

  test("report.json is as the published JSON Schema has it", () => {
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    const validate = ajv.compile(JSON.parse(readFileSync(join(ROOT, "schemas/report.schema.json"), "utf8")));
    validate(JSON.parse(readFileSync(join(out, "report.json"), "utf8")));
    expect(validate.errors).toBeNull();
  });

  test("every request and response was valid, and the ledger is sound", () => {
    expect(report.journal).toMatchObject({ unknownRoutes: 0, invalid: 0, first: [] });
    expect(report.journal.validated).toBeGreaterThan(50);
    expect(ended.stderr).toContain(`${report.journal.validated} API requests and their responses checked`);
    expect(report.ledger.problems).toEqual([]);
    expect(jsonLines(join(out, "requests.jsonl"))).toHaveLength(report.journal.exchanges);
  });

  test("two features, five tasks, all DONE; two tasks side by side, one waiting across features", () => {
    const kinds = (kind: string) => report.nodes.filter((node) => node.kind === kind);
    expect(kinds("feature").length).toBeGreaterThanOrEqual(2);
    expect(kinds("task").length).toBeGreaterThanOrEqual(5);
    expect(report.nodes.filter((node) => node.status !== "DONE")).toEqual([]);
    const parentOf = (id: string) => report.nodes.find((node) => node.id === id)?.parent;
    expect(
      kinds("task").some((task) => task.dependsOn.some((other) => parentOf(other) !== task.parent)),
    ).toBe(true);
    const spans = kinds("task").map((task) => [task.startedAt ?? "", task.finishedAt ?? ""] as const);
    expect(
      spans.some(([start, end], at) =>
        spans.some(([from], other) => other !== at && from >= start && from < end),
      ),
    ).toBe(true);
  });

  test("one first attempt breaks a test, becomes a defect, is fixed", () => {
    expect(report.defects.length).toBeGreaterThanOrEqual(1);
    expect(report.defects.every((defect) => defect.status === "DONE")).toBe(true);
  });

  test("each merged node has a pull request whose gates all passed on the head that was merged", () => {
    for (const node of report.nodes) {
      const pull = report.pullRequests.find(({ number }) => number === node.pull);
      if (!pull) continue;
      expect(pull.merged).toBe(true);
      const verdict = report.gates.find(({ nodeId }) => nodeId === node.id);
      expect(verdict).toMatchObject({ outcome: "mergeable", subject: { headSha: pull.headSha } });
    }
    expect(report.pullRequests.length).toBeGreaterThanOrEqual(5);
  });

  test("a tag, and notes in which each line names its requirement, issue and pull request", () => {
    expect(report.release).toMatchObject({ tag: "v1.3.0", previousTag: "v1.2.0" });
    const lines = (report.release?.notes ?? "").split("\n").filter((line) => /^[-*] /.test(line));
    expect(lines.length).toBeGreaterThanOrEqual(5);
    for (const line of lines) {
      expect(line).toMatch(/FR-\d{3}/);
      expect(line.match(/#\d+/g)?.length).toBeGreaterThanOrEqual(2);
    }
  });

  test("a clone of repository.git has the merged tree, and the library's own tests pass in it", () => {
    const clone = join(folder, "clone");
    git(folder, "clone", "-q", join(out, "repository.git"), clone);
    expect(git(clone, "rev-parse", "v1.3.0^{commit}")).toBe(report.release?.sha);
    const changed = git(clone, "diff", "--name-only", "v1.2.0", "HEAD").split("\n");
    expect(changed.some((path) => path.startsWith("src/"))).toBe(true);
    execFileSync(process.execPath, ["scripts/test.mjs"], { cwd: clone, stdio: "pipe" });
    expect(git(clone, "ls-remote", "origin", `refs/slipway/runs/${report.run.id}`)).not.toBe("");
  });

  test("the repository under work got the caller file and its policy, and nothing else of Slipway", () => {
    const bare = join(out, "repository.git");
    const ours = git(bare, "ls-tree", "-r", "--name-only", "HEAD", ".github/").split("\n");
    expect(ours).toEqual([".github/slipway.yml", ".github/workflows/slipway.yml"]);
  });

  test("the rest of the record is there", () => {
    expect(readdirSync(join(out, "github")).sort()).toEqual([
      "checks.json",
      "comments.json",
      "issues.json",
      "pulls.json",
      "releases.json",
      "reviews.json",
    ]);
    const runs = readdirSync(join(out, "runs"));
    expect(runs.length).toBeGreaterThan(5);
    const files = runs.flatMap((run) => readdirSync(join(out, "runs", run)));
    expect(files.filter((name) => name.endsWith(".log")).length).toBeGreaterThan(10);
    expect(files.filter((name) => name.endsWith(".md")).length).toBeGreaterThan(3);
    const model = jsonLines(join(out, "model.jsonl")).map((line) =>
      z.looseObject({ status: z.number() }).parse(line),
    );
    expect(model.length).toBeGreaterThanOrEqual(report.usage.calls);
    expect(model.filter(({ status }) => status !== 200)).toEqual([]);
  });

  test("a leaf with one attempt costs at most 25 API requests and 6 jobs", () => {
    const once = report.leaves.filter((leaf) => leaf.claims === 1);
    expect(once.length).toBeGreaterThan(0);
    for (const leaf of once) {
      expect(leaf.apiRequests).toBeLessThanOrEqual(25);
      expect(leaf.jobs).toBeLessThanOrEqual(6);
    }
  });
});
