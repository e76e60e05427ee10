import { spawn } from "node:child_process";
import { HeadTail } from "./output.ts";
import { ownPath } from "./own-path.ts";

export interface GitResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/**
 * Settings that keep a repository's own configuration from running anything: a work tree that a model
 * has written to is not trusted to say what git does.
 */
const SAFE = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.attributesFile=/dev/null",
  "core.untrackedCache=false",
  "core.quotePath=false",
  "protocol.ext.allow=never",
  "gc.auto=0",
  // A container may run the job as another user than the one that owns the checkout.
  "safe.directory=*",
];

export interface GitOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Takes the output as it comes; `stdout` of the result is then empty. */
  readonly onOutput?: (chunk: Buffer) => void;
}

/** Runs git without hooks, helpers, prompts or the user's configuration. */
export function git(args: readonly string[], options: GitOptions): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", [...SAFE.flatMap((setting) => ["-c", setting]), ...args], {
      cwd: options.cwd,
      env: {
        PATH: ownPath(),
        HOME: "/nonexistent",
        LANG: "C.UTF-8",
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_TERMINAL_PROMPT: "0",
        GIT_OPTIONAL_LOCKS: "0",
        ...options.env,
      },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", options.onOutput ?? ((chunk: Buffer) => out.push(chunk)));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", reject);
    child.on("close", (code) =>
      resolve({
        exitCode: code ?? 128,
        stdout: Buffer.concat(out),
        stderr: Buffer.concat(err).toString("utf8"),
      }),
    );
    child.stdin.on("error", () => {});
    child.stdin.end(options.input ?? "");
  });
}

/** @throws Error with git's own words when it fails */
export async function gitOutput(args: readonly string[], options: GitOptions): Promise<Buffer> {
  const result = await git(args, options);
  if (result.exitCode !== 0) {
    const name = args.find((arg, index) => !arg.startsWith("-") && args[index - 1] !== "-c");
    throw new Error(`git ${name} failed (${result.exitCode}): ${result.stderr.trim().slice(0, 1_000)}`);
  }
  return result.stdout;
}

/** Head and tail of a text that git prints, in bounded memory. @throws Error with git's own words when it fails */
export async function gitText(args: readonly string[], each: number, options: GitOptions): Promise<string> {
  const kept = new HeadTail(each, each);
  await gitOutput(args, { ...options, onOutput: (chunk) => kept.write(chunk) });
  return kept.end();
}
