import { spawn } from "node:child_process";
import { HeadTail } from "./output.ts";

export interface CommandOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Characters of output that are kept from its beginning and from its end. */
  readonly keep: { readonly head: number; readonly tail: number };
  readonly signal?: AbortSignal;
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

/**
 * One command line, run by bash in a process group of its own, which is killed whole when time is up
 * and again when the command has ended, so that nothing of it keeps running.
 */
export function runCommand(command: string, options: CommandOptions): Promise<CommandResult> {
  const started = performance.now();
  const output = new HeadTail(options.keep.head, options.keep.tail);
  return new Promise((resolve) => {
    let ended: CommandResult["ended"] = "exit";
    let settled = false;
    let child: Child;
    try {
      child = start(command, options);
    } catch (error) {
      resolve({ exitCode: null, ended: "not-started", seconds: 0, output: notStarted(error) });
      return;
    }
    const stop = (why: "timeout" | "aborted") => {
      ended = why;
      killGroup(child.pid);
    };
    const timer = setTimeout(() => stop("timeout"), options.timeoutMs);
    const onAbort = () => stop("aborted");
    options.signal?.addEventListener("abort", onAbort, { once: true });
    if (options.signal?.aborted) onAbort();

    const settle = (exitCode: number | null, note = "") => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", onAbort);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({
        exitCode: ended === "exit" ? exitCode : null,
        ended,
        seconds: Math.round(performance.now() - started) / 1_000,
        output: output.end() + note,
      });
    };
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
      killGroup(child.pid);
      // A command killed by a signal of its own making ends as shells report it.
      const exitCode = code ?? (signal === null ? null : 128 + signalNumber(signal));
      const late = setTimeout(() => settle(exitCode), GRACE_MS);
      child.on("close", () => {
        clearTimeout(late);
        settle(exitCode);
      });
    });
  });
}

type Child = ReturnType<typeof start>;

/** The outer shell joins the streams; `exec` leaves one process, whose exit code is the command's. */
function start(command: string, { cwd, env }: CommandOptions) {
  return spawn("bash", ["-c", 'exec bash -c "$1" 2>&1', "bash", command], {
    cwd,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function notStarted(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const hint = code === "E2BIG" ? " It is too long: put its text into a file first." : "";
  return `The command could not be started: ${message}.${hint}`;
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group has already ended.
  }
}

function signalNumber(signal: NodeJS.Signals): number {
  return (
    (
      {
        SIGHUP: 1,
        SIGINT: 2,
        SIGQUIT: 3,
        SIGABRT: 6,
        SIGKILL: 9,
        SIGSEGV: 11,
        SIGPIPE: 13,
        SIGTERM: 15,
      } as Record<string, number>
    )[signal] ?? 0
  );
}
