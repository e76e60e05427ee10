/**
 * Running the real `git` with an argument list, never through a shell.
 *
 * By `node:child_process` rather than `@actions/exec`: a fetch that hangs must be killed with the helpers it
 * started (exec has no timeout), objects are binary, and exec costs every start of `decide` the load time of a
 * package that this one does not need.
 */

import { spawn } from "node:child_process";
import { devNull } from "node:os";

/** What git may see of the job's environment: where programs are, proxies, and certificates of an own server. */
export const GIT_ENVIRONMENT = [
  "PATH",
  "HTTPS_PROXY",
  "https_proxy",
  "http_proxy",
  "ALL_PROXY",
  "all_proxy",
  "NO_PROXY",
  "no_proxy",
  "GIT_SSL_CAINFO",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
] as const;

export interface GitAccess {
  /** Remote over HTTPS (HTTP on one machine). Without credentials in it. */
  readonly url: string;
  /** Sent to the server of `url` only; neither written to disk nor put on a command line. */
  readonly token?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * The whole environment of a git process: no system or personal configuration, no prompt, no hooks, protocol
 * version 2, and the token as a header for this one server, handed over by GIT_CONFIG_* variables.
 */
export function gitEnvironment(access: GitAccess, home: string): Record<string, string> {
  const { protocol, origin } = new URL(access.url);
  const config: [string, string][] = [
    ["protocol.version", "2"],
    ["credential.helper", ""],
    ["core.hooksPath", devNull],
    ["core.quotePath", "false"],
    ["gc.auto", "0"],
    ["maintenance.auto", "false"],
    ["advice.detachedHead", "false"],
    ["init.defaultBranch", "main"],
    // A connection that carries less than 1 kB/s for half a minute is dead.
    ["http.lowSpeedLimit", "1000"],
    ["http.lowSpeedTime", "30"],
  ];
  if (access.token !== undefined && protocol.startsWith("http")) {
    const basic = Buffer.from(`x-access-token:${access.token}`).toString("base64");
    config.push([`http.${origin}/.extraheader`, `AUTHORIZATION: basic ${basic}`]);
  }
  const env: Record<string, string> = {
    HOME: home,
    LC_ALL: "C",
    TZ: "UTC",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: devNull,
    GIT_TERMINAL_PROMPT: "0",
    GIT_ALLOW_PROTOCOL: protocol.slice(0, -1),
    GIT_CONFIG_COUNT: String(config.length),
  };
  for (const name of GIT_ENVIRONMENT) {
    const value = access.environment[name];
    if (value !== undefined) env[name] = value;
  }
  config.forEach(([key, value], index) => {
    env[`GIT_CONFIG_KEY_${index}`] = key;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  });
  return env;
}

export interface ProcessResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** Killed because it took longer than allowed. */
  readonly timedOut: boolean;
}

export interface ProcessOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  readonly timeoutMs: number;
}

const STDERR_MAX = 65_536;
/** Between asking a process to end and ending it. */
const GRACE_MS = 2_000;

/**
 * @throws the error of `spawn` (ENOENT when git is not installed); any exit code is a result
 */
export function runGitProcess(args: readonly string[], options: ProcessOptions): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    // Its own process group: `git fetch` starts `git-remote-https`, which must not outlive it.
    const child = spawn("git", [...args], {
      cwd: options.cwd,
      env: { ...options.env },
      stdio: ["pipe", "pipe", "pipe"],
      detached: true,
    });
    const out: Buffer[] = [];
    let stderr = "";
    let timedOut = false;
    let ended = false;
    const kill = (signal: NodeJS.Signals): void => {
      if (child.pid === undefined || ended) return;
      try {
        process.kill(-child.pid, signal);
      } catch {
        // it ended in the meantime
      }
    };
    const timer = setTimeout(() => {
      timedOut = true;
      kill("SIGTERM");
      setTimeout(() => kill("SIGKILL"), GRACE_MS).unref();
    }, options.timeoutMs);
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => {
      if (stderr.length < STDERR_MAX) stderr += chunk.toString("utf8");
    });
    // git may end before it has read its input; its exit code tells the story, not EPIPE.
    child.stdin.on("error", () => undefined);
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on("close", (code) => {
      ended = true;
      clearTimeout(timer);
      resolve({ code: code ?? -1, stdout: Buffer.concat(out), stderr, timedOut });
    });
    child.stdin.end(options.input ?? "");
  });
}
