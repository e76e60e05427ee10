/** For tests: real bare repositories on this machine, and a clock that does not wait. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock, Log } from "../src/context.ts";
import { createGitRemote, type GitRemote } from "../src/git/remote.ts";

const ENV = {
  PATH: process.env.PATH ?? "",
  HOME: tmpdir(),
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "Test",
  GIT_AUTHOR_EMAIL: "test@example.com",
  GIT_COMMITTER_NAME: "Test",
  GIT_COMMITTER_EMAIL: "test@example.com",
  GIT_AUTHOR_DATE: "2026-11-20T10:00:00Z",
  GIT_COMMITTER_DATE: "2026-11-20T10:00:00Z",
};

export function git(cwd: string, args: readonly string[], input = ""): string {
  return execFileSync("git", [...args], { cwd, env: ENV, input, encoding: "utf8" }).trim();
}

export interface BareServer {
  readonly dir: string;
  readonly url: string;
  /** Writes a commit with exactly these files (text by path) and returns its SHA. */
  commit(files: Readonly<Record<string, string>>, parents?: readonly string[], message?: string): string;
  remote(log?: Log, clock?: Clock): GitRemote;
  close(): Promise<void>;
}

export function bareServer(): BareServer {
  const root = mkdtempSync(join(tmpdir(), "slipway-test-"));
  const dir = join(root, "r.git");
  git(root, ["init", "--bare", "--quiet", "--initial-branch=main", dir]);
  for (const key of ["uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"])
    git(dir, ["config", key, "true"]);
  const remotes: GitRemote[] = [];
  const url = `file://${dir}`;
  return {
    dir,
    url,
    commit: (files, parents = [], message = "test") => commitFiles(dir, files, parents, message),
    remote(log = RECORDING(), clock = fastClock()) {
      const remote = createGitRemote({ url, environment: { PATH: process.env.PATH }, log, clock });
      remotes.push(remote);
      return remote;
    },
    async close() {
      await Promise.all(remotes.map((remote) => remote.close()));
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function commitFiles(
  dir: string,
  files: Readonly<Record<string, string>>,
  parents: readonly string[],
  message: string,
): string {
  const index = join(dir, `index-${process.hrtime.bigint()}`);
  const env = { ...ENV, GIT_INDEX_FILE: index };
  for (const [path, text] of Object.entries(files)) {
    const blob = git(dir, ["hash-object", "-w", "--stdin"], text);
    execFileSync("git", ["update-index", "--add", "--cacheinfo", `100644,${blob},${path}`], {
      cwd: dir,
      env,
    });
  }
  const tree = execFileSync("git", ["write-tree"], { cwd: dir, env, encoding: "utf8" }).trim();
  rmSync(index, { force: true });
  return git(dir, ["commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent]), "-m", message]);
}

export interface RecordingLog extends Log {
  readonly lines: readonly string[];
}

/** Keeps what was said. */
export function RECORDING(): RecordingLog {
  const lines: string[] = [];
  const add = (message: string) => void lines.push(message);
  return { lines, debug: add, info: add, warn: add };
}

/** A clock on which waiting takes no time; waits are kept. */
export function fastClock(start = "2026-11-20T10:00:00Z"): Clock & { readonly waits: readonly number[] } {
  let at = Date.parse(start);
  const waits: number[] = [];
  return {
    waits,
    now: () => new Date(at),
    random: Math.random,
    async sleep(ms) {
      waits.push(ms);
      at += ms;
      // Others get their turn, as they would in real time.
      await new Promise((resolve) => setTimeout(resolve, Math.min(ms, 20)));
    },
  };
}
