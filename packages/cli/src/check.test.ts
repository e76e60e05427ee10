import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type CheckedRun, checkRun } from "./check.ts";
import { NO_OPTIONS, type RunOptions } from "./options.ts";
import { UsageError } from "./usage-error.ts";

let cwd = "";
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "slipway-check-"));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const git = (folder: string, ...args: string[]) =>
  execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@b.c", ...args], {
    cwd: folder,
    stdio: "pipe",
  });

function repository(name: string, files: Record<string, string> = { "a.txt": "a\n" }): string {
  const folder = join(cwd, name);
  mkdirSync(folder);
  git(folder, "init", "-q", "-b", "trunk");
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  git(folder, "add", "-A");
  git(folder, "commit", "-q", "-m", "first");
  return folder;
}

function fixtures(
  content: unknown = { fixtures: [{ match: { userMessage: "x" }, response: { content: "y" } }] },
): string {
  const path = join(cwd, "fixtures.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

async function* bytes(text: string) {
  yield Buffer.from(text);
}

const check = (
  options: Partial<RunOptions>,
  env: Record<string, string> = {},
  stdin = "",
): Promise<CheckedRun> =>
  checkRun(
    { ...NO_OPTIONS, ...options },
    { cwd, env, stdin: bytes(stdin), now: new Date("2026-11-21T00:00:00Z") },
  );

/** The refusal, which must leave the folder as it was. */
async function refusal(
  options: Partial<RunOptions>,
  env: Record<string, string> = {},
  stdin = "",
): Promise<string> {
  const before = readdirSync(cwd, { recursive: true }).length;
  const error: unknown = await check(options, env, stdin).then(
    () => new Error("It was accepted."),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UsageError);
  expect(readdirSync(cwd, { recursive: true })).toHaveLength(before);
  return (error as Error).message;
}

describe("what is refused before anything is written", () => {
  const valid = () => ({ repo: repository("work"), idea: "An idea.", fixtures: fixtures() });

  test("an empty idea", async () => {
    expect(await refusal({ ...valid(), idea: "  \n" })).toMatch(/^--idea: the idea is empty: say /);
    writeFileSync(join(cwd, "empty.md"), "");
    expect(await refusal({ idea: "@empty.md" })).toMatch(/the idea is empty/);
    expect(await refusal({ idea: "-" }, {}, "\n\n")).toMatch(/the idea is empty/);
  });

  test("an idea of 1 MB", async () => {
    writeFileSync(join(cwd, "big.md"), "x".repeat(1_000_000));
    expect(await refusal({ ...valid(), idea: "@big.md" })).toMatch(
      /1,000,000 bytes or more are too long.*60,000 characters/,
    );
    expect(await refusal({ idea: "-" }, {}, "x".repeat(1_000_000))).toMatch(/too long for an idea/);
    expect(await refusal({ idea: "x".repeat(70_000) })).toMatch(/longer than 60000 characters/);
  });

  test("an idea that JSON makes too long for a client_payload", async () => {
    const options = { ...valid(), idea: `"${"\u0001".repeat(50_000)}"` };
    expect(await refusal(options)).toMatch(/as JSON it has \d+ characters, and GitHub takes 65535/);
  });

  test("an idea file that is not there, is a folder, or is not text", async () => {
    expect(await refusal({ idea: "@no.md" })).toMatch(/there is no file .*no\.md/);
    expect(await refusal({ idea: "@." })).toMatch(/is a folder/);
    writeFileSync(join(cwd, "binary"), Buffer.from([0xff, 0xfe, 0x00]));
    expect(await refusal({ idea: "@binary" })).toMatch(/not UTF-8/);
  });

  test("a repository without an idea", async () => {
    expect(await refusal({ repo: repository("work") })).toMatch(/--repo needs --idea/);
  });

  test("an idea without a model", async () => {
    expect(await refusal({ idea: "An idea." })).toMatch(/ANTHROPIC_API_KEY.*--model-url.*--fixtures/);
    expect(await refusal({ idea: "An idea." }, { ANTHROPIC_API_KEY: "" })).toMatch(/needs a model/);
  });

  test("two models, or one at no URL", async () => {
    expect(await refusal({ ...valid(), modelUrl: "http://x" })).toMatch(/exclude each other/);
    expect(await refusal({ idea: "i", modelUrl: "localhost:1" })).toMatch(/not an http or https URL/);
  });

  test("fixtures that are not there or are none", async () => {
    const options = { repo: repository("work"), idea: "i" };
    expect(await refusal({ ...options, fixtures: "no.json" })).toMatch(
      /--fixtures no\.json: there is no such/,
    );
    expect(await refusal({ ...options, fixtures: fixtures("{") })).toMatch(/fixtures\.json is not JSON/);
    expect(await refusal({ ...options, fixtures: fixtures({}) })).toMatch(/has no "fixtures" list/);
    expect(await refusal({ ...options, fixtures: fixtures({ fixtures: [{ match: {} }] }) })).toMatch(
      /fixtures\.json: /,
    );
    mkdirSync(join(cwd, "none"));
    expect(await refusal({ ...options, fixtures: "none" })).toMatch(/holds no scripted answers/);
  });

  test("a folder that is no git repository, has no commit, or lies inside one", async () => {
    const options = { idea: "i", fixtures: fixtures() };
    expect(await refusal({ ...options, repo: "nowhere" })).toMatch(/there is no such folder/);
    expect(await refusal({ ...options, repo: fixtures() })).toMatch(/is a file/);
    mkdirSync(join(cwd, "plain"));
    expect(await refusal({ ...options, repo: "plain" })).toMatch(/is not a git repository: run `git init`/);
    mkdirSync(join(cwd, "empty"));
    git(join(cwd, "empty"), "init", "-q");
    expect(await refusal({ ...options, repo: "empty" })).toMatch(/has no commit yet/);
    repository("work", { "sub/a.txt": "a\n" });
    expect(await refusal({ ...options, repo: "work/sub" })).toMatch(
      /is a folder inside the git repository .*work/,
    );
  });

  test("a repository with no branch checked out", async () => {
    const repo = repository("work");
    git(repo, "checkout", "-q", "--detach");
    expect(await refusal({ repo, idea: "i", fixtures: fixtures() })).toMatch(/HEAD is detached/);
  });

  test("a policy with an unknown key, by option or in the repository", async () => {
    writeFileSync(join(cwd, "policy.yml"), "qa:\n  tst: npm test\n");
    expect(await refusal({ ...valid(), policy: "policy.yml" })).toMatch(
      /--policy policy\.yml is not a valid policy: qa: .*tst/,
    );
    writeFileSync(join(cwd, "broken.yml"), "qa: [");
    expect(await refusal({ idea: "i", policy: "broken.yml" })).toMatch(/is not YAML/);
    writeFileSync(join(cwd, "alias.yml"), "qa: *none\n");
    expect(await refusal({ idea: "i", policy: "alias.yml" })).toMatch(/is not YAML: Unresolved alias/);
    expect(await refusal({ idea: "i", policy: "no.yml" })).toMatch(/there is no such file/);
    const repo = repository("other", { ".github/slipway.yml": "limits:\n  paralel: 2\n" });
    expect(await refusal({ repo, idea: "i", fixtures: fixtures() })).toMatch(
      /slipway\.yml of --repo .*: limits: .*paralel/,
    );
  });

  test("a result folder that is not empty, is a file, or cannot be written", async () => {
    const options = valid();
    mkdirSync(join(cwd, "full/x"), { recursive: true });
    expect(await refusal({ ...options, out: "full" })).toMatch(/--out full is not empty/);
    expect(await refusal({ ...options, out: "fixtures.json" })).toMatch(/is a file/);
    expect(await refusal({ ...options, out: "fixtures.json/deeper" })).toMatch(/cannot be written/);
  });
});

describe("what is accepted", () => {
  test("a repository, its branch and commit; uncommitted work is named and left", async () => {
    const repo = repository("my work");
    writeFileSync(join(repo, "b.txt"), "b\n");
    const checked = await check({ repo: "my work", idea: " An idea.\n", fixtures: fixtures() });
    expect(checked.source).toMatchObject({
      kind: "directory",
      name: "my-work",
      branch: "trunk",
      uncommitted: 1,
    });
    expect(checked.idea).toBe("An idea.");
    expect(checked.notes.join("\n")).toMatch(/Uncommitted work in one file there is not taken/);
  });

  test("every path is relative to the folder where the person is", async () => {
    repository("work");
    fixtures();
    writeFileSync(join(cwd, "idea.md"), "An idea.");
    writeFileSync(join(cwd, "policy.yml"), "qa:\n  test: npm test\n");
    const options = { repo: "work", idea: "@idea.md", fixtures: "fixtures.json", policy: "policy.yml" };
    expect(await check({ ...options, out: "new/result" })).toMatchObject({
      source: { kind: "directory", name: "work" },
      idea: "An idea.",
      policy: { policy: { qa: { test: "npm test" } } },
      out: join(cwd, "new/result"),
    });
  });

  test("a bare repository and a URL", async () => {
    git(cwd, "clone", "-q", "--bare", repository("work"), "bare.git");
    expect((await check({ repo: "bare.git", idea: "i", fixtures: fixtures() })).source).toMatchObject({
      kind: "directory",
      name: "bare",
      uncommitted: 0,
    });
    const url = "https://github.com/someone/some.thing.git";
    expect((await check({ repo: url, idea: "i", fixtures: fixtures() })).source).toEqual({
      kind: "url",
      url,
      name: "some.thing",
    });
  });

  test("a real model by key or by URL", async () => {
    const repo = repository("work");
    const key = { ANTHROPIC_API_KEY: "k" };
    expect((await check({ repo, idea: "i" }, key)).model).toMatchObject({
      kind: "real",
      apiKey: "k",
      url: "https://api.anthropic.com",
    });
    expect((await check({ repo, idea: "i", modelUrl: "http://127.0.0.1:1/" }, key)).model).toMatchObject({
      kind: "real",
      apiKey: "k",
      url: "http://127.0.0.1:1",
    });
  });

  test("a service that speaks Chat Completions, by its own key, by URL, or by the policy", async () => {
    const repo = repository("work");
    const env = { ANTHROPIC_API_KEY: "a", OPENAI_API_KEY: "o", OPENAI_BASE_URL: "https://nim.example/v1/" };
    const openai = { repo, idea: "i", provider: "openai" };
    expect((await check(openai, env)).model).toMatchObject({
      provider: "openai",
      apiKey: "o",
      url: "https://nim.example/v1",
    });
    expect((await check(openai, { OPENAI_API_KEY: "o" })).model.url).toBe("https://api.openai.com/v1");
    // A server on one's own machine wants no key, and is never sent another service's.
    const own = await check(
      { ...openai, modelUrl: "http://127.0.0.1:11434/v1", model: "m" },
      { ANTHROPIC_API_KEY: "a" },
    );
    expect(own.model).toMatchObject({ kind: "real", apiKey: "none", url: "http://127.0.0.1:11434/v1" });
    expect(own.modelWish).toEqual({ provider: "openai", name: "m" });
    expect(await refusal(openai, { ANTHROPIC_API_KEY: "a" })).toMatch(/OPENAI_API_KEY.*Chat Completions/);
    expect(await refusal({ ...openai, provider: "else" }, env)).toMatch(
      /--provider else: give anthropic or openai/,
    );
    writeFileSync(join(cwd, "policy.yml"), "model: { provider: openai, name: m }\n");
    expect((await check({ repo, idea: "i", policy: "policy.yml" }, env)).model.provider).toBe("openai");
  });

  test("fixtures win over a key in the environment", async () => {
    const checked = await check(
      { repo: repository("work"), idea: "i", fixtures: fixtures() },
      { ANTHROPIC_API_KEY: "k" },
    );
    expect(checked.model.kind).toBe("scripted");
  });
});
