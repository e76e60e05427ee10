import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

/** How long a process is waited for, in milliseconds. */
export interface GracePeriods {
  /** After SIGINT, until SIGTERM. */
  readonly interruptMs: number;
  /** After SIGTERM, until SIGKILL. */
  readonly terminateMs: number;
  /** After a process has ended, for output of children that it left behind. */
  readonly outputMs: number;
}

export interface ProcessRequest {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Called for each line of both streams, without its end. */
  readonly onLine: (line: string) => void;
  /** Aborted: the whole process group is asked to end, then made to. */
  readonly stop: AbortSignal;
  /** Aborted: the whole process group is killed at once. */
  readonly kill: AbortSignal;
  readonly grace: GracePeriods;
}

/** Longest line that is kept in one piece. */
const LONGEST_LINE = 1024 * 1024;

/**
 * Runs a program in a process group of its own. Resolves with its exit code once it has ended (children that
 * it left in the background may go on, unless it was stopped); 128 + n when signal n ended it.
 * @throws when the program cannot be started
 */
export async function runProcess(request: ProcessRequest): Promise<number> {
  if (request.kill.aborted || request.stop.aborted) return 130;
  const child = spawn(request.program, [...request.args], {
    cwd: request.cwd,
    env: { ...request.env },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = exit(child);
  const outputs = [readLines(child.stdout, request.onLine), readLines(child.stderr, request.onLine)];
  const timers: NodeJS.Timeout[] = [];
  const onStop = (): void => {
    signalGroup(child, "SIGINT");
    timers.push(
      setTimeout(() => {
        signalGroup(child, "SIGTERM");
        timers.push(setTimeout(() => signalGroup(child, "SIGKILL"), request.grace.terminateMs));
      }, request.grace.interruptMs),
    );
  };
  const onKill = (): void => signalGroup(child, "SIGKILL");
  request.stop.addEventListener("abort", onStop, { once: true });
  request.kill.addEventListener("abort", onKill, { once: true });
  try {
    const code = await ended;
    if (request.stop.aborted || request.kill.aborted) signalGroup(child, "SIGKILL");
    await atMost(Promise.all(outputs.map((output) => output.done)), request.grace.outputMs);
    for (const output of outputs) output.end();
    return code;
  } finally {
    for (const timer of timers) clearTimeout(timer);
    request.stop.removeEventListener("abort", onStop);
    request.kill.removeEventListener("abort", onKill);
  }
}

const SIGNALS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGKILL: 9,
  SIGTERM: 15,
};

function exit(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? 128 + (SIGNALS[signal ?? ""] ?? 0)));
  });
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group has ended by itself.
  }
}

/** Splits a stream into lines. `end` gives what is left and lets go of the stream. */
function readLines(
  stream: Readable,
  onLine: (line: string) => void,
): { done: Promise<void>; end: () => void } {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  let over = false;
  const emit = (text: string): void => onLine(text.endsWith("\r") ? text.slice(0, -1) : text);
  stream.on("data", (chunk: Buffer) => {
    if (over) return;
    rest += decoder.write(chunk);
    let from = 0;
    for (let at = rest.indexOf("\n"); at >= 0; at = rest.indexOf("\n", from)) {
      emit(rest.slice(from, at));
      from = at + 1;
    }
    rest = rest.slice(from);
    if (rest.length > LONGEST_LINE) {
      emit(rest);
      rest = "";
    }
  });
  const done = new Promise<void>((resolve) => {
    stream.once("close", resolve);
    stream.once("error", () => resolve());
  });
  return {
    done,
    end: () => {
      if (over) return;
      over = true;
      rest += decoder.end();
      if (rest !== "") emit(rest);
      stream.destroy();
    },
  };
}

async function atMost(promise: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([promise, limit]);
  clearTimeout(timer);
}
