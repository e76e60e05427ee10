import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { AgentTask } from "@slipway/model";
import { detectIsolation } from "../process/isolation.ts";
import type { Repository } from "../testing/world.ts";
import { type CommandExecutorOptions, commandExecutor } from "./command.ts";
import type { ExecutorWorld } from "./executor.ts";
import { openRepository, outputOf, pathsOf, recordOf, taskFor } from "./testing/task.ts";

const CLI = [process.execPath, "--no-warnings", join(import.meta.dirname, "testing/cli.ts")];

/** It is at work at once, however busy the machine is. */
const HANGS = ["sh", "-c", "echo half > greet.mjs; sleep 300 & echo before $!; wait"];

describe("the executor command", () => {
  let repository: Repository;
  beforeEach(async () => {
    repository = await openRepository();
  });
  afterEach(() => repository.remove());

  const run = (
    mode: string,
    more: Partial<CommandExecutorOptions> = {},
    constraints: Partial<AgentTask["constraints"]> = {},
    world: Partial<ExecutorWorld> = {},
  ) =>
    commandExecutor({ argv: [...CLI, mode], ...more }).execute(taskFor(repository, constraints), {
      workDir: repository.dir,
      ...world,
    });

  test("a program that knows nothing of us gets the prompt by its input, and its change is taken as it is", async () => {
    const result = await run("work", {}, {}, { commit: { type: "feat", scope: null } });
    expect(result).toMatchObject({
      executor: "command",
      outcome: "finished",
      ending: "submitted",
      nodeId: "T1",
      title: "Put the name into the greeting",
      refused: [],
      usage: { calls: 0 },
      commits: [
        { type: "feat", subject: "put the name into the greeting", paths: ["docs/greet.md", "greet.mjs"] },
      ],
    });
    expect(result.summary).toMatch(/^Put the name in\./);
    expect(result.summary).not.toMatch(/Closes #|@octocat/);
    expect(result.changes[1]).toMatchObject({
      path: "greet.mjs",
      content: "export const greet = (name) => `Hello, ${name}!`;\n",
    });
    expect(recordOf(result).map(({ type }) => type)).toEqual(["start", "output", "end"]);
  });

  test("a program that knows the contract gets files, and what it says is taken", async () => {
    const result = await run("work", {
      prompt: "file",
      argv: [
        ...CLI,
        "work",
        "--prompt={prompt-file}",
        "--task",
        "{task-file}",
        ["--result", "{result-file}"],
      ],
      model: "m-1",
    });
    expect(result).toMatchObject({
      outcome: "finished",
      title: "Greet by name",
      summary: "Done: with a task",
      notes: ["see docs"],
      usage: { model: "m-1", calls: 1, inputTokens: 5, outputTokens: 2 },
      commits: [
        { type: "docs", subject: "say it", paths: ["docs/greet.md"] },
        { type: "chore", subject: "greet by name", paths: ["greet.mjs"] },
      ],
    });
  });

  test("a program that commits by itself leaves the same change; its messages become proposals", async () => {
    const result = await run("commits", {}, {}, { commit: { type: "feat", scope: "api" } });
    expect(pathsOf(result)).toEqual(["README.md", "greet.mjs", "new.txt"]);
    expect(result.commits).toEqual([
      { type: "fix", scope: "greet", subject: "say hi", body: "It was too stiff.", paths: ["greet.mjs"] },
      { type: "feat", scope: "api", subject: "add a file", body: "", paths: ["new.txt"] },
      {
        type: "feat",
        scope: "api",
        subject: "put the name into the greeting",
        body: "",
        paths: ["README.md"],
      },
    ]);
  });

  test("one that hangs and forks is killed whole at the limit, with its change and output", async () => {
    const result = await run("", { argv: HANGS }, { seconds: 5 });
    expect(result).toMatchObject({ outcome: "unfinished", ending: "time" });
    expect(result.reason).toMatch(/time limit of 5 s/);
    expect(pathsOf(result)).toEqual(["greet.mjs"]);
    const pid = Number(/before (\d+)/.exec(outputOf(result))?.[1]);
    expect(isRunning(pid)).toBe(false);
  });

  test("100 MB of output are read in bounded memory; head and tail are kept", async () => {
    const result = await run("flood");
    const output = outputOf(result);
    expect(output.slice(0, 40)).toMatch(/^first line\nx+$/);
    expect(output.slice(-20)).toMatch(/x\nlast line\n$/);
    expect(/… \d+ characters left out …/.exec(output)?.[0]).toMatch(/^… 99\d{6} /);
    expect(output.length).toBeLessThan(450_000);
    expect(result).toMatchObject({ outcome: "finished" });
  });

  test("a missing program ends with how to install it", async () => {
    const result = await run("", { argv: ["slipway-no-such-program"], install: "Install it with npm." });
    expect(result).toMatchObject({
      outcome: "unfinished",
      ending: "executor-failed",
      reason: 'The program "slipway-no-such-program" was not found. Install it with npm.',
      changes: [],
      commits: [],
    });
  });

  test("one that fails leaves its half-done change, and its key nowhere", async () => {
    const steps: string[] = [];
    const result = await run(
      "fails",
      { variables: { MY_KEY: "key-1234567890" }, exits: {} },
      {},
      { onStep: (line) => steps.push(line) },
    );
    expect(result).toMatchObject({ outcome: "unfinished", ending: "executor-failed" });
    expect(result.reason).toMatch(/ended with exit code 3: no such model: \*\*\*$/);
    expect(pathsOf(result)).toEqual(["greet.mjs"]);
    expect(JSON.stringify(result) + steps.join()).not.toContain("key-1234567890");
    expect(steps).toHaveLength(recordOf(result).length);
    expect(await run("fails", { exits: { 3: "steps" } })).toMatchObject({ ending: "steps" });
  });

  test("protected paths and links are refused by name, the rest is kept; no link is read as its answer", async () => {
    const result = await run("hostile", { argv: [...CLI, "hostile", "--result", "{result-file}"] });
    expect(pathsOf(result)).toEqual(["greet.mjs"]);
    expect(result.refused).toEqual([
      { path: ".github/workflows/x.yml", reason: expect.stringContaining("protected") },
      { path: "passwd", reason: "it is a symbolic link" },
    ]);
    expect(result.notes).toEqual([expect.stringMatching(/^The result file was not used: .*ELOOP/)]);
    expect(JSON.stringify(result)).not.toContain("root:");
  });

  test("one that ends well and did nothing has not finished", async () => {
    expect(await run("nothing")).toMatchObject({
      outcome: "unfinished",
      ending: "executor-failed",
      reason: expect.stringContaining("changed nothing. It said: Please log in first."),
    });
  });

  test("it sees a clean environment, the variables that are passed, an empty home and the work tree", async () => {
    process.env.GITHUB_TOKEN_FOR_TEST = "ghs_secret";
    const result = await run(
      "environment",
      {
        variables: { ANTHROPIC_API_KEY: "sk-x" },
        settings: { QUIET: "1" },
        argv: [...CLI, "environment", "a b;$(c)"],
      },
      {},
      { env: { JAVA_HOME: "/jdk", NPM_TOKEN: "t", GITHUB_OUTPUT: "/x" } },
    );
    delete process.env.GITHUB_TOKEN_FOR_TEST;
    const seen = JSON.parse((result.changes[0] as { content: string }).content) as Record<string, unknown>;
    expect(
      Object.keys(seen)
        .filter((name) => !name.startsWith("GIT_"))
        .sort(),
    ).toEqual(
      [
        "ANTHROPIC_API_KEY",
        "CI",
        "HOME",
        "JAVA_HOME",
        "LANG",
        "PATH",
        "QUIET",
        "SLIPWAY_COMMAND",
        "TERM",
        "TMPDIR",
        "argv",
        "cwd",
      ].sort(),
    );
    expect(seen).toMatchObject({
      cwd: repository.dir,
      argv: ["environment", "a b;$(c)"],
      ANTHROPIC_API_KEY: "sk-x",
    });
    expect(existsSync(String(seen.HOME))).toBe(false);
    for (const name of ["GITHUB_TOKEN", "PATH", "actions_id_token_request_url"]) {
      expect(() => commandExecutor({ argv: ["x"], variables: { [name]: "x" } })).toThrow(/the runner's/);
    }
  });

  test("the task's commands run when it has ended; a failed one is said, and is no part of the change", async () => {
    const commands = ["grep -q Hello greet.mjs", "echo made > made.txt; node --test; exit 7", "touch last"];
    const result = await run("work", {}, { commands });
    expect(result).toMatchObject({ outcome: "unfinished", ending: "submitted" });
    expect(result.reason).toMatch(/"echo made .*" failed with exit code 7/);
    expect(pathsOf(result)).toEqual(["docs/greet.md", "greet.mjs"]);
    expect(recordOf(result).filter(({ type }) => type === "check")).toHaveLength(3);
    expect(existsSync(join(repository.dir, "last"))).toBe(true);
  });

  test("whoever asks in between ends it, with the work so far", async () => {
    let asked = 0;
    const interrupted = async () =>
      existsSync(join(repository.dir, "greet.mjs")) && asked++ > 1 ? "It was paused." : null;
    const result = await run("hang", { askedEveryMs: 400 }, {}, { interrupted });
    expect(result).toMatchObject({ outcome: "unfinished", ending: "interrupted", reason: "It was paused." });
    const before = await run("work", {}, {}, { signal: AbortSignal.abort() });
    expect(before).toMatchObject({ ending: "interrupted", reason: "The job was asked to stop." });
  });

  test("it goes on from what an earlier attempt left, and is told so", async () => {
    const earlier = {
      startSha: repository.sha,
      files: [
        { status: "written", path: "begun.txt", mode: "100644", encoding: "utf-8", content: "1\n" } as const,
        { status: "deleted", path: ".github/workflows/x.yml" } as const,
      ],
      summary: "Half of it.",
      reason: "The time was up.",
      trajectory: "",
    };
    const result = await run("", { argv: ["sh", "-c", "cat > prompt.txt"] }, {}, { earlier });
    expect(pathsOf(result)).toEqual(["begun.txt", "prompt.txt"]);
    const { content } = result.changes[1] as { content: string };
    for (const part of [
      '- "begun.txt"',
      '- ".github/workflows/x.yml": ',
      "Half of it.",
      "The time was up.",
    ]) {
      expect(content).toContain(part);
    }
  });

  test("in what the machine has to keep it in, it works, and is killed, the same", async () => {
    const hidden = mkdtempSync(join(tmpdir(), "slipway-hidden-"));
    writeFileSync(join(hidden, "secret"), "x");
    const isolation = await detectIsolation();
    const confinement = { isolation, hidden: [hidden], reachable: [] };
    const argv = [...CLI, "work", "--result", "{result-file}"];
    const result = await run("work", { argv }, { commands: ["grep -q name greet.mjs"] }, { confinement });
    expect(result).toMatchObject({ outcome: "finished", title: "Greet by name" });
    const looked = await run("", { argv: ["ls", hidden] }, {}, { confinement });
    expect(outputOf(looked)).toBe(isolation.kind === "namespaces" ? "" : "secret\n");
    const failed = await run("fails", {}, {}, { confinement });
    expect(failed.reason).toContain("exit code 3: no such model");
    const hung = await run("", { argv: HANGS }, { seconds: 5 }, { confinement });
    expect(hung).toMatchObject({ ending: "time", changes: expect.any(Array) });
    expect(outputOf(hung)).toMatch(/^before \d+/);
    rmSync(hidden, { recursive: true });
  });

  test("what it keeps for itself is removed, what was there stays, and nothing is left of ours", async () => {
    writeFileSync(join(repository.dir, ".aider.conf.yml"), "x: 1\n");
    const before = process.env.TMPDIR;
    const scratch = mkdtempSync(join(tmpdir(), "slipway-scratch-"));
    process.env.TMPDIR = scratch;
    const argv = ["sh", "-c", "mkdir .aider.tags && echo 1 > .aider.tags/x && echo 2 > a.txt"];
    const result = await run("", { argv, litter: [".aider."] });
    expect(pathsOf(result)).toContain("a.txt");
    expect(pathsOf(result).join()).not.toContain("tags");
    expect(readFileSync(join(repository.dir, ".aider.conf.yml"), "utf8")).toBe("x: 1\n");
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    expect(readdirSync(scratch)).toEqual([]);
    rmSync(scratch, { recursive: true });
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A killed child that nobody has waited for is still listed.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
