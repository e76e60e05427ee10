/** Rule 4 for what stands in for a model key: a job's own identity, and what other executors of agents are handed. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { keepsIdentityToModelJobs, keepsKeysFromWriters, runningJobs } from "./rules/separation.ts";
import { readWorkflow } from "./rules/workflow-file.ts";

const root = join(import.meta.dirname, "..");
const folder = ".github/workflows";
const workflows = readdirSync(join(root, folder))
  .sort()
  .map((name) => readWorkflow(`${folder}/${name}`, readFileSync(join(root, folder, name), "utf8")));
const small = (files: Readonly<Record<string, string>>) =>
  Object.entries(files).map(([path, text]) => readWorkflow(path, text));
const secret = (name: string) => `'\${{ secrets.${name} }}'`;
const step = (more = "name: x") => `    steps:\n      - uses: $/action-x\n        ${more}\n`;
const asks = step(`with: { x: ${secret("ANTHROPIC_API_KEY")} }`);
const allowed = (text: string) => `    permissions: { ${text} }\n`;
const IDENTITY = "id-token: write";

describe("a job's identity goes where a model is asked, and nowhere else", () => {
  test("the workflows", () => {
    expect(keepsIdentityToModelJobs(workflows)).toEqual([]);
    expect(keepsKeysFromWriters(workflows)).toEqual([]);
  });

  test("is found where it is, so that its absence elsewhere means something", () => {
    const holders = runningJobs(workflows)
      .filter(({ identity }) => identity)
      .map(({ path }) => path.split(" > ").at(-1));
    expect(new Set(holders)).toEqual(new Set(["draft", "execute", "notes", "review"]));
  });

  test("it is no right to write: what asks a model may have it", () => {
    const files = small({ "a.yml": `jobs:\n  j:\n${allowed(`contents: read, ${IDENTITY}`)}${asks}` });
    expect(runningJobs(files)).toMatchObject([{ identity: true, writes: [] }]);
    expect([...keepsIdentityToModelJobs(files), ...keepsKeysFromWriters(files)]).toEqual([]);
  });

  const called = (inner: string, outer: string) => ({
    "a.yml": `permissions: {}\njobs:\n  j:\n${allowed(outer)}    uses: $/b.yml\n`,
    "b.yml": `on: workflow_call\njobs:\n  k:\n${inner}`,
  });
  test.each<[string, Record<string, string>, string]>([
    [
      "beside a write permission",
      { "a.yml": `jobs:\n  j:\n${allowed(`contents: write, ${IDENTITY}`)}${asks}` },
      "may show an identity (id-token) and may write contents",
    ],
    [
      "in a job that asks no model",
      { "a.yml": `jobs:\n  j:\n${allowed(IDENTITY)}${step()}` },
      "asks no model",
    ],
    ["of the workflow", { "a.yml": `permissions: { ${IDENTITY} }\njobs:\n  j:\n${step()}` }, "asks no model"],
    ["within write-all", { "a.yml": `permissions: write-all\njobs:\n  j:\n${asks}` }, "may write everything"],
    [
      "left by a caller to a job that says nothing",
      called(asks, `issues: write, ${IDENTITY}`),
      "a.yml > j > k may show an identity (id-token) and may write issues",
    ],
    [
      "beside a GitHub App's key",
      {
        "a.yml": `jobs:\n  j:\n${allowed(IDENTITY)}${step(`with: { x: ${secret("app-private-key")}, y: ${secret("ANTHROPIC_API_KEY")} }`)}`,
      },
      "holds secrets.app-private-key",
    ],
    [
      "missing where a model is asked",
      { "a.yml": `jobs:\n  j:\n${allowed("contents: read")}${asks}` },
      "lacks id-token",
    ],
  ])("bites: %s", (_, files, words) => {
    expect(keepsIdentityToModelJobs(small(files)).join("\n")).toContain(words);
  });

  test("a caller that keeps it back, and one that narrows to nothing, are no offence of the called job", () => {
    const files = small(called(`${allowed("contents: write")}${step()}`, `contents: write, ${IDENTITY}`));
    const inner = runningJobs(files).find(({ path }) => path === "a.yml > j > k");
    expect(inner).toMatchObject({ identity: false, writes: ["contents"] });
  });

  test("what no file names, no trigger gives", () => {
    expect(runningJobs(small({ "a.yml": `jobs:\n  j:\n${step()}` }))).toMatchObject([
      { identity: false, writes: ["everything"] },
    ]);
  });
});

describe("what other executors are handed counts as a model key", () => {
  const NAMES = [
    ...["openai-api-key", "OPENAI_API_KEY", "executor-variables", "SLIPWAY_EXECUTOR_VARIABLES"],
    ...["http-executor-secret", "SLIPWAY_HTTP_EXECUTOR_SECRET"],
  ];
  const write = allowed("contents: write");
  test.each(NAMES)("bites: %s in a job that writes", (name) => {
    const files = small({ "a.yml": `jobs:\n  j:\n${write}${step(`with: { x: ${secret(name)} }`)}` });
    expect(keepsKeysFromWriters(files)).toEqual([
      `a.yml > j may write contents and holds secrets.${name.toLowerCase()}.`,
    ]);
  });

  test.each(NAMES)("bites: %s under another name, through a call", (name) => {
    const files = small({
      "a.yml": `jobs:\n  j:\n${write}    uses: $/b.yml\n    secrets: { harmless: ${secret(name)} }\n`,
      "b.yml": `jobs:\n  k:\n${write}${step(`env: { X: ${secret("harmless")} }`)}`,
    });
    expect(keepsKeysFromWriters(files).join("\n")).toContain("a.yml > j > k may write contents");
  });

  test("the secrets that the workflows know are each of a kind that is told, or a backend's", () => {
    const known = new Set(
      workflows.flatMap(({ text }) =>
        [...text.matchAll(/\bsecrets\.([\w-]+)/g)].map(([, name = ""]) => name),
      ),
    );
    const kindless = [...known].filter((name) => {
      const [job] = runningJobs(small({ "a.yml": `jobs:\n  j:\n${step(`with: { x: ${secret(name)} }`)}` }));
      return job?.key === undefined && job?.appKey === undefined;
    });
    expect(kindless).toEqual(["callback-secret"]);
  });
});
