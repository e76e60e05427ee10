import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { foldEvents, judge, policySchema } from "@slipway/model";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { SCHEMA_NAMES, schemaFiles, staleSchemas } from "../scripts/schemas.ts";

const folder = join(import.meta.dirname, "..", "schemas");
const ajv = new Ajv2020({ strict: true, allErrors: true });
(addFormats as unknown as (instance: Ajv2020) => void)(ajv);
const compiled = new Map(
  SCHEMA_NAMES.map((name) => [
    name,
    ajv.compile(JSON.parse(readFileSync(join(folder, `${name}.schema.json`), "utf8"))),
  ]),
);

const accepts = (name: string, value: unknown): boolean =>
  compiled.get(name)?.(JSON.parse(JSON.stringify(value))) === true;

test("the committed schemas are those that the zod schemas give", async () => {
  expect(await staleSchemas(folder)).toEqual([]);
  expect([...schemaFiles()]).toEqual([...schemaFiles()]);
});

test("a missing, an old and a left-over file are named", async () => {
  const other = await mkdtemp(join(tmpdir(), "schemas-"));
  try {
    for (const [name, text] of schemaFiles())
      if (name !== "plan.schema.json") await writeFile(join(other, name), text);
    await writeFile(join(other, "spec.schema.json"), "{}");
    await writeFile(join(other, "gone.schema.json"), "{}");
    expect(await staleSchemas(other)).toEqual(["gone.schema.json", "plan.schema.json", "spec.schema.json"]);
  } finally {
    await rm(other, { recursive: true });
  }
});

test.each(SCHEMA_NAMES)("%s says what it is", (name) => {
  const schema = JSON.parse(readFileSync(join(folder, `${name}.schema.json`), "utf8"));
  expect(schema).toMatchObject({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: `https://raw.githubusercontent.com/slipway-dev/slipway/v0/schemas/${name}.schema.json`,
    title: expect.stringMatching(/^Slipway /),
    description: expect.stringMatching(/\.$/),
  });
});

const RUN = "r-20261120-7f3k2a";
const AT = "2026-11-20T10:00:00Z";
const SHA = "a".repeat(40);
const usage = { calls: 1, inputTokens: 2, outputTokens: 3, cacheReadTokens: 0, cacheWriteTokens: 0 };
const subject = { specHash: `sha256:${"b".repeat(64)}`, baseSha: SHA, headSha: SHA };
const spec = {
  title: "Durations",
  summary: "Parse them.",
  requirements: [{ id: "FR-001", text: "Parse." }],
  successCriteria: [],
  acceptance: [{ id: "AC-001", requirement: "FR-001", given: "a", when: "b", outcome: "c" }],
  assumptions: [],
  outOfScope: [],
  openQuestions: [],
};
const node = {
  id: "E1",
  kind: "epic",
  title: "All",
  objective: "All of it.",
  parent: null,
  orderIndex: 0,
  dependsOn: [],
  requirements: ["FR-001"],
  acceptance: ["AC-001"],
  size: "S",
  changeType: "feat",
  scope: null,
  breaking: false,
} as const;
const started = {
  seq: 1,
  at: AT,
  by: "ada",
  event: {
    type: "run.started" as const,
    runId: RUN,
    dispatchId: null,
    idea: "x",
    requestedBy: "ada",
    repository: "a/b",
    integrationBranch: "main",
    policy: policySchema.parse({}),
    backendUrl: null,
  },
};
const planned = foldEvents(null, [
  started,
  {
    seq: 2,
    at: AT,
    by: "ada",
    event: {
      type: "plan.recorded",
      claim: 1,
      plan: { nodes: [{ ...node, dependsOn: [], requirements: [], acceptance: [] }] },
      usage,
    },
  },
]);
const root = planned.nodes[0];
if (!root) throw new Error("no root");
const evidence = {
  nodeId: "E1",
  subject,
  verdict: "pass",
  reason: "Fine.",
  at: AT,
  kind: "qa",
  commands: [],
  coverage: null,
};
const release = {
  version: "1.0.0",
  tag: "v1.0.0",
  previousTag: null,
  sha: SHA,
  bump: "initial",
  entries: [],
  notes: "x",
};

