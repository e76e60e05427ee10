import { describe, expect, test } from "@jest/globals";
import { readAction } from "./action-file.ts";
import { InvalidFile } from "./parse.ts";
import { readPermissions } from "./permissions.ts";
import { parseUses } from "./uses.ts";
import { readWorkflow } from "./workflow-file.ts";

const problemsOf = async (read: () => unknown): Promise<string> => {
  try {
    await read();
    return "";
  } catch (error) {
    if (error instanceof InvalidFile) return error.problems.join("\n");
    throw error;
  }
};

const workflow = (job: string, head = "on: push") =>
  `${head}\njobs:\n  j: { runs-on: ubuntu-latest, steps: [{ run: a }], ${job} }\n`;
const step = (text: string) => `on: push\njobs: { j: { runs-on: ubuntu-latest, steps: [${text}] } }\n`;

describe("what is not supported is refused by name", () => {
  test.each<[string, string, string]>([
    ["container", workflow("container: node"), "'container' of job 'j' is not supported"],
    ["services", workflow("services: { db: { image: a } }"), "'services' of job 'j' is not supported"],
    ["environment", workflow("environment: prod"), "'environment' of job 'j' is not supported"],
    ["snapshot", workflow("snapshot: image"), "'snapshot' of job 'j' is not supported"],
    [
      "runs-on windows",
      step("{ run: a }").replace("ubuntu-latest", "windows-latest"),
      "no runner here has the label 'windows-latest'",
    ],
    [
      "runs-on a group",
      step("{ run: a }").replace("ubuntu-latest", "{ group: g }"),
      "'group' of 'runs-on' of job 'j' is not supported",
    ],
    [
      "docker:// steps",
      step("{ uses: 'docker://alpine' }"),
      "container actions (docker://) are not supported",
    ],
    ["pwsh", step("{ run: a, shell: pwsh }"), "the shell 'pwsh' is not supported"],
    ["a shell without {0}", step("{ run: a, shell: bash -x }"), "must contain '{0}'"],
    [
      "pwsh in defaults",
      workflow("", "on: push\ndefaults: { run: { shell: pwsh } }").replace(", }", " }"),
      "the shell 'pwsh'",
    ],
    [
      "image_version",
      workflow("", "on: image_version").replace(", }", " }"),
      "the event 'image_version' is not supported",
    ],
    [
      "two branch filters",
      workflow("", "on: { push: { branches: [a], branches-ignore: [b] } }").replace(", }", " }"),
      "only define one of 'branches' and 'branches-ignore'",
    ],
    [
      "queue max with cancel",
      workflow("concurrency: { group: g, queue: max, cancel-in-progress: true }"),
      "'queue: max' cannot be combined",
    ],
    ["a background step", step("{ run: a, background: true }"), "background"],
    ["a wrong uses", step("{ uses: nothing }"), "'nothing' is no OWNER/REPO[/path]@ref"],
    ["$/ with a ref", step("{ uses: $/a@v1 }"), "$/ takes no @ref"],
    ["a path that leaves", step("{ uses: ./../x }"), "leaves its repository"],
    ["insert", step("{ run: a, env: { '${{ insert }}': '${{ github.event }}' } }"), "not supported"],
  ])("%s", async (_name, text, message) => {
    expect(await problemsOf(() => readWorkflow("w.yml", text))).toContain(message);
  });

  test.each<[string, string, string]>([
    ["docker", "using: docker, image: a", "actions with 'using: docker' are not supported"],
    ["node16", "using: node16, main: a.js", "actions with 'using: node16' are not supported"],
    [
      "a shell in a step",
      "using: composite, steps: [{ run: a, shell: pwsh }]",
      "the shell 'pwsh' is not supported",
    ],
    ["docker:// in a step", "using: composite, steps: [{ uses: 'docker://a' }]", "container actions"],
  ])("in an action: %s", async (_name, runs, message) => {
    expect(
      await problemsOf(() => readAction("action.yml", `name: A\ndescription: d\nruns: { ${runs} }\n`)),
    ).toContain(message);
  });
});

describe("what GitHub's parser refuses", () => {
  test.each<[string, string, string]>([
    ["YAML that is none", "on: [", "w.yml"],
    ["an empty file", "", "w.yml"],
    ["an unknown key", workflow("nonsense: 1"), "Unexpected value 'nonsense'"],
    ["an unknown event", workflow("", "on: pushed").replace(", }", " }"), "Unexpected value 'pushed'"],
    [
      "cyclic needs",
      "on: push\njobs:\n  z: { runs-on: ubuntu-latest, steps: [{ run: a }] }\n  a: { needs: b, runs-on: ubuntu-latest, steps: [{ run: a }] }\n  b: { needs: a, runs-on: ubuntu-latest, steps: [{ run: a }] }\n",
      "creates a cycle in the dependency graph",
    ],
    [
      "an unknown need",
      `${workflow("")}  k: { needs: x, runs-on: ubuntu-latest, steps: [{ run: a }] }\n`,
      "Job 'k' depends on unknown job 'x'.",
    ],
    ["a context that is not there", workflow("if: steps.a"), "Unrecognized named-value: 'steps'"],
    ["an unknown function", step("{ run: '${{ nope() }}' }"), "Unrecognized function: 'nope'"],
  ])("%s", async (_name, text, message) => {
    const problems = await problemsOf(() => readWorkflow("w.yml", text));
    expect(problems).not.toBe("");
    expect(problems).toContain(message);
  });

  test("the short form of repository_dispatch is taken, in spite of the parser's schema", async () => {
    const file = await readWorkflow("w.yml", workflow("", "on: [repository_dispatch]").replace(", }", " }"));
    expect([...file.triggers.keys()]).toEqual(["repository_dispatch"]);
  });

  test("a composite run step without a shell is refused", async () => {
    const text = "name: A\ndescription: d\nruns: { using: composite, steps: [{ run: a }] }\n";
    expect(await problemsOf(() => readAction("action.yml", text))).toContain("shell");
  });
});

test.each([
  ["$/a/b", { kind: "self", path: "a/b" }],
  ["./a/", { kind: "local", path: "a" }],
  ["./", { kind: "local", path: "" }],
  ["o/r@v1", { kind: "repository", repository: { owner: "o", name: "r" }, path: "", ref: "v1" }],
  [
    "o/r.x/p/q@feature/x",
    { kind: "repository", repository: { owner: "o", name: "r.x" }, path: "p/q", ref: "feature/x" },
  ],
])("uses: %s", (text, expected) => {
  expect(parseUses(text)).toMatchObject(expected);
});

test.each([
  ["{}", { metadata: "read" }],
  ["{ contents: write, issues: none }", { contents: "write", issues: "none", metadata: "read" }],
])("permissions: %s", async (text, expected) => {
  const file = await readWorkflow(
    "w.yml",
    workflow("", `on: push\npermissions: ${text}`).replace(", }", " }"),
  );
  expect(file.permissions).toEqual(expected);
});

test("permissions: read-all and write-all", async () => {
  const of = async (text: string) =>
    (await readWorkflow("w.yml", workflow("", `on: push\npermissions: ${text}`).replace(", }", " }")))
      .permissions;
  expect(await of("read-all")).toMatchObject({
    contents: "read",
    issues: "read",
    "id-token": "none",
    models: "read",
  });
  expect(await of("write-all")).toMatchObject({ contents: "write", "id-token": "write", models: "read" });
  expect(readPermissions(undefined)).toBeUndefined();
});
