import { describe, expect, test } from "@jest/globals";
import { ConfigurationError } from "@slipway/model";
import fc from "fast-check";
import { agentOf, embeddedCatalog, systemPrompt, withOverrides } from "./catalog.ts";
import { agentFor } from "./choose.ts";
import { AGENTS_FOLDER, isOverridePath, ONBOARDING_FOLDER } from "./override-paths.ts";
import { catalogWith } from "./overrides.ts";
import { AGENT_NAMES, type AgentDefinition } from "./schema.ts";

const base = embeddedCatalog();
const agent = (name: string) => `${AGENTS_FOLDER}${name}.md`;
const document = (name: string) => `${ONBOARDING_FOLDER}${name}.md`;
const withOne = (path: string, text: string) => catalogWith(base, new Map([[path, text]]));
const changed = (name: string, text: string) => agentOf(withOne(agent(name), text), name);

const OWN = `---
name: query-tuner
role: You make slow queries fast.
stage: execute
goals: [The query meets its time.]
tools: [bash, submit]
takes: [perf]
onboarding: dev
---
## How to work

Measure.
`;

describe("front matter that is nearly there", () => {
  test("empty lines above it are no text", () => {
    const { effort, onboarding } = changed("developer-implementer", "\n  \n---\neffort: max\n---\n");
    expect(effort).toBe("max");
    expect(onboarding).toBe(agentOf(base, "developer-implementer").onboarding);
  });

  test.each(["+++", "----", "--", "```yaml", "—"])("%j begins none, and is not taken for text", (first) => {
    const text = `${first}\nguardrails: [Never.]\n---\n`;
    if (first === "—") expect(changed("test-author", text).onboarding).toMatch(/^—/);
    else
      expect(() => changed("test-author", text)).toThrow(
        `${agent("test-author")}: it begins with ${JSON.stringify(first)}, which is no front matter`,
      );
  });

  test("lines are those of the file", () => {
    const twice = "---\neffort: max\neffort: low\n---\n";
    expect(() => changed("test-author", twice)).toThrow("at line 3, column 1");
    expect(() => changed("test-author", `\n${twice}`)).toThrow("at line 4, column 1");
  });

  test("a sentence with a colon that YAML takes for a key: it is said that it wants quotes", () => {
    const text = "---\nguardrails:\n  - Never: do this\n---\n";
    expect(() => changed("test-author", text)).toThrow(
      /guardrails\.0: .* A text with ": " in it stands in quotes\./,
    );
  });
});

describe("an override changes what it names and nothing else", () => {
  const developer = agentOf(base, "developer-implementer");
  test.each<[string, string, Partial<AgentDefinition>]>([
    ["nothing", "", {}],
    ["an empty front matter", "---\n---\n", {}],
    ["the text alone", "Work in pairs.\n", { onboarding: "Work in pairs." }],
    ["model and effort", "---\nmodel: m\neffort: max\n---\n", { model: "m", effort: "max" }],
    ["a model back to the policy's", "---\nmodel: null\n---\n", { model: null }],
    ["one limit", "---\nlimits: { steps: 80 }\n---\n", { limits: { ...developer.limits, steps: 80 } }],
    ["a role", "---\nrole: You build.\n---\n", { role: "You build." }],
    ["goals", "---\ngoals: [Be brief.]\n---\n", { goals: ["Be brief."] }],
    ["constraints", "---\nconstraints: []\n---\n", { constraints: [] }],
    ["another document", "---\nonboarding: tests\n---\n", { onboardingDocument: "tests" }],
    ["the executor", "---\nexecutor: http\n---\n", { executor: "http" }],
    [
      "context packs",
      "---\ncontext: [{ pack: files, tokens: 900, globs: [docs/**] }]\n---\n",
      { context: [{ pack: "files", tokens: 900, globs: ["docs/**"] }] },
    ],
    ["fewer tools, in the suite's order", "---\ntools: [submit, bash]\n---\n", { tools: ["bash", "submit"] }],
    [
      "guardrails, which are added",
      "---\nguardrails: [No new dependency.]\n---\n",
      { guardrails: [...developer.guardrails, "No new dependency."] },
    ],
    ["no guardrails, which takes none away", "---\nguardrails: []\n---\n", {}],
    ["its own name and stage", "---\nname: developer-implementer\nstage: execute\n---\n", {}],
  ])("%s", (_what, text, expected) => {
    const catalog = withOne(agent("developer-implementer"), text);
    expect(agentOf(catalog, "developer-implementer")).toEqual({ ...developer, ...expected });
    for (const name of AGENT_NAMES)
      if (name !== "developer-implementer") expect(agentOf(catalog, name)).toBe(agentOf(base, name));
  });

  test("whatever a file says, no guardrail of the suite is lost and no tool is won", () => {
    const tools = fc.subarray(["bash", "editor", "submit"]);
    const guardrails = fc.array(fc.stringMatching(/^[A-Za-z][A-Za-z ]{0,20}\.$/), { maxLength: 20 });
    fc.assert(
      fc.property(fc.constantFrom(...AGENT_NAMES), tools, guardrails, (name, some, rules) => {
        const text = `---\n${JSON.stringify({ tools: some, guardrails: rules })}\n---\n`;
        let made: AgentDefinition;
        try {
          made = changed(name, text);
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigurationError);
          return;
        }
        const before = agentOf(base, name);
        expect(made.guardrails.slice(0, before.guardrails.length)).toEqual(before.guardrails);
        expect(before.tools).toEqual(expect.arrayContaining(made.tools));
      }),
    );
  });
});

