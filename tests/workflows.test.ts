// biome-ignore-all lint/suspicious/noTemplateCurlyInString: workflow expressions are written like that
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { parseAction } from "@actions/workflow-parser/actions/index";
import { describe, expect, test } from "@jest/globals";
import { compareReads, type Listed, readsInCode, readsInWorkflow, TELLTALE } from "./rules/environment.ts";
import {
  keepsAppKeysToWriters,
  keepsForeignCodeFromWriters,
  keepsKeysFromWriters,
  runningJobs,
} from "./rules/separation.ts";
import * as shape from "./rules/shape.ts";
import { sourceFiles } from "./rules/sources.ts";
import { readWorkflow, type WorkflowFile } from "./rules/workflow-file.ts";

const root = join(import.meta.dirname, "..");
const folder = ".github/workflows";
const read = (path: string) => readWorkflow(path, readFileSync(join(root, path), "utf8"));
const workflows = readdirSync(join(root, folder))
  .sort()
  .map((name) => read(`${folder}/${name}`));
const actions = readdirSync(root)
  .filter((name) => name.startsWith("action-"))
  .map((name) => read(`${name}/action.yml`));

/** The package or action that a file belongs to. */
const partOf = (path: string) =>
  /^(packages\/[^/]+|action-[^/]+|\.github\/workflows\/.+)/.exec(path)?.[1] ?? path;

/** What GitHub's own parser has against a workflow. */
async function workflowErrors({ path, text }: WorkflowFile): Promise<string[]> {
  const parsed = parseWorkflow({ name: path, content: text }, new NoOperationTraceWriter());
  const errors = parsed.context.errors.getErrors().map((error) => error.message);
  if (!parsed.value || errors.length > 0) return errors.length > 0 ? errors : [`${path} is empty.`];
  const template = await convertWorkflowTemplate(parsed.context, parsed.value);
  return (template.errors ?? []).map((error) => error.Message);
}

function actionErrors({ path, text }: WorkflowFile): string[] {
  const parsed = parseAction({ name: path, content: text }, new NoOperationTraceWriter());
  return parsed.context.errors.getErrors().map((error) => error.message);
}

describe("GitHub's own parser finds no error", () => {
  test.each(workflows.map((file) => [file.path, file] as const))("%s", async (_, file) => {
    expect(await workflowErrors(file)).toEqual([]);
  });
  test.each(actions.map((file) => [file.path, file] as const))("%s", (_, file) => {
    expect(actionErrors(file)).toEqual([]);
  });
  test("it does find errors", async () => {
    expect(
      await workflowErrors(readWorkflow("x.yml", "on: push\njobs:\n  a:\n    runs: ubuntu\n")),
    ).not.toEqual([]);
    expect(
      actionErrors(readWorkflow("action.yml", "name: x\nruns:\n  using: node24\n  mein: x\n")),
    ).not.toEqual([]);
  });
});

