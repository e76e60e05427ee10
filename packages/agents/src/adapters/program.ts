import { type ChildProcessByStdio, spawn } from "node:child_process";
import { constants } from "node:os";
import type { Readable, Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

export interface ProgramOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string;
  readonly signal: AbortSignal;
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

/**
 * A program in a process group of its own, started without a shell. When the signal comes the whole group
 * is asked to end, then killed; when the program ends, what it left behind in its group is killed too.
 */
export function runProgram(argv: readonly string[], options: ProgramOptions): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    let child: ChildProcessByStdio<Writable, Readable, Readable>;
    const [program = "", ...args] = argv;
    try {
      child = spawn(program, args, {
        cwd: options.cwd,
        env: { ...options.env },
        detached: true,
        stdio: ["pipe", "pipe", "pipe"],
      });
    } catch (error) {
      resolve(notStarted(error));
      return;
    }
    let stopped = false;
    let force: ReturnType<typeof setTimeout> | undefined;
    const stop = () => {
      stopped = true;
      signalGroup(child.pid, "SIGTERM");
      force = setTimeout(() => signalGroup(child.pid, "SIGKILL"), GRACE_MS);
    };
    let settled = false;
    const settle = (end: ProgramEnd) => {
      if (settled) return;
      settled = true;
      clearTimeout(force);
      options.signal.removeEventListener("abort", stop);
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
      resolve(end);
    };
    for (const name of ["stdout", "stderr"] as const) {
      const decoder = new StringDecoder("utf8");
      child[name].on("data", (chunk: Buffer) => options.onText(name, decoder.write(chunk)));
      child[name].on("end", () => options.onText(name, decoder.end()));
    }
    child.on("error", (error) => settle(notStarted(error)));
    child.on("exit", (code, signal) => {
      signalGroup(child.pid, "SIGKILL");
      const end: ProgramEnd = stopped
        ? { kind: "stopped" }
        : { kind: "exit", code: code ?? 128 + signalNumber(signal) };
      const late = setTimeout(() => settle(end), PIPES_MS);
      child.on("close", () => {
        clearTimeout(late);
        settle(end);
      });
    });
    // A program that does not read its input is no error.
    child.stdin.on("error", () => {});
    child.stdin.end(options.stdin);
    options.signal.addEventListener("abort", stop, { once: true });
    if (options.signal.aborted) stop();
  });
}

function notStarted(error: unknown): ProgramEnd {
  const { code, message } = error as NodeJS.ErrnoException;
  return { kind: "not-started", missing: code === "ENOENT", reason: message };
}

function signalGroup(pid: number | undefined, signal: "SIGTERM" | "SIGKILL"): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has already ended.
  }
}

function signalNumber(signal: NodeJS.Signals | null): number {
  return signal === null ? 0 : (constants.signals[signal] ?? 0);
}
