import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { runCommand } from "./command.ts";
import { git } from "./git.ts";
import { detectIsolation } from "./isolation.ts";
import { ownPath } from "./own-path.ts";

test("the system's folders come first, each once, and what else there is stays", () => {
  expect(ownPath("/home/ada/bin:/usr/bin::/opt/x")).toBe(
    "/usr/sbin:/usr/bin:/sbin:/bin:/home/ada/bin:/opt/x",
  );
});

describe("a command that puts programs of its own where the job looks first", () => {
  const path = process.env.PATH;
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "slipway-path-"));
    for (const folder of ["bin", "work"]) mkdirSync(join(root, folder));
    chmodSync(root, 0o755);
    process.env.PATH = `${join(root, "bin")}:${path}`;
  });
  afterEach(() => {
    process.env.PATH = path;
    rmSync(root, { recursive: true, force: true });
  });

  test("does not have them run by us", async () => {
    const confinement = { isolation: await detectIsolation(), hidden: [], reachable: [join(root, "work")] };
    const options = {
      cwd: join(root, "work"),
      env: { PATH: process.env.PATH ?? "" },
      timeoutMs: 20_000,
      keep: { head: 1_000, tail: 1_000 },
      confinement,
    };
    const fake = `#!/bin/sh\\necho > "${root}/ran-$(basename "$0")"\\nexit 1\\n`;
    const names = ["git", "unshare", "mount", "setsid", "setpriv", "sudo"];
    const plant = names.map(
      (name) => `printf '${fake}' > ${root}/bin/${name} && chmod +x ${root}/bin/${name}`,
    );
    expect(await runCommand(plant.join(" && "), options)).toMatchObject({ exitCode: 0 });
    expect((await git(["--version"], { cwd: root })).exitCode).toBe(0);
    expect(await runCommand("echo fine", options)).toMatchObject({ output: "fine\n" });
    expect(names.filter((name) => existsSync(join(root, `ran-${name}`)))).toEqual([]);
  });
});