/** Rules on one workflow file, each with a file that breaks it in the way named. */
const EACH: readonly (readonly [string, (file: WorkflowFile) => string[], readonly string[]])[] = [
  [
    "permissions: {} at the top",
    shape.startsWithoutPermissions,
    ["on: push\njobs: {}\n", "permissions: read-all\n", "permissions:\n  contents: read\n", "permissions:\n"],
  ],
  [
    "a timeout on every job that has steps",
    shape.hasTimeouts,
    ["jobs:\n  a:\n    steps: []\n", "jobs:\n  a:\n    timeout-minutes: soon\n    steps: []\n"],
  ],
  [
    "each job's purpose above it",
    shape.tellsPurposes,
    ["jobs:\n  a:\n    steps: []\n", "# about\njobs:\n\n  a:\n    steps: []\n"],
  ],
  [
    "each permission's reason beside it",
    shape.givesReasons,
    [
      "jobs:\n  a:\n    permissions:\n      contents: read # yes\n      issues: write\n",
      "permissions: read-all\n",
      "permissions: { contents: read }\n",
      "permissions:\n  contents: read #\n",
    ],
  ],
  [
    "names",
    shape.hasNames,
    [
      "jobs: {}\n",
      "name: x\njobs:\n  a: {}\n",
      "name: x\njobs:\n  a:\n    name: a\n    steps:\n      - run: x\n",
    ],
  ],
  [
    "no action but ours and the consumer's setup (rule 9)",
    shape.usesOnlyOurs,
    [
      "jobs:\n  a:\n    steps:\n      - uses: actions/checkout@v7\n",
      "jobs:\n  a:\n    steps:\n      - uses: ./other\n",
      "jobs:\n  a:\n    steps:\n      - uses: $/../other\n",
      "jobs:\n  a:\n    steps:\n      - uses: docker://alpine\n",
      "jobs:\n  a:\n    uses: o/r/.github/workflows/x.yml@v1\n",
      "runs:\n  steps:\n    - uses: actions/cache@v5\n",
    ],
  ],
  [
    "no expression inside run",
    shape.keepsExpressionsOutOfRun,
    [
      "jobs:\n  a:\n    steps:\n      - run: echo ${{ github.event.client_payload.idea }}\n",
      "runs:\n  steps:\n    - run: |\n        echo\n        ${{ inputs.x }}\n",
    ],
  ],
  ["secrets by name", shape.namesItsSecrets, ["jobs:\n  a:\n    uses: $/x.yml\n    secrets: inherit\n"]],
];

describe.each(EACH)("%s", (_, rule, samples) => {
  test.each(workflows.map((file) => [file.path, file] as const))("%s", (_path, file) => {
    expect(rule(file)).toEqual([]);
  });
  test.each(samples)("bites: %j", (text) => {
    expect(rule(readWorkflow("bad.yml", text))).not.toEqual([]);
  });
});

const small = (files: Readonly<Record<string, string>>) =>
  Object.entries(files).map(([path, text]) => readWorkflow(path, text));

describe("calls hand over what is declared", () => {
  const called =
    "on:\n  workflow_call:\n    inputs:\n      a: { type: string, required: true }\n    secrets:\n      s: { required: true }\n";
  test("between workflows", () => {
    expect(shape.callsAsDeclared(workflows)).toEqual([]);
  });
  test("to actions", () => {
    expect(shape.actionsGetWhatTheyDeclare(workflows, actions)).toEqual([]);
  });
  test.each([
    ["an undeclared input", "with: { a: x, b: x }\n    secrets: { s: x }", "hands over the input b"],
    ["an undeclared secret", "with: { a: x }\n    secrets: { s: x, t: x }", "hands over the secret t"],
    ["a missing input", "secrets: { s: x }", "does not hand over the input a"],
    ["a missing secret", "with: { a: x }", "does not hand over the secret s"],
  ])("bites: %s", (_, job, words) => {
    const problems = shape.callsAsDeclared(
      small({ "b.yml": called, "a.yml": `jobs:\n  j:\n    uses: $/b.yml\n    ${job}\n` }),
    );
    expect(problems).toEqual([expect.stringContaining(words)]);
  });
  test("bites: a secret that both know and that is kept back", () => {
    const kept = "on: { workflow_call: { secrets: { k: {} } } }\njobs:\n  j:\n    uses: $/b.yml\n";
    const called = "on: { workflow_call: { secrets: { k: {} } } }\n";
    expect(shape.callsAsDeclared(small({ "a.yml": kept, "b.yml": called }))).toEqual([
      "a.yml: job j keeps the secret k from b.yml.",
    ]);
  });
  test("bites: a workflow or action that is not there, an input that it lacks", () => {
    const gone = small({ "a.yml": "jobs:\n  j:\n    uses: $/b.yml\n" });
    expect(shape.callsAsDeclared(gone)).toEqual([expect.stringContaining("which is not there")]);
    const step = small({
      "a.yml": "jobs:\n  j:\n    steps:\n      - uses: $/action-x\n        with: { b: x }\n",
    });
    expect(shape.actionsGetWhatTheyDeclare(step, [])).toEqual([
      expect.stringContaining("which is not there"),
    ]);
    const action = small({ "action-x/action.yml": "inputs:\n  a: { required: true }\n" });
    expect(shape.actionsGetWhatTheyDeclare(step, action)).toHaveLength(2);
  });
});