describe("documents of the repository", () => {
  test("are put behind the text of every agent that reads them, and of no other", () => {
    const catalog = withOne(document("dev"), "\nRun `make`.\n");
    const readers = AGENT_NAMES.filter((name) =>
      systemPrompt(agentOf(catalog, name)).includes("Run `make`."),
    );
    expect(readers).toEqual(["developer-implementer", "refactorer"]);
    expect(agentOf(catalog, "refactorer").onboarding).toMatch(
      /unchanged\.\n\n## In this repository\n\nRun `make`\.$/,
    );
  });

  test("are read by overridden and new agents too", () => {
    const catalog = catalogWith(
      base,
      new Map([
        [document("tests"), "Slow."],
        [agent("developer-implementer"), "---\nonboarding: tests\n---\nMine."],
        [agent("query-tuner"), OWN.replace("onboarding: dev", "onboarding: tests")],
        [`${ONBOARDING_FOLDER}README.md`, "What is this folder?"],
      ]),
    );
    expect(agentOf(catalog, "developer-implementer").onboarding).toBe(
      "Mine.\n\n## In this repository\n\nSlow.",
    );
    expect(agentOf(catalog, "query-tuner").onboarding).toMatch(
      /Measure\.\n\n## In this repository\n\nSlow\.$/,
    );
  });
});

describe("an agent of the repository's own", () => {
  test("does the changes that it takes", () => {
    const catalog = withOne(agent("query-tuner"), OWN);
    expect(catalog.size).toBe(base.size + 1);
    expect(agentFor("execute", { changeType: "perf", kind: "task" }, catalog)).toBe("query-tuner");
    expect(agentFor("execute", { changeType: "refactor", kind: "task" }, catalog)).toBe("refactorer");
  });
});

