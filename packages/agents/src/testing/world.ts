import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { LLMock } from "@copilotkit/aimock";
import { DEFAULT_POLICY, type PlanNode, type Policy, type Spec } from "@slipway/model";
import { gitOutput } from "../process/git.ts";
import { type AnthropicOptions, createAnthropicClient } from "../provider/anthropic.ts";
import type { ModelClient } from "../provider/model-client.ts";

/** A server that speaks the Messages protocol, and a client of ours that talks to it. */
export interface ModelServer {
  readonly mock: LLMock;
  readonly client: ModelClient;
  clientWith(options: AnthropicOptions): ModelClient;
  stop(): Promise<void>;
}

export async function startModel(): Promise<ModelServer> {
  const mock = new LLMock({ port: 0, strict: true, logLevel: "silent" });
  await mock.start();
  // Waits of the client's are recorded by the tests that are about them; elsewhere they cost nothing.
  const clientWith = (options: AnthropicOptions) =>
    createAnthropicClient({ apiKey: "test-key", baseUrl: mock.url, wait: async () => {}, ...options });
  return { mock, client: clientWith({}), clientWith, stop: () => mock.stop() };
}

export interface Repository {
  readonly dir: string;
  readonly sha: string;
  git(...args: string[]): Promise<string>;
  write(files: Readonly<Record<string, string | Buffer>>): Promise<void>;
  remove(): Promise<void>;
}

/** A real repository with one commit that holds `files`. */
export async function makeRepository(files: Readonly<Record<string, string | Buffer>>): Promise<Repository> {
  const dir = await mkdtemp(join(tmpdir(), "slipway-test-"));
  const run = async (...args: string[]) =>
    (await gitOutput(["-c", "user.name=Test", "-c", "user.email=test@example.com", ...args], { cwd: dir }))
      .toString("utf8")
      .trim();
  const write = async (given: Readonly<Record<string, string | Buffer>>) => {
    for (const [path, content] of Object.entries(given)) {
      await mkdir(dirname(join(dir, path)), { recursive: true });
      await writeFile(join(dir, path), content);
    }
  };
  await run("init", "-q", "-b", "main");
  await write(files);
  await run("add", "-A");
  await run("commit", "-q", "--allow-empty", "-m", "start");
  return {
    dir,
    sha: await run("rev-parse", "HEAD"),
    git: run,
    write,
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

export const POLICY: Policy = { ...DEFAULT_POLICY, qa: { ...DEFAULT_POLICY.qa, test: "node --test" } };

export const SPEC: Spec = {
  title: "Greet by name",
  summary: "The greeting names the person it is for.",
  requirements: [{ id: "FR-001", text: "greet must put the given name into the greeting." }],
  successCriteria: [],
  acceptance: [
    {
      id: "AC-001",
      requirement: "FR-001",
      given: "the name Ada",
      when: "greet is called",
      outcome: 'it gives "Hello, Ada!"',
    },
  ],
  assumptions: [],
  outOfScope: [],
  openQuestions: [],
};

export const NODE: PlanNode = {
  id: "T1",
  kind: "task",
  title: "Put the name into the greeting",
  objective: "greet(name) returns the greeting with the name.",
  parent: "E1",
  orderIndex: 0,
  dependsOn: [],
  requirements: ["FR-001"],
  acceptance: ["AC-001"],
  size: "S",
  changeType: "feat",
  scope: null,
  breaking: false,
};

export const GREETING = {
  "README.md": "# greet\n\nSays hello.\n",
  "greet.mjs": 'export const greet = () => "Hello!";\n',
  "greet.test.mjs":
    'import assert from "node:assert/strict";\nimport { test } from "node:test";\nimport { greet } from "./greet.mjs";\n\ntest("greets", () => assert.equal(greet(), "Hello!"));\n',
};
