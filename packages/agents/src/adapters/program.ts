import { type ChildProcessByStdio, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { closeSync, openSync } from "node:fs";
import { access, constants as file, stat } from "node:fs/promises";
import { constants } from "node:os";
import { delimiter, join, resolve } from "node:path";
import type { Readable, Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { type Confinement, identity, launchOf } from "../process/isolation.ts";
import { ownPath } from "../process/own-path.ts";
import { killStrays, MARK } from "../process/strays.ts";

export interface ProgramOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** What it reads as its standard input. */
  readonly input: string;
  readonly signal: AbortSignal;
  /** Default: a process group of its own and nothing more. Both streams are one where there is more. */
  readonly confinement?: Confinement;
  readonly onText: (stream: "stdout" | "stderr", text: string) => void;
}

export type ProgramEnd =
  /** `code` as shells report it: 128 and the signal's number for one that a signal ended. */
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "stopped" }
  | { readonly kind: "not-started"; readonly missing: boolean; readonly reason: string };

/** Between the request to end and the end by force: enough to write down what a program holds. */
const GRACE_MS = 2_000;
/** How long a program's pipes may outlive it: a process that left the group may hold them open for ever. */
const PIPES_MS = 250;
/** How long a killed program may take to be gone; one that waits for a device cannot be killed at all. */
const DYING_MS = 5_000;

/**
 * A program with its arguments as they are, run without a shell of ours reading any of them. When the signal comes it
 * is asked to end, then killed with all that it started; when it ends, what it left behind is killed too.
 */
export async function runProgram(argv: readonly string[], options: ProgramOptions): Promise<ProgramEnd> {
  const [program = ""] = argv;
  if (!(await isThere(program, options))) {
    return { kind: "not-started", missing: true, reason: "it is not on the PATH" };
  }
  let running: Running;
  try {
    running = start(argv, options);
  } catch (error) {
    return notStarted(error);
  }
  const end = await finish(running, options);
  await running.sweep();
  return end;
}

/** Looked for as the system does it, so that what is missing is told from what has failed. */
async function isThere(program: string, { cwd, env }: ProgramOptions): Promise<boolean> {
  const candidates = program.includes("/")
    ? [resolve(cwd, program)]
    : (env.PATH ?? "").split(delimiter).map((folder) => join(resolve(cwd, folder), program));
  for (const candidate of candidates) {
    try {
      await access(candidate, file.X_OK);
      if ((await stat(candidate)).isFile()) return true;
    } catch {
      // Not here.
    }
  }
  return false;
}

type Child = ChildProcessByStdio<Writable | null, Readable, Readable>;

interface Running {
  readonly child: Child;
  readonly ask: () => void;
  readonly kill: () => void;
  /** Sees to what is left when it has ended. */
  readonly sweep: () => Promise<void>;
}

/** Its arguments are its own: the script only opens its input. */
const WITH_INPUT = 'exec 0<"$1"; shift; exec "$@"';

function start(argv: readonly string[], { cwd, env, input, confinement }: ProgramOptions): Running {
  const who = identity();
  if (confinement?.isolation.kind === "namespaces" && who !== null) {
    const { isolation, hidden, reachable } = confinement;
    const { file: launcher, args } = launchOf(["bash", "-c", WITH_INPUT, "slipway", input, ...argv], {
      by: isolation.by,
      identity: who,
      cwd,
      env,
      hidden,
      reachable,
    });
    const ours = { PATH: ownPath(), LANG: "C.UTF-8" };
    const child = spawn(launcher, args, { cwd, env: ours, detached: true, stdio: ["pipe", "pipe", "pipe"] });
    // The leash breaks with the program: that is no error of ours.
    child.stdin.on("error", () => {});
    const kill = () => {
      child.stdin.destroy();
      signalGroup(child.pid, "SIGKILL");
    };
    return { child, ask: kill, kill, sweep: async () => {} };
  }
  const mark = randomUUID();
  const [program = "", ...args] = argv;
  const descriptor = openSync(input, "r");
  try {
    const child = spawn(program, args, {
      cwd,
      env: { ...env, [MARK]: mark },
      detached: true,
      stdio: [descriptor, "pipe", "pipe"],
    }) as Child;
    return {
      child,
      ask: () => signalGroup(child.pid, "SIGTERM"),
      kill: () => signalGroup(child.pid, "SIGKILL"),
      sweep: () => killStrays(mark),
    };
  } finally {
    closeSync(descriptor);
  }
}

function finish({ child, ask, kill }: Running, options: ProgramOptions): Promise<ProgramEnd> {
  return new Promise((resolveEnd) => {
    let stopped = false;
    const timers: NodeJS.Timeout[] = [];
    const stop = () => {
      stopped = true;
      ask();
      timers.push(setTimeout(kill, GRACE_MS));
      timers.push(setTimeout(() => settle({ kind: "stopped" }), GRACE_MS + DYING_MS));
    };
    let settled = false;
    const settle = (end: ProgramEnd) => {
      if (settled) return;
      settled = true;
      for (const timer of timers) clearTimeout(timer);
      options.signal.removeEventListener("abort", stop);
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
      resolveEnd(end);
    };
    for (const name of ["stdout", "stderr"] as const) {
      const decoder = new StringDecoder("utf8");
      child[name].on("data", (chunk: Buffer) => options.onText(name, decoder.write(chunk)));
      child[name].on("end", () => options.onText(name, decoder.end()));
    }
    child.on("error", (error) => settle(notStarted(error)));
    child.on("exit", (code, signal) => {
      kill();
      const ended = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
      const end: ProgramEnd = stopped ? { kind: "stopped" } : { kind: "exit", code: ended };
      timers.push(setTimeout(() => settle(end), PIPES_MS));
      child.on("close", () => settle(end));
    });
    options.signal.addEventListener("abort", stop, { once: true });
    if (options.signal.aborted) stop();
  });
}

function notStarted(error: unknown): ProgramEnd {
  const { code, message } = error as NodeJS.ErrnoException;
  // The message of a failed start holds the whole argument vector.
  return { kind: "not-started", missing: code === "ENOENT", reason: message.slice(0, 500) };
}

function signalGroup(pid: number | undefined, signal: "SIGTERM" | "SIGKILL"): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has already ended, or is another user's: then the leash ends it.
  }
}