describe("a wrong file is refused with its name, the key and what to do", () => {
  test.each<[string, string, string, RegExp]>([
    [
      "an unknown key",
      agent("refactorer"),
      "---\nguardrial: [x]\n---\n",
      /refactorer\.md: the front matter is wrong: .*guardrial/,
    ],
    [
      "a value of the wrong kind",
      agent("refactorer"),
      "---\neffort: enormous\n---\n",
      /effort: Invalid option: .*low/,
    ],
    [
      "another stage",
      agent("refactorer"),
      "---\nstage: review\n---\n",
      /stage: refactorer belongs to execute; leave it out/,
    ],
    [
      "another name",
      agent("refactorer"),
      "---\nname: test-author\n---\n",
      /name: it says test-author; leave it out, or rename the file to test-author\.md/,
    ],
    [
      "a tool that the agent has not",
      agent("code-reviewer"),
      "---\ntools: [bash]\n---\n",
      /tools: code-reviewer has none, .* remove bash/,
    ],
    [
      "no way to hand over",
      agent("refactorer"),
      "---\ntools: [bash, editor]\n---\n",
      /tools: .*needs submit.*; add submit/,
    ],
    [
      "another use",
      agent("refactorer"),
      "---\ntakes: [feat]\n---\n",
      /takes: which changes refactorer does is fixed/,
    ],
    [
      "a pack twice",
      agent("refactorer"),
      "---\ncontext: [{ pack: logs, tokens: 500 }, { pack: logs, tokens: 600 }]\n---\n",
      /context: logs stands there twice/,
    ],
    [
      "too many guardrails",
      agent("refactorer"),
      `---\nguardrails: [${Array.from({ length: 58 }, (_, index) => `r${index}`).join(", ")}]\n---\n`,
      /guardrails: with those of the suite there are 6\d/,
    ],
    [
      "an agent that is not complete",
      agent("query-tuner"),
      "---\nname: query-tuner\n---\nx",
      /query-tuner\.md: the front matter is wrong: role: /,
    ],
    [
      "an agent that nothing asks",
      agent("query-tuner"),
      OWN.replace("takes: [perf]\n", ""),
      /takes: say which types of change it does/,
    ],
    [
      "an agent of another stage",
      agent("query-tuner"),
      OWN.replace("stage: execute", "stage: review").replace("tools: [bash, submit]\n", ""),
      /stage: agents of your own work in execute/,
    ],
    [
      "a name that is none",
      agent("Query Tuner"),
      OWN,
      /Query Tuner\.md: this is no agent: put it at \.github\/slipway\/agents\/<name>\.md/,
    ],
    ["a folder below", `${AGENTS_FOLDER}more/query-tuner.md`, OWN, /this is no agent/],
    ["another ending", `${AGENTS_FOLDER}query-tuner.txt`, OWN, /this is no agent/],
    [
      "a document that nobody reads",
      document("deploy"),
      "x",
      /no agent reads a document called "deploy": name it one of spec-writer, /,
    ],
    ["an empty document", document("dev"), " \n", /onboarding\/dev\.md: it is empty/],
    ["a document too long", document("dev"), "ü".repeat(32_769), /has 65538 bytes and 65536 are allowed/],
    [
      "hidden text",
      document("dev"),
      "Build.\nTest\u{e0041}.",
      /dev\.md: line 2 holds characters that a reader cannot see/,
    ],
  ])("%s", (_what, path, text, message) => {
    expect(() => withOne(path, text)).toThrow(message);
    expect(() => withOne(path, text)).toThrow(ConfigurationError);
  });

  test("two agents for one change type, and files without end", () => {
    const rival = OWN.replace("name: query-tuner", "name: speed-up");
    const two = new Map([
      [agent("query-tuner"), OWN],
      [agent("speed-up"), rival],
    ]);
    expect(() => catalogWith(base, two)).toThrow(/speed-up\.md: takes: query-tuner takes perf already/);
    const many = new Map(Array.from({ length: 101 }, (_, index) => [agent(`a${index}`), OWN] as const));
    expect(() => catalogWith(base, many)).toThrow(/hold 101 files and 100 are allowed/);
  });
});

test("without files of the repository's own the catalog stays what it is", async () => {
  expect(await withOverrides(base, new Map())).toBe(base);
  expect(await withOverrides(base, new Map([[document("qa"), "x"]]))).toEqual(withOne(document("qa"), "x"));
});

test.each([
  [".github/slipway/agents/a.md", true],
  [".github/slipway/agents/more/a.txt", true],
  [".github/slipway/onboarding/dev.md", true],
  [".github/slipway/setup/action.yml", false],
  [".github/slipway.yml", false],
  ["agents/a.md", false],
])("%s is read for the catalog: %s", (path, read) => {
  expect(isOverridePath(path)).toBe(read);
});
