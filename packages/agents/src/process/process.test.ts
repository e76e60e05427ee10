import { describe, expect, test } from "@jest/globals";
import { runCommand } from "./command.ts";
import { cleanEnvironment } from "./environment.ts";
import { HeadTail } from "./output.ts";

describe("cleanEnvironment", () => {
  test("passes on what a setup exports and nothing that is or leads to a credential", () => {
    const extra = {
      JAVA_HOME: "/jdk",
      LD_LIBRARY_PATH: "/lib/python",
      KEYBOARD: "us",
      TOKENIZER: "fast",
      DATABASE_URL: "postgres://db/x",
      UNSET: undefined,
      HOME: "/home/runner",
      GITHUB_OUTPUT: "/f",
      gh_token: "t",
      RUNNER_TEMP: "/t",
      ACTIONS_ID_TOKEN_REQUEST_URL: "u",
      "INPUT_API-KEY": "k",
      ANTHROPIC_BASE_URL: "u",
      AWS_SECRET_ACCESS_KEY: "k",
      AWS_ACCESS_KEY_ID: "k",
      GOOGLE_APPLICATION_CREDENTIALS: "/f",
      STRIPE_APIKEY: "k",
      SSH_AUTH_SOCK: "/s",
      XDG_CONFIG_HOME: "/c",
      NODE_OPTIONS: "--require x",
      BASH_ENV: "/x",
      "BASH_FUNC_ls%%": "() { :; }",
      CACHE: "redis://u:p4ssword@host/0",
      HIDDEN: `ghp_${"a".repeat(36)}`,
    };
    expect(
      cleanEnvironment({ home: "/h", path: "/bin:/usr/bin", extra: { ...extra, PATH: "/jdk/bin:/bin" } }),
    ).toEqual({
      JAVA_HOME: "/jdk",
      LD_LIBRARY_PATH: "/lib/python",
      KEYBOARD: "us",
      TOKENIZER: "fast",
      DATABASE_URL: "postgres://db/x",
      PATH: "/jdk/bin:/bin:/usr/bin",
      HOME: "/h",
      LANG: "C.UTF-8",
      TERM: "dumb",
      CI: "true",
    });
  });
});

describe("HeadTail", () => {
  test("gives all when it fits, else head, count and tail, whatever the chunks are", () => {
    const text = `begin ${"ä".repeat(50)} end`;
    for (const size of [1, 2, 3, 7, 1_000]) {
      const whole = new HeadTail(40, 40);
      const cut = new HeadTail(6, 4);
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; at += size) {
        whole.write(bytes.subarray(at, at + size));
        cut.write(bytes.subarray(at, at + size));
      }
      expect(whole.end()).toBe(text);
      expect(cut.end()).toBe("begin \n[… 50 characters left out …]\n end");
    }
  });
});

describe("runCommand", () => {
  const options = {
    cwd: "/",
    env: { PATH: process.env.PATH ?? "" },
    timeoutMs: 10_000,
    keep: { head: 1_000, tail: 1_000 },
  };

  test("keeps both streams in their order, and the exit code", async () => {
    const result = await runCommand("echo 1; echo 2 >&2; echo 3; exit 7", options);
    expect(result).toMatchObject({ exitCode: 7, ended: "exit", output: "1\n2\n3\n" });
  });

  test("a gigabyte is read in bounded memory, and what is no text does no harm", async () => {
    const before = process.memoryUsage().rss;
    let peak = 0;
    const timer = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 20);
    const result = await runCommand("head -c 1000000000 /dev/zero | tr '\\0' x; echo; echo end", {
      ...options,
      timeoutMs: 240_000,
    });
    clearInterval(timer);
    expect(result.output.length).toBeLessThan(3_000);
    expect(result.output).toMatch(/end\n$/);
    expect(peak - before).toBeLessThan(200e6);
    const binary = await runCommand("printf '\\377\\000\\302'; true", options);
    expect(binary).toMatchObject({ exitCode: 0, output: "\ufffd\0\ufffd" });
  }, 250_000);

  test("a process that leaves the group and holds the pipe is not waited for, nor ended: it may be a service", async () => {
    const result = await runCommand("setsid sleep 9 & sleep 0.3; echo $!; echo done", options);
    expect(result).toMatchObject({ exitCode: 0, output: expect.stringMatching(/^\d+\ndone\n$/) });
    const pid = Number.parseInt(result.output, 10);
    expect(() => process.kill(pid, "SIGKILL")).not.toThrow();
  });

  test("one that prints for ever ends within its time", async () => {
    const result = await runCommand("yes", { ...options, timeoutMs: 500 });
    expect(result.ended).toBe("timeout");
    expect(result.output.length).toBeLessThan(3_000);
  });

  test("a command killed by a signal ends as shells report it; one too long is refused with a reason", async () => {
    expect((await runCommand("kill -TERM $$", options)).exitCode).toBe(143);
    const long = await runCommand(`echo ${"x".repeat(3_000_000)}`, options);
    expect(long).toMatchObject({
      ended: "not-started",
      exitCode: null,
      output: expect.stringContaining("too long"),
    });
  });

  test("a command that no process can be given is refused with a reason", async () => {
    expect((await runCommand("echo \u0000", options)).ended).toBe("not-started");
    expect((await runCommand("true", { ...options, cwd: "/does/not/exist" })).ended).toBe("not-started");
  });

  test("a stop before the start is a stop", async () => {
    expect((await runCommand("sleep 60", { ...options, signal: AbortSignal.abort() })).ended).toBe("aborted");
  });
});
