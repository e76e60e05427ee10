/** Running the real `git`, always with an argument list, never through a shell. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Memory } from "./memory.ts";

export interface Git {
  /** The bare repository. */
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly memory: Memory;
}

export interface GitResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface GitOptions {
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are an answer, not a failure. Default: only 0. */
  readonly codes?: readonly number[];
  readonly config?: readonly string[];
}

/** A git command that failed: its arguments, exit code and what it said. */
export class GitError extends Error {
  readonly code: number;
  readonly stderr: string;
  constructor(args: readonly string[], code: number, stderr: string) {
    super(`git ${args.join(" ")} ended with ${code}: ${stderr.trim() || "(no message)"}`);
    this.name = "GitError";
    this.code = code;
    this.stderr = stderr;
  }
}

// The only configuration git sees: neither the person's nor the machine's may change what the server does.
const CONFIG = (hooks: string) => `[safe]
\tdirectory = *
[core]
\thooksPath = ${hooks}
\tquotePath = false
\tfsync = none
[init]
\tdefaultBranch = main
[gc]
\tauto = 0
[maintenance]
\tauto = false
[diff]
\trenames = true
[uploadpack]
\tallowFilter = true
\tallowAnySHA1InWant = true
\tallowReachableSHA1InWant = true
[receive]
\tautogc = false
\tfsckObjects = true
\tadvertisePushOptions = false
\thideRefs = refs/pull/
\thideRefs = refs/merge
\tdenyDeleteCurrent = warn
`;

// Runs once per pushed ref, inside git's quarantine, so it sees the new objects. What the server knows beforehand
// comes in SLIPWAY_REFUSE (lines of `ref<TAB>reason`), SLIPWAY_NO_FORCE and SLIPWAY_LINEAR (a ref a line each).
const UPDATE_HOOK = `#!/bin/sh
ref=$1 old=$2 new=$3
zero=0000000000000000000000000000000000000000
tab=$(printf '\\t')
reason=$(printf '%s\\n' "$SLIPWAY_REFUSE" | while IFS="$tab" read -r name text; do
  [ "$name" = "$ref" ] && printf '%s' "$text" && break
done)
if [ -n "$reason" ]; then printf 'error: %s\\n' "$reason" >&2; exit 1; fi
if [ "$old" != "$zero" ] && [ "$new" != "$zero" ] && printf '%s\\n' "$SLIPWAY_NO_FORCE" | grep -Fxq -- "$ref"; then
  if ! git merge-base --is-ancestor "$old" "$new"; then
    echo "error: GH013: Repository rule violations found for $ref. Cannot force-push to this branch" >&2
    exit 1
  fi
fi
if [ "$new" != "$zero" ] && printf '%s\\n' "$SLIPWAY_LINEAR" | grep -Fxq -- "$ref"; then
  if [ "$old" = "$zero" ]; then known=--branches; else known=$old; fi
  if [ -n "$(git rev-list --merges --max-count=1 "$new" --not "$known")" ]; then
    echo "error: GH013: Repository rule violations found for $ref. This branch must not contain merge commits." >&2
    exit 1
  fi
fi
if [ -n "$SLIPWAY_NO_WORKFLOWS" ] && [ "$new" != "$zero" ]; then
  touched=$(git log --format= --name-only "$new" --not --all -- .github/workflows | head -n 1)
  if [ -n "$touched" ]; then
    echo "refusing to allow a GitHub App to create or update workflow \\\`$touched\\\` without \\\`workflows\\\` permission" >&2
    exit 1
  fi
fi
exit 0
`;

// Runs after the refs have moved, with the moved ones on stdin: tells the server which they were.
const POST_RECEIVE_HOOK = `#!/bin/sh
[ -n "$SLIPWAY_RECEIPT" ] && cat > "$SLIPWAY_RECEIPT"
exit 0
`;

/** Writes the server's git configuration and hooks into `dataDir`; returns the environment for every git process. */
export async function prepareGit(dataDir: string): Promise<Readonly<Record<string, string>>> {
  const hooks = join(dataDir, "git-hooks");
  await mkdir(hooks, { recursive: true });
  const config = join(dataDir, "gitconfig");
  await writeFile(config, CONFIG(JSON.stringify(hooks)));
  await writeFile(join(hooks, "update"), UPDATE_HOOK, { mode: 0o755 });
  await writeFile(join(hooks, "post-receive"), POST_RECEIVE_HOOK, { mode: 0o755 });
  return {
    PATH: process.env.PATH ?? "/usr/bin:/bin",
    HOME: dataDir,
    LC_ALL: "C.UTF-8",
    TZ: "UTC",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: config,
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
  };
}

/** Starts git with piped streams; the caller owns the process. */
export function spawnGit(
  git: Git,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  return spawn("git", [...args], {
    cwd: git.dir,
    env: { ...git.env, ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
}

/** Runs git in the repository and collects what it prints. Throws {@link GitError} on an exit code not in `codes`. */
export function runGit(git: Git, args: readonly string[], options: GitOptions = {}): Promise<GitResult> {
  const config = (options.config ?? []).flatMap((setting) => ["-c", setting]);
  return new Promise((resolve, reject) => {
    const child = spawnGit(git, [...config, ...args], options.env);
    const out: Buffer[] = [];
    let stderr = "";
    child.stdout?.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => {
      if (stderr.length < 65_536) stderr += chunk.toString("utf8");
    });
    // git may end before it has read everything; its exit code tells the story, not EPIPE.
    child.stdin?.on("error", () => undefined);
    child.on("error", reject);
    child.on("close", (status) => {
      const code = status ?? -1;
      if ((options.codes ?? [0]).includes(code)) resolve({ code, stdout: Buffer.concat(out), stderr });
      else reject(new GitError(args, code, stderr));
    });
    child.stdin?.end(options.input ?? "");
  });
}

/** The same, as text without trailing newlines. */
export async function gitText(git: Git, args: readonly string[], options?: GitOptions): Promise<string> {
  return (await runGit(git, args, options)).stdout.toString("utf8").trimEnd();
}