const VALID: readonly (readonly [string, object])[] = [
  ["policy", {}],
  ["policy", { qa: { test: "npm test" }, limits: { parallel: 2 }, approval: "write" }],
  ["client-payload", { idea: "Do it." }],
  [
    "client-payload",
    { version: 1, command: "start", idea: "x", dispatchId: "019aa0f2-3c00-7000-8000-0123456789ab" },
  ],
  ["client-payload", { runId: RUN }],
  ["client-payload", { runId: RUN, nodeId: "E1", headSha: SHA }],
  ["stage-request", { idea: "Do it." }],
  ["stage-request", { runId: RUN }],
  ["stage-request", { runId: RUN, nodeId: "T1", headSha: SHA, baseSha: SHA }],
  ["event-record", started],
  ["state", planned],
  ["spec", { kind: "spec", runId: RUN, spec, usage }],
  ["plan", { kind: "plan", runId: RUN, specHash: subject.specHash, plan: { nodes: [node] }, usage }],
  [
    "change",
    {
      kind: "change",
      runId: RUN,
      nodeId: "T1",
      attempt: 1,
      outcome: "finished",
      reason: "Done.",
      startSha: SHA,
      files: [
        { status: "written", path: "a", mode: "100644", encoding: "utf-8", content: "x" },
        { status: "deleted", path: "b" },
      ],
      title: "A",
      summary: "B",
      usage,
    },
  ],
  ["evidence", { kind: "evidence", runId: RUN, evidence }],
  [
    "verdict",
    judge(planned, root, [], { subject, at: AT, risk: null, links: { repository: null, run: null } }),
  ],
  ["release", release],
];

describe("valid documents are accepted, an unknown key and a missing one are not", () => {
  test.each(VALID)("%s %#", (name, value) => {
    expect(accepts(name, value)).toBe(true);
    expect(accepts(name, { ...value, surprise: 1 })).toBe(false);
    for (const required of compiled.get(name)?.schema instanceof Object ? requiredOf(name) : []) {
      const { [required]: _, ...less } = value as Record<string, unknown>;
      expect(accepts(name, less)).toBe(false);
    }
  });
});

function requiredOf(name: string): string[] {
  const schema = compiled.get(name)?.schema as { required?: string[] } | undefined;
  return schema?.required ?? [];
}

test.each<[string, unknown]>([
  ["policy", { version: 2 }],
  ["policy", { limits: { parallel: 0 } }],
  ["policy", { qa: { tst: "x" } }],
  ["policy", "text"],
  ["client-payload", {}],
  ["client-payload", { idea: "" }],
  ["client-payload", { idea: "x".repeat(60_001) }],
  ["client-payload", { idea: "x", dispatchId: "7" }],
  ["client-payload", { runId: "x" }],
  ["client-payload", { command: "explode", runId: RUN }],
  ["stage-request", { runId: "x" }],
  ["stage-request", { runId: RUN, nodeId: "X1" }],
  ["stage-request", "text"],
  ["event-record", { ...started, seq: 0 }],
  ["event-record", { ...started, at: "yesterday" }],
  ["event-record", { ...started, event: { type: "run.exploded" } }],
  ["state", { ...planned, control: "STOP" }],
  ["spec", { kind: "spec", runId: RUN, spec: { ...spec, requirements: [] }, usage }],
  ["plan", { kind: "plan", runId: RUN, specHash: "x", plan: { nodes: [{ ...node, id: "X1" }] }, usage }],
  ["change", { kind: "change" }],
  [
    "evidence",
    { kind: "evidence", runId: RUN, evidence: { ...evidence, subject: { ...subject, headSha: "abc" } } },
  ],
  ["verdict", { outcome: "mergeable" }],
  ["release", { ...release, version: "one" }],
  ["report", {}],
])("%s: a wrong document is refused %#", (name, value) => {
  expect(accepts(name, value)).toBe(false);
});