describe("each stage can be asked for alone", () => {
  test("every _reusable file", () => {
    expect(shape.canBeAskedForAlone(workflows)).toEqual([]);
  });
  test.each<[string, Record<string, string>, string]>([
    [
      "no call",
      { "_reusable.a.yml": "on:\n  workflow_dispatch:\n  repository_dispatch: { types: [a] }\n" },
      "workflow_call",
    ],
    [
      "no type",
      { "_reusable.a.yml": "on: [workflow_call, workflow_dispatch, repository_dispatch]\n" },
      "exactly one",
    ],
    [
      "a type of another",
      {
        "a.yml": "on:\n  repository_dispatch: { types: [a, b] }\n",
        "b.yml": "on:\n  repository_dispatch: { types: b }\n",
      },
      "both start on b",
    ],
  ])("bites: %s", (_, files, words) => {
    expect(shape.canBeAskedForAlone(small(files)).join(" ")).toContain(words);
  });
});

describe("no job holds both a model key and a write token, and none that writes runs foreign code (rule 4)", () => {
  test("the workflows", () => {
    expect(keepsKeysFromWriters(workflows)).toEqual([]);
    expect(keepsAppKeysToWriters(workflows)).toEqual([]);
    expect(keepsForeignCodeFromWriters(workflows)).toEqual([]);
  });

  test("the key is found where it is, so that its absence elsewhere means something", () => {
    const holders = runningJobs(workflows).filter((job) => job.key !== undefined);
    expect(holders.some((job) => /agent\.execute\.yml > \w+$/.test(job.path))).toBe(true);
    expect(holders.some((job) => job.path.startsWith(`${folder}/orchestrator.yml > node`))).toBe(true);
    expect(runningJobs(workflows).some((job) => job.writes.includes("contents"))).toBe(true);
  });

  const step = (text: string) => `    steps:\n      - uses: $/action-x\n        ${text}\n`;
  const write = "    permissions:\n      contents: write\n";
  const call = (more: string) => `jobs:\n  j:\n${write}    uses: $/b.yml\n${more}`;
  test.each<[string, Record<string, string>]>([
    [
      "a secret in with",
      { "a.yml": `jobs:\n  j:\n${write}${step("with: { x: '${{ secrets.ANTHROPIC_API_KEY }}' }")}` },
    ],
    [
      "a secret in env",
      { "a.yml": `jobs:\n  j:\n${write}${step("env: { X: '${{ secrets.model_key }}' }")}` },
    ],
    [
      "a secret in brackets",
      { "a.yml": `jobs:\n  j:\n${write}${step("env: { X: '${{ secrets[''MODEL_KEY''] }}' }")}` },
    ],
    [
      "what an executor is given",
      { "a.yml": `jobs:\n  j:\n${write}${step("env: { X: '${{ secrets.executor-variables }}' }")}` },
    ],
    ["all secrets", { "a.yml": `jobs:\n  j:\n${write}${step("env: { X: '${{ toJSON(secrets) }}' }")}` }],
    [
      "the job's env",
      { "a.yml": `jobs:\n  j:\n${write}    env: { X: '\${{ secrets.KEY }}' }\n${step("name: x")}` },
    ],
    [
      "the workflow's env",
      { "a.yml": `env: { X: '\${{ secrets.KEY }}' }\njobs:\n  j:\n${write}${step("name: x")}` },
    ],
    ["an input", { "a.yml": `jobs:\n  j:\n${write}${step("with: { x: '${{ inputs.model-api-key }}' }")}` }],
    [
      "permissions of the workflow",
      { "a.yml": `permissions: { issues: write }\njobs:\n  j:\n${step("env: { X: '${{ secrets.KEY }}' }")}` },
    ],
    [
      "write-all",
      { "a.yml": `jobs:\n  j:\n    permissions: write-all\n${step("env: { X: '${{ secrets.KEY }}' }")}` },
    ],
    ["no permissions at all", { "a.yml": `jobs:\n  j:\n${step("env: { X: '${{ secrets.KEY }}' }")}` }],
    [
      "under another name, through a call",
      {
        "a.yml": call("    secrets: { harmless: '${{ secrets.ANTHROPIC_API_KEY }}' }\n"),
        "b.yml": `jobs:\n  k:\n${write}${step("with: { x: '${{ secrets.harmless }}' }")}`,
      },
    ],
    [
      "as an input, through a call, with the caller's permissions",
      {
        "a.yml": call("    with: { harmless: '${{ secrets.ANTHROPIC_API_KEY }}' }\n"),
        "b.yml": `jobs:\n  k:\n${step("with: { x: '${{ inputs.harmless }}' }")}`,
      },
    ],
  ])("bites: a key as %s", (_, files) => {
    expect(keepsKeysFromWriters(small(files))).not.toEqual([]);
  });

  test("a caller that narrows to read, and a writer without a key, are no offence", () => {
    const files = small({
      "a.yml": `jobs:\n  j:\n    permissions:\n      contents: read\n    uses: $/b.yml\n    secrets: { key: '\${{ secrets.KEY }}' }\n`,
      "b.yml": `permissions: {}\njobs:\n  k:\n    permissions:\n      contents: read\n${step("with: { x: '${{ secrets.key }}' }")}  w:\n${write}${step("name: x")}`,
    });
    expect(keepsKeysFromWriters(files)).toEqual([]);
    expect(runningJobs(files).find((job) => job.path === "a.yml > j > w")?.writes).toEqual([]);
    expect(runningJobs(files).find((job) => job.path === "b.yml > w")?.writes).toEqual(["contents"]);
  });

  test("a GitHub App's key is found where it is: in jobs that write", () => {
    const holders = runningJobs(workflows).filter((job) => job.appKey !== undefined);
    expect(holders.some((job) => job.path === `${folder}/orchestrator.yml > decide`)).toBe(true);
    expect(holders.some((job) => job.path.endsWith("integrate > gate > gate"))).toBe(true);
  });

  const appKey = "'${{ secrets.app-private-key }}'";
  const renamed = (more: string) => ({
    "a.yml": call(`    secrets: { harmless: ${appKey} }\n`),
    "b.yml": `jobs:\n  k:\n    permissions:\n      ${more}\n${step("with: { x: '${{ secrets.harmless }}' }")}`,
  });
  test.each<[string, Record<string, string>, string]>([
    [
      "in a job that reads",
      { "a.yml": `jobs:\n  j:\n    permissions: { contents: read }\n${step(`with: { x: ${appKey} }`)}` },
      "may write nothing and holds secrets.app-private-key",
    ],
    ["in a job that reads, under another name", renamed("contents: read"), "holds secrets.harmless"],
    [
      "beside a model key",
      {
        "a.yml": `jobs:\n  j:\n${write}${step(`with: { x: ${appKey}, y: '\${{ secrets.ANTHROPIC_API_KEY }}' }`)}`,
      },
      "holds secrets.app-private-key beside secrets.anthropic_api_key",
    ],
    [
      "where foreign code runs",
      { "a.yml": `jobs:\n  j:\n${write}    steps:\n      - run: npm test\n        env: { X: ${appKey} }\n` },
      "runs foreign code",
    ],
  ])("bites: an App's key %s", (_, files, words) => {
    expect(keepsAppKeysToWriters(small(files)).join(" ")).toContain(words);
    // It is no model key: writers may hold it.
    expect(keepsAppKeysToWriters(small(renamed("contents: write")))).toEqual([]);
    expect(keepsKeysFromWriters(small(renamed("contents: write")))).toEqual([]);
  });

  test.each<[string, string]>([
    ["a run step", "steps: [{ run: npm test }]"],
    ["a local action", "steps: [{ uses: ./.github/slipway/setup }]"],
    ["the action that runs the repository's code", "steps: [{ uses: $/action-exec }]"],
    ["a container", "container: node:24"],
  ])("bites: a writer with %s", (_, line) => {
    expect(
      keepsForeignCodeFromWriters(small({ "a.yml": `jobs:\n  j:\n${write}    ${line}\n` })),
    ).toHaveLength(1);
  });
});

