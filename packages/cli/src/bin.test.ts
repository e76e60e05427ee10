/** The `slipway` command as it is started: from any folder, on any Node, with nothing installed yet. */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { CHECKOUT } from "./start/suite.ts";

let folder = "";
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "slipway-bin-")));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(program: string, args: readonly string[], cwd: string, env: Record<string, string> = {}) {
  const ended = spawnSync(process.execPath, [program, ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: folder, npm_config_offline: "true", ...env },
    encoding: "utf8",
  });
  return { code: ended.status, stdout: ended.stdout, stderr: ended.stderr };
}

describe("the launcher", () => {
  const inCheckout = (path: string) => join(folder, "checkout", path);
  const user = () => join(folder, "user");

  /** A checkout with a short program in the place of the long one, and a Node that needs no registry. */
  beforeAll(() => {
    for (const path of ["packages/cli/bin", "scripts/with-node.mjs", "scripts/json-imports.mjs"]) {
      cpSync(join(CHECKOUT, path), inCheckout(path), { recursive: true });
    }
    mkdirSync(inCheckout("packages/cli/src"));
    writeFileSync(
      inCheckout("packages/cli/src/main.ts"),
      `const told: unknown = { cwd: process.cwd(), args: process.argv.slice(2), node: process.execPath };
      console.log(JSON.stringify(told));
      process.exitCode = 3;\n`,
    );
    mkdirSync(inCheckout("node/bin"), { recursive: true });
    writeFileSync(inCheckout("node/package.json"), '{ "name": "node", "version": "24.0.0" }\n');
    symlinkSync(process.execPath, inCheckout("node/bin/node"));
    writeFileSync(
      inCheckout("package.json"),
      '{ "private": true, "devDependencies": { "node": "file:node" } }',
    );
    writeFileSync(inCheckout("package-lock.json"), lockText("1.0.0"));
    mkdirSync(user());
    // What `npm link` and `npm install --global` make.
    symlinkSync(inCheckout("packages/cli/bin/slipway.mjs"), join(folder, "slipway"));
  });

  const lockText = (version: string) =>
    JSON.stringify({
      name: "checkout",
      version,
      lockfileVersion: 3,
      requires: true,
      packages: {
        "": { devDependencies: { node: "file:node" } },
        node: { version: "24.0.0", dev: true },
        "node_modules/node": { resolved: "node", link: true },
      },
    });

  const asGiven = (stdout: string) => {
    const told = JSON.parse(stdout) as { cwd: string; args: string[]; node: string };
    expect(told).toMatchObject({ cwd: user(), args: ["run", "--out", "result"] });
  };

  test("installs what is missing, once, then hands on folder, arguments and exit code", () => {
    const start = () => run(join(folder, "slipway"), ["run", "--out", "result"], user());
    const first = start();
    expect(first).toMatchObject({ code: 3, stderr: expect.stringContaining("Installing dependencies") });
    asGiven(first.stdout);
    const second = start();
    expect(second).toMatchObject({ code: 3, stderr: "" });
    asGiven(second.stdout);
    expect(readdirSync(user())).toEqual([]);
  }, 60_000);

  test("installs again when the lock file has changed, whatever the surroundings say of development", () => {
    writeFileSync(inCheckout("package-lock.json"), lockText("1.0.1"));
    rmSync(inCheckout("node_modules"), { recursive: true });
    const env = { NODE_ENV: "production", npm_config_omit: "dev" };
    const ended = run(join(folder, "slipway"), ["run", "--out", "result"], user(), env);
    expect(ended).toMatchObject({ code: 3, stderr: expect.stringContaining("Installing dependencies") });
    asGiven(ended.stdout);
  }, 60_000);

  test("says so when it cannot install", () => {
    rmSync(inCheckout("node_modules"), { recursive: true });
    writeFileSync(
      inCheckout("package.json"),
      '{ "private": true, "devDependencies": { "node": "file:nowhere" } }',
    );
    const ended = run(join(folder, "slipway"), ["run"], user());
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toMatch(/The dependencies could not be installed: see npm's message above/);
  }, 60_000);
});

describe("the program", () => {
  const slipway = (...args: string[]) => {
    const main = join(CHECKOUT, "packages/cli/src/main.ts");
    const hook = join(CHECKOUT, "scripts/json-imports.mjs");
    const ended = spawnSync(process.execPath, ["--import", hook, main, ...args], {
      cwd: folder,
      env: { PATH: `${dirname(process.execPath)}:${process.env.PATH}`, HOME: folder },
      encoding: "utf8",
    });
    return { code: ended.status, stdout: ended.stdout, stderr: ended.stderr };
  };

  test.each<[string[], RegExp]>([
    [["rnu"], /^slipway: unknown command 'rnu'\n\(Did you mean run\?\)\n$/],
    [["run", "--ideas", "x"], /^slipway: unknown option '--ideas'\n/],
    [[], /^slipway: say what to do: `slipway run`, or `slipway --help`\.\n$/],
    [["run", "--repo", "none", "--idea", "x", "--fixtures", "."], /^slipway: .*\n$/],
    [["run", "--idea", "x"], /^slipway: An idea of your own needs a model: .*\n$/],
  ])(
    "%j: exit code 2, one message, nothing written",
    (args, message) => {
      const ended = slipway(...args);
      expect(ended).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(message) });
      expect(existsSync(join(folder, ".slipway"))).toBe(false);
    },
    30_000,
  );

  test("a URL of nothing, or of a repository without a commit: the same, once the copy was tried", () => {
    spawnSync("git", ["init", "-q", join(folder, "empty")]);
    writeFileSync(
      join(folder, "fixtures.json"),
      '{ "fixtures": [{ "match": {}, "response": { "content": "x" } }] }',
    );
    for (const [repo, message] of [
      ["empty", /has no commit on its default branch yet\.\n$/],
      ["nowhere", /could not be cloned: fatal: .*\n$/],
    ] as const) {
      const url = `file://${join(folder, repo)}`;
      const ended = slipway("run", "--repo", url, "--idea", "x", "--fixtures", "fixtures.json");
      expect(ended).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
    }
    expect(existsSync(join(folder, ".slipway"))).toBe(false);
  }, 60_000);

  test.each([[["--help"]], [["run", "--help"]], [["--version"]]])(
    "%j: exit code 0",
    (args) => {
      expect(slipway(...args)).toMatchObject({ code: 0, stderr: "", stdout: expect.stringMatching(/\S/) });
    },
    30_000,
  );
});
