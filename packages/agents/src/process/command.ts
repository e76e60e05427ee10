import { type ChildProcessByStdio, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { constants } from "node:os";
import type { Readable, Writable } from "node:stream";
import { type Confinement, identity, launchOf } from "./isolation.ts";
import { displaced } from "./landmarks.ts";
import { HeadTail } from "./output.ts";
import { ownPath } from "./own-path.ts";
import { killStrays, MARK } from "./strays.ts";

export interface CommandOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Characters of output that are kept from its beginning and from its end. */
  readonly keep: { readonly head: number; readonly tail: number };
  readonly signal?: AbortSignal;
  /** Default: a process group of its own and nothing more: what leaves it (a service that a setup starts) lives on. */
  readonly confinement?: Confinement;
}

export interface CommandResult {
  /** Null when the process was killed or could not be started. */
  readonly exitCode: number | null;
  readonly ended: "exit" | "timeout" | "aborted" | "not-started";
  readonly seconds: number;
  /** Both streams in the order in which they were written. */
  readonly output: string;
}

/** How long a command's pipes may outlive it: a process that left the group may hold them open for ever. */
const GRACE_MS = 250;
/** How long a killed command may take to be gone; one that waits for a device cannot be killed at all. */
const DYING_MS = 5_000;

/**
 * One command line, run by bash without input, and killed when time is up and again when it has ended. When it is
 * confined, nothing of it keeps running: its namespaces end, or whatever carries its mark is killed. Its output takes
 * bounded memory however much it is.
 */
export async function runCommand(command: string, options: CommandOptions): Promise<CommandResult> {
  const started = performance.now();
  let running: Running;
  try {
    running = start(command, options);
  } catch (error) {
    return { exitCode: null, ended: "not-started", seconds: 0, output: notStarted(error) };
  }
  const result = await finish(running, options);
  await running.sweep();
  return { ...result, seconds: Math.round(performance.now() - started) / 1_000 };
}

interface Running {
  readonly child: Child;
  /** Kills the command and all it has started, as far as that can be done at once. */
  kill(): void;
  /** Sees to what is left when it has ended. */
  sweep(): Promise<void>;
}

function finish({ child, kill }: Running, options: CommandOptions): Promise<Omit<CommandResult, "seconds">> {
  const output = new HeadTail(options.keep.head, options.keep.tail);
  return new Promise((resolve) => {
    let ended: CommandResult["ended"] = "exit";
    let settled = false;
    const settle = (exitCode: number | null, note = "") => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", onAbort);
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
      resolve({ exitCode: ended === "exit" ? exitCode : null, ended, output: output.end() + note });
    };
    const stop = (why: "timeout" | "aborted") => {
      ended = why;
      kill();
      setTimeout(() => settle(null, "\n[it could not be killed]"), DYING_MS).unref();
    };
    const timer = setTimeout(() => stop("timeout"), options.timeoutMs);
    const onAbort = () => stop("aborted");
    options.signal?.addEventListener("abort", onAbort, { once: true });
    if (options.signal?.aborted) onAbort();

    child.stdout.on("data", (chunk: Buffer) => output.write(chunk));
    child.stderr.on("data", (chunk: Buffer) => output.write(chunk));
    child.on("error", (error) => {
      ended = "not-started";
      settle(null, notStarted(error));
    });
    child.on("exit", (code, signal) => {
      // From here on it has ended by itself: time that runs out while its pipes close does not count.
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", onAbort);
      kill();
      // A command killed by a signal of its own making ends as shells report it.
      const exitCode = code ?? (signal === null ? null : 128 + constants.signals[signal]);
      const late = setTimeout(() => settle(exitCode), GRACE_MS);
      child.on("close", () => {
        clearTimeout(late);
        settle(exitCode);
      });
    });
  });
}

type Child = ChildProcessByStdio<Writable | null, Readable, Readable>;

function start(command: string, options: CommandOptions): Running {
  const { cwd, env, confinement } = options;
  const who = identity();
  if (confinement?.isolation.kind === "namespaces" && who !== null) {
    const { isolation, hidden, reachable, landmarks } = confinement;
    const lost = landmarks ? displaced(landmarks) : null;
    if (lost !== null) throw new Error(lost);
    const { file, args } = launchOf(["bash", "-c", command], {
      by: isolation.by,
      identity: who,
      cwd,
      env,
      hidden,
      reachable,
    });
    const child = spawnGroup(file, args, cwd, { PATH: ownPath(), LANG: "C.UTF-8" }, "pipe");
    // The leash breaks with the command: that is no error of ours.
    child.stdin?.on("error", () => {});
    const kill = () => {
      child.stdin?.destroy();
      killGroup(child.pid);
    };
    return { child, kill, sweep: async () => {} };
  }
  const mark = confinement ? randomUUID() : null;
  // The outer shell joins the streams; `exec` leaves one process, whose exit code is the command's.
  const args = ["-c", 'exec bash -c "$1" 2>&1', "bash", command];
  const child = spawnGroup("bash", args, cwd, mark ? { ...env, [MARK]: mark } : env, "ignore");
  const sweep = async () => {
    if (mark !== null) await killStrays(mark);
  };
  return { child, kill: () => killGroup(child.pid), sweep };
}

function spawnGroup(
  file: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
  input: "ignore" | "pipe",
): Child {
  const options = { cwd, env, detached: true };
  return input === "pipe"
    ? spawn(file, args, { ...options, stdio: ["pipe", "pipe", "pipe"] })
    : spawn(file, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
}

function notStarted(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const hint = code === "E2BIG" ? " It is too long: put its text into a file first." : "";
  // The message of a failed start holds the whole argument vector.
  return `The command could not be started: ${message.slice(0, 500)}.${hint}`;
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group has already ended, or is another user's: then the leash ends it.
  }
}