describe("what is read of the environment is listed, and nothing tells that a run is local", () => {
  const list = JSON.parse(readFileSync(join(root, "tests/environment.json"), "utf8")) as Listed[];

  test("actions, the packages that they import, and workflows", () => {
    const code = sourceFiles(root, [
      "action-*",
      "packages/model",
      "packages/github",
      "packages/agents",
      "packages/action-kit",
    ]);
    const reads = [
      ...code.flatMap((path) => readsInCode(partOf(path), readFileSync(join(root, path), "utf8"))),
      ...[...workflows, ...actions].flatMap(({ path, text }) => readsInWorkflow(path, text)),
    ];
    expect(compareReads(reads, list)).toEqual([]);
  });

  test.each<[string, string, string[]]>([
    ["by name", "process.env.FOO_BAR", ["FOO_BAR"]],
    ["in brackets", 'process.env["FOO"] ?? env?.["BAR"]', ["BAR", "FOO"]],
    ["computed", "env[name]", ["(computed)"]],
    ["as a whole", "run(process.env)", ["(whole)"]],
    ["spread", "({ ...process.env })", ["(whole)"]],
    ["through a schema", "z.object({ GITHUB_TOKEN: z.string() })", ["GITHUB_TOKEN"]],
    ["as a text", 'lookup("GITHUB_SHA")', ["GITHUB_SHA"]],
    ["by destructuring", "const { RUNNER_OS, ...rest } = source", ["RUNNER_OS"]],
    ["in a sentence, not", "`takes the token of a job (GITHUB_TOKEN) alone`", []],
    ["in comments, not", "// process.env.FOO\n/* env.BAR */", []],
  ])("bites in code: %s", (_, source, names) => {
    expect(readsInCode("x.ts", source).map((found) => found.name)).toEqual(names);
  });

  test.each<[string, string, string[]]>([
    ["in an expression", "if: ${{ env.FOO == 'x' }}", ["FOO"]],
    ["computed", "if: ${{ env[inputs.x] }}", ["(computed)"]],
    ["in a shell", 'run: test "$FOO" = "${BAR:-x}"', ["BAR", "FOO"]],
    ["of the runner", "if: ${{ runner.environment }}", ["RUNNER_ENVIRONMENT"]],
    ["in comments, not", "  # ${{ env.FOO }}\n", []],
  ])("bites in workflows: %s", (_, text, names) => {
    expect(readsInWorkflow("x.yml", text).map((found) => found.name)).toEqual(names);
  });

  test("bites: unlisted, listed for nothing, telltale", () => {
    const reads = [{ name: "FOO", by: "a.ts" }];
    expect(compareReads(reads, [])).toEqual(["FOO is read by a.ts, which the list does not say."]);
    expect(compareReads([], [{ name: "FOO", readBy: ["a.ts"] }])).toEqual([
      "FOO is listed for a.ts, which does not read it.",
    ]);
    expect(compareReads([{ name: "ACT", by: "a.ts" }], [{ name: "ACT", readBy: ["a.ts"] }])).toEqual([
      "ACT tells that a run is local.",
    ]);
    for (const name of ["CI", "SLIPWAY_LOCAL", "JEST_WORKER_ID", "NODE_ENV", "SLIPWAY_TEST_MODE"])
      expect(name).toMatch(TELLTALE);
    for (const name of ["GITHUB_ACTIONS", "ACTIONS_RESULTS_URL", "PATH", "GITHUB_TOKEN"])
      expect(name).not.toMatch(TELLTALE);
  });
});
