import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { running } from "../testing/processes.ts";
import { type CommandOptions, runCommand } from "./command.ts";
import { detectIsolation, type Identity, type Isolation, launchOf, type Means } from "./isolation.ts";

async function allowed(means: readonly Means[]): Promise<Isolation[]> {
  const found: Isolation[] = [];
  for (const by of means) {
    const isolation = await detectIsolation([by]);
    if (isolation.kind === "namespaces") found.push(isolation);
  }
  return found;
}

const kinds: readonly Isolation[] = [
  ...(await allowed(process.getuid?.() === 0 ? ["root", "user"] : ["user", "sudo"])),
  { kind: "group", note: "" },
];
const named = kinds.map(
  (isolation) => [isolation.kind === "group" ? "group" : isolation.by, isolation] as const,
);
const apart = named.filter(([, { kind }]) => kind === "namespaces");
/** A duration is an argument that can be looked for. */
let next = 4_000 + (process.pid % 1_000) * 100;
const seconds = () => {
  next += 1;
  return String(next);
};

let root: string;
const optionsFor = (isolation: Isolation, more: Partial<CommandOptions> = {}): CommandOptions => ({
  cwd: join(root, "work"),
  env: { PATH: process.env.PATH ?? "", HOME: join(root, "work"), GREETING: "two words\nand a line" },
  timeoutMs: 20_000,
  keep: { head: 5_000, tail: 5_000 },
  confinement: {
    isolation,
    hidden: [join(root, "secret"), join(root, "key"), join(root, "absent")],
    reachable: [join(root, "secret", "kept")],
  },
  ...more,
});

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "slipway-isolation-"));
  for (const folder of ["work", "secret/kept"]) mkdirSync(join(root, folder), { recursive: true });
  for (const file of ["secret/token", "secret/kept/file", "key"]) writeFileSync(join(root, file), "s3cret");
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe.each(named)("a command kept apart by %s", (_name, isolation) => {
  test("has its exit code, its output in order, no input, its variables and its folder", async () => {
    const command = 'echo 1; echo 2 >&2; cat; echo "$GREETING"; pwd; id -u; exit 7';
    expect(await runCommand(command, optionsFor(isolation))).toMatchObject({
      exitCode: 7,
      ended: "exit",
      output: `1\n2\ntwo words\nand a line\n${join(root, "work")}\n${process.getuid?.()}\n`,
    });
    expect((await runCommand("kill -TERM $$", optionsFor(isolation))).exitCode).toBe(143);
    const env = (await runCommand("env", optionsFor(isolation))).output;
    expect([...env.matchAll(/^(\w+)=/gm)].map(([, name]) => name).sort()).toEqual(
      [
        "GREETING",
        "HOME",
        "PATH",
        "PWD",
        "SHLVL",
        "_",
        ...(isolation.kind === "group" ? ["SLIPWAY_COMMAND"] : []),
      ].sort(),
    );
  });

  test("what left its group, its session and its parent dies with it, and is not waited for", async () => {
    const [a, b, c] = [seconds(), seconds(), seconds()];
    const leave = `setsid sleep ${a} & (setsid bash -c 'nohup sleep ${b} & exec sleep ${c}' >/dev/null 2>&1 &); sleep 0.3; echo done`;
    const result = await runCommand(leave, optionsFor(isolation));
    expect(result).toMatchObject({ exitCode: 0, output: "done\n" });
    expect([a, b, c].filter(running)).toEqual([]);
  });

  test("when time is up everything is gone, and the output so far is there", async () => {
    const [a, b] = [seconds(), seconds()];
    const command = `echo before; setsid sleep ${a} & (trap '' TERM HUP; sleep ${b}) & wait`;
    const result = await runCommand(command, optionsFor(isolation, { timeoutMs: 4_000 }));
    expect(result).toMatchObject({ exitCode: null, ended: "timeout", output: "before\n" });
    expect([a, b].filter(running)).toEqual([]);
  });

  test("writes files as who we are, and git, node and temporary files work", async () => {
    const command =
      "echo x > mine && mktemp >/dev/null && git init -q repo && git -C repo -c user.name=a -c user.email=a@b commit -q --allow-empty -m x && node -e 'console.log(process.pid > 0)' && rm -r repo";
    expect((await runCommand(command, optionsFor(isolation))).output).toBe("true\n");
    const { uid } = await import("node:fs").then(({ statSync }) => statSync(join(root, "work", "mine")));
    expect(uid).toBe(process.getuid?.());
  });
});

