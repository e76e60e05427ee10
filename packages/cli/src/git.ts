/** Running the machine's `git` with an argument list, never through a shell. */
import { spawn } from "node:child_process";

export interface GitCall {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Buffer;
  /** Kills git when it fires. */
  readonly signal?: AbortSignal;
}

/** git said no: what it said is in the message. */
export class GitFailure extends Error {
  override readonly name = "GitFailure";
  readonly stderr: string;
  constructor(args: readonly string[], code: number | null, stderr: string) {
    super(`git ${args.join(" ")} ended with ${code ?? "a signal"}: ${stderr.trim() || "(no message)"}`);
    this.stderr = stderr.trim();
  }
}

// A git hook or an alias hands its own repository down in these: they would override the one that is meant.
// The list is that of `git rev-parse --local-env-vars`.
const LOCAL_VARIABLES = [
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_COMMON_DIR",
  "GIT_CONFIG",
  "GIT_CONFIG_COUNT",
  "GIT_CONFIG_PARAMETERS",
  "GIT_DIR",
  "GIT_GRAFT_FILE",
  "GIT_IMPLICIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_INTERNAL_SUPER_PREFIX",
  "GIT_NO_REPLACE_OBJECTS",
  "GIT_OBJECT_DIRECTORY",
  "GIT_PREFIX",
  "GIT_REPLACE_REF_BASE",
  "GIT_SHALLOW_FILE",
  "GIT_WORK_TREE",
];

function environment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const name of LOCAL_VARIABLES) delete env[name];
  return { ...env, LC_ALL: "C", GIT_TERMINAL_PROMPT: "0", GIT_OPTIONAL_LOCKS: "0", ...extra };
}

/** For repositories of our own: neither the person's nor the machine's configuration changes what is written. */
export const OWN_REPOSITORY: Readonly<Record<string, string>> = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: process.platform === "win32" ? "NUL" : "/dev/null",
};

/**
 * What git printed, byte for byte.
 *
 * @throws GitFailure when it ends with anything but 0
 */
export function gitBytes(args: readonly string[], call: GitCall = {}): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", [...args], {
      ...(call.cwd === undefined ? {} : { cwd: call.cwd }),
      ...(call.signal === undefined ? {} : { signal: call.signal }),
      env: environment(call.env),
      stdio: ["pipe", "pipe", "pipe"],
    });
    const out: Buffer[] = [];
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString("utf8");
    });
    // git may end before it has read everything: its exit code tells the story.
    child.stdin.on("error", () => undefined);
    child.on("error", (error) => reject(new GitFailure(args, null, error.message)));
    child.on("close", (code) => {
      if (code === 0) resolve(Buffer.concat(out));
      else reject(new GitFailure(args, code, stderr));
    });
    child.stdin.end(call.input ?? "");
  });
}

/** The same as text, without the newlines at its end. */
export async function git(args: readonly string[], call: GitCall = {}): Promise<string> {
  return (await gitBytes(args, call)).toString("utf8").replace(/\n+$/, "");
}

/** The same, or undefined when git says no. */
export async function gitMaybe(args: readonly string[], call: GitCall = {}): Promise<string | undefined> {
  try {
    return await git(args, call);
  } catch (error) {
    if (error instanceof GitFailure) return undefined;
    throw error;
  }
}
