import { rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { commandResultSchema, DEFAULT_POLICY, type Policy } from "@slipway/model";
import { makeRepository, type Repository } from "../testing/world.ts";
import { coverageOfOutput } from "./coverage.ts";
import { runQa } from "./qa.ts";

describe("runQa", () => {
  let repository: Repository;
  beforeEach(async () => {
    repository = await makeRepository({ "a.txt": "a\n" });
  });
  afterEach(() => rmSync(repository.dir, { recursive: true }));

  const run = (qa: Partial<Policy["qa"]>, more: { seconds?: number; env?: Record<string, string> } = {}) =>
    runQa({ workDir: repository.dir, qa: { ...DEFAULT_POLICY.qa, ...qa }, seconds: 60, ...more });

  test("runs all commands in order and passes", async () => {
    const result = await run({
      setup: "echo 1 > state",
      lint: "grep -q 1 state",
      test: "echo ok; echo warn >&2",
    });
    expect(result).toMatchObject({ verdict: "pass", reason: "setup, lint, test passed.", coverage: null });
    expect(result.commands.map(({ name, exitCode, output }) => [name, exitCode, output])).toEqual([
      ["setup", 0, ""],
      ["lint", 0, ""],
      ["test", 0, "ok\nwarn"],
    ]);
  });

  test("no test command is a fail that says what to set", async () => {
    expect(await run({ lint: "true" })).toEqual({
      commands: [],
      coverage: null,
      verdict: "fail",
      reason: "The policy names no test command: set qa.test in .github/slipway.yml.",
    });
  });

  test("tells paths from the root of the checkout, wherever it lies", async () => {
    const test = 'echo "at file://$PWD/src/a.ts:1 ($PWD/b.ts) in $PWD"; cd /; echo "$OLDPWD/c.ts /etc/d"';
    const [command] = (await run({ test })).commands;
    expect(command?.output).toBe(`at src/a.ts:1 (b.ts) in ${repository.dir}\nc.ts /etc/d`);
  });

  test("a failed lint does not hide the tests; a failed setup ends it", async () => {
    const linted = await run({ lint: "exit 2", test: "echo ran; exit 1" });
    expect(linted.commands.map(({ exitCode }) => exitCode)).toEqual([2, 1]);
    expect(linted).toMatchObject({
      verdict: "fail",
      reason: 'lint ("exit 2") failed with exit code 2. test ("echo ran; exit 1") failed with exit code 1.',
    });
    expect((await run({ setup: "exit 1", test: "true" })).commands).toHaveLength(1);
  });

  test("a command that does not exist is named, with the place to correct it", async () => {
    const result = await run({ test: "no-such-runner --all" });
    expect(result).toMatchObject({ verdict: "fail", commands: [{ exitCode: 127 }] });
    expect(result.reason).toMatch(
      /test \("no-such-runner --all"\) names a command that cannot be found: correct qa\.test in \.github\/slipway\.yml/,
    );
  });

  test("a hanging command is killed with its output kept", async () => {
    const result = await run({ test: "echo started; sleep 60 | sleep 60" }, { seconds: 1 });
    expect(result).toMatchObject({ verdict: "fail", commands: [{ exitCode: null, output: "started" }] });
    expect(result.reason).toMatch(/did not end within 1 s and was killed/);
  });

  test("the end of the output is kept, invalid UTF-8 and all, within the schema", async () => {
    const result = await run({ test: "head -c 300000 /dev/urandom; printf '\\xff\\xfe\\x00'; echo THE END" });
    const [command] = result.commands;
    expect(command?.output).toMatch(/THE END$/);
    expect(command?.output.isWellFormed()).toBe(true);
    expect(commandResultSchema.safeParse(command).success).toBe(true);
  });

  test("commands get what setup exported, and no credential", async () => {
    const env = {
      JAVA_HOME: "/jdk",
      PATH: "/extra",
      GITHUB_TOKEN: "t",
      ACTIONS_RUNTIME_TOKEN: "t",
      ANTHROPIC_API_KEY: "t",
      MY_SECRET: "t",
    };
    const result = await run({ test: "env" }, { env });
    const output = result.commands[0]?.output ?? "";
    expect(output).toMatch(/JAVA_HOME=\/jdk/);
    expect(output).toMatch(/PATH=\/extra:/);
    expect(output).not.toMatch(/TOKEN|API_KEY|SECRET/);
  });

  test("line coverage is read from lcov and from what tools print", async () => {
    const lcov =
      "TN:\\nSF:a.js\\nDA:1,1\\nDA:2,0\\nDA:3,4\\nLF:3\\nLH:2\\nend_of_record\\nSF:b.js\\nDA:1,1\\nLF:1\\nLH:1\\nend_of_record\\n";
    expect(
      (await run({ test: "true", coverage: `printf '${lcov}' > lcov.info`, coverageFile: "lcov.info" }))
        .coverage,
    ).toBe(75);
    expect((await run({ test: "true", coverage: "echo 'All files | 1 | 2 | 3 | 88.5 |'" })).coverage).toBe(
      88.5,
    );
    expect((await run({ test: "true", coverage: "true", coverageFile: "none.info" })).coverage).toBeNull();
    expect(
      (await run({ test: "true", coverage: "true", coverageFile: "../../etc/passwd" })).coverage,
    ).toBeNull();
  });

  test.each([
    ["All files      |   90.47 |    80 |   70 |   91.3 |", 91.3],
    ["ℹ all files       |  97.56 |    93.33 |  100.00 |", 97.56],
    ["# all files | 100.00 | 1 | 2 | ", 100],
    ["TOTAL                 120      6    95%", 95],
    ["TOTAL   120   6   30   2   94.50%", 94.5],
    ["total:\t(statements)\t87.5%", 87.5],
    ["  lines......: 91.2% (31 of 34 lines)", 91.2],
    ["nothing here", null],
  ])("%j gives %s", (output, percent) => {
    expect(coverageOfOutput(`before\n${output}\nafter`)).toBe(percent);
  });
});