describe.each(apart)("namespaces by %s", (_name, isolation) => {
  test("show only the command's own processes, whose variables are clean", async () => {
    const secret = `sl1pway-${process.pid}`;
    const child = spawn("sleep", ["60"], { env: { ...process.env, API_KEY: secret } });
    try {
      await once(child, "spawn");
      expect(readFileSync(`/proc/${child.pid}/environ`, "utf8")).toContain(secret);
      const command =
        "cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -c API_KEY; ls -d /proc/[0-9]* | wc -l; ls /proc/1";
      const { output } = await runCommand(command, optionsFor(isolation));
      const [hits, processes] = output.split("\n").map(Number);
      expect(hits).toBe(0);
      expect(processes).toBeLessThan(10);
    } finally {
      child.kill();
    }
  });

  test("hide what was named, keep what lies inside, and cannot be undone from inside", async () => {
    const secret = join(root, "secret");
    const command = [
      `ls -A ${secret}; cat ${secret}/kept/file; echo; cat ${root}/key | wc -c`,
      `umount ${secret} ${root}/key /proc; unshare -m true; unshare -Um umount ${secret}; sudo -n true; nsenter -t 1 -m true`,
      `cat ${secret}/token ${root}/work/../secret/token /proc/1/root${secret}/token; ls -d /proc/${process.pid}`,
      `echo more > ${secret}/kept/new`,
    ].join("\n");
    const { output } = await runCommand(command, optionsFor(isolation));
    expect(output).toMatch(/^kept\ns3cret\n0\n/);
    expect(output.match(/s3cret/g)).toHaveLength(1);
    expect(output).toMatch(new RegExp(`cannot access '/proc/${process.pid}'`));
    expect(readFileSync(join(secret, "kept", "new"), "utf8")).toBe("more\n");
    expect(readFileSync(join(secret, "token"), "utf8")).toBe("s3cret");
  });

  test("die with our process, however that ends", async () => {
    const [a] = [seconds()];
    const program = `
      import { runCommand } from ${JSON.stringify(join(import.meta.dirname, "command.ts"))};
      await runCommand("sleep ${a}; true", ${JSON.stringify(optionsFor(isolation))});`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: "inherit" });
    await until(() => running(a));
    child.kill("SIGKILL");
    await until(() => !running(a));
  });
});

describe("means", () => {
  const who: Identity = { uid: 1_001, gid: 118, groups: [4, 118] };
  const options = { identity: who, cwd: "/w", env: { A: "b c" }, hidden: ["/t"], reachable: [] };

  test("sudo is used without a prompt and drops to the same user, groups and no rights before the command", () => {
    const { file, args } = launchOf(["bash", "-c", "x"], { ...options, by: "sudo" });
    expect([file, ...args.slice(0, 3)]).toEqual(["sudo", "-n", "--", "unshare"]);
    expect(args.slice(args.indexOf("setpriv"))).toEqual(
      "setpriv --reuid=1001 --regid=118 --groups=4,118 --inh-caps=-all --bounding-set=-all --no-new-privs env -i --"
        .split(" ")
        .concat("A=b c", "bash", "-c", "x"),
    );
  });

  test("what the machine does not allow is found out by trying, and said", async () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-path-"));
    // A sudo that asks for a password, as on most machines of people.
    writeFileSync(join(folder, "sudo"), "#!/bin/sh\necho 'a password is required' >&2\nexit 1\n");
    chmodSync(join(folder, "sudo"), 0o755);
    try {
      expect(await detectIsolation(["sudo"], `${folder}:${process.env.PATH}`)).toEqual({
        kind: "group",
        note: expect.stringContaining("no namespaces of their own"),
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
    expect(existsSync(folder)).toBe(false);
  });
});

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error("it did not come about within 20 s");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
