import { rm } from "node:fs/promises";
import type { Clock, Log } from "../context.ts";
import { GitError, GitTransportError, gitFailure, lastLines } from "./errors.ts";
import {
  type DiffEntry,
  LOG_FORMAT,
  type LogEntry,
  type MergeResult,
  parseBatch,
  parseLog,
  parseMergeTree,
  parseRawDiff,
} from "./parse.ts";
import { type GitAccess, type ProcessResult, runGitProcess } from "./process.ts";
import { type PushOutcome, pushOutcome } from "./push.ts";
import { makeRepository, type TemporaryRepository } from "./repository.ts";

export interface GitRemoteOptions extends GitAccess {
  readonly log: Log;
  readonly clock: Clock;
  /** Default: the system's folder for temporary files. */
  readonly tempDir?: string;
  /** Longest time for one git command. Default: 120 s. */
  readonly timeoutMs?: number;
}

export interface FetchOptions {
  /** Commits from each tip; all of them when left out. */
  readonly depth?: number;
  /** `blob:none` (files come when looked at) or `tree:0` (commits only). Default: everything at once. */
  readonly filter?: "blob:none" | "tree:0";
}

export interface RunOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are an answer. Default: only 0. */
  readonly codes?: readonly number[];
}

/**
 * One repository on a server, reached by plain git over HTTPS through a temporary bare repository. Costs none of
 * the API's hourly requests. Nothing is made before the first command.
 */
export interface GitRemote {
  readonly url: string;
  /** Commands that talked to the server, repeats included; commands that git starts by itself to get files are not counted. */
  readonly commands: number;
  /** Full ref names with the commit (for an annotated tag: `ref^{}`) they are at. Patterns as in `git ls-remote`. */
  lsRemote(patterns: readonly string[]): Promise<Map<string, string>>;
  /** The server's default branch, without `refs/heads/`; undefined for a repository without a commit. */
  defaultBranch(): Promise<{ readonly name: string; readonly sha: string } | undefined>;
  /** @throws MissingRefError when a source ref or commit is not there */
  fetch(refspecs: readonly string[], options?: FetchOptions): Promise<void>;
  /** Makes sure that these commits are here with their whole history, without files. Fetches each once. */
  ensureHistory(shas: readonly string[]): Promise<void>;
  /** Moves `ref` from `expected` (null: it must not exist) to `sha`; never anything but a fast-forward. */
  push(sha: string, ref: string, expected: string | null): Promise<PushOutcome>;
  /** The bytes of a file at a fetched commit; undefined when it is not there. */
  show(commit: string, path: string): Promise<Buffer | undefined>;
  /** Name of the tree of a fetched commit. */
  treeOf(commit: string): Promise<string>;
  /** Whether `ancestor` is in the history of `commit` (a commit is in its own). */
  isAncestor(ancestor: string, commit: string): Promise<boolean>;
  /** Newest common ancestor, or undefined for unrelated histories. */
  mergeBase(a: string, b: string): Promise<string | undefined>;
  /** What merging `head` into `base` would give. Nothing is written to the server. */
  mergeTree(base: string, head: string): Promise<MergeResult>;
  /** Commits in `head` that are not in `since` (null: all), newest first. `firstParent`: only the main line. */
  log(since: string | null, head: string, options?: { firstParent?: boolean }): Promise<LogEntry[]>;
  /** Files that differ between two commits. Costs no fetch when both were fetched by their SHA, at whatever depth. */
  diff(base: string, head: string): Promise<DiffEntry[]>;
  /** Unified diff between two commits, three lines of context, renames not followed. */
  patch(base: string, head: string): Promise<string>;
  /** Any other git command inside the temporary repository. @throws GitError on an exit code not in `codes` */
  run(args: readonly string[], options?: RunOptions): Promise<ProcessResult>;
  /** Removes the temporary repository. The next command makes a new one. */
  close(): Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 120_000;
const READ_ATTEMPTS = 4;
/** What git calls "no limit" (its own constant for `--unshallow`). */
const INFINITE_DEPTH = 2_147_483_647;
const SHA = /^[0-9a-f]{40}$/;

export function createGitRemote(options: GitRemoteOptions): GitRemote {
  const { url, clock, log } = options;
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  /** Commits whose whole history is here, and commits that are here. */
  const complete = new Set<string>();
  const present = new Set<string>();
  let commands = 0;
  let making: Promise<TemporaryRepository> | undefined;

  const repository = () => {
    making ??= makeRepository(options, timeoutMs);
    return making;
  };

  const start = async (args: readonly string[], run: RunOptions = {}): Promise<ProcessResult> => {
    const { dir, env } = await repository();
    return await runGitProcess(args, {
      cwd: dir,
      env: { ...env, ...run.env },
      timeoutMs,
      ...(run.input === undefined ? {} : { input: run.input }),
    });
  };

  /** Repeats what failed on its way to the server; whatever it is, doing it twice changes nothing. */
  const repeated = async (attempt: () => Promise<ProcessResult>): Promise<ProcessResult> => {
    for (let tried = 1; ; tried++) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof GitTransportError) || tried >= READ_ATTEMPTS) throw error;
        const wait = Math.round(500 * 2 ** (tried - 1) * (0.5 + clock.random() / 2));
        log.warn(`${error.message} Trying again in ${wait} ms (${tried + 1} of ${READ_ATTEMPTS}).`);
        await clock.sleep(wait);
      }
    }
  };

  const run = (args: readonly string[], runOptions: RunOptions = {}): Promise<ProcessResult> =>
    repeated(async () => {
      const result = await start(args, runOptions);
      if ((runOptions.codes ?? [0]).includes(result.code) && !result.timedOut) return result;
      // With a partial clone any command may have to ask the server for a file.
      if (/promisor remote|unable to access|hung up|RPC failed/i.test(result.stderr) || result.timedOut) {
        throw gitFailure(`git ${args[0]}`, url, result);
      }
      throw new GitError(
        `git ${args.join(" ").slice(0, 300)} ended with ${result.code}: ${lastLines(result.stderr)}`,
        result,
      );
    });

  const text = async (args: readonly string[], runOptions?: RunOptions): Promise<string> =>
    (await run(args, runOptions)).stdout.toString("utf8");

  /** A command that reads from the server. */
  const read = (what: string, args: readonly string[]): Promise<ProcessResult> =>
    repeated(async () => {
      commands++;
      const result = await start(args);
      if (result.code === 0) return result;
      throw gitFailure(what, url, result);
    });

  const fetch = async (refspecs: readonly string[], { depth, filter }: FetchOptions = {}): Promise<void> => {
    const args = [
      "fetch",
      "--quiet",
      "--no-tags",
      "--no-write-fetch-head",
      "--no-auto-gc",
      `--depth=${depth ?? INFINITE_DEPTH}`,
    ];
    // An explicit filter, also when there is none: a promisor remote would else apply its last one.
    args.push(filter ? `--filter=${filter}` : "--no-filter");
    // A bounded fetch cuts the history at its tips, also where it was complete.
    if (depth !== undefined) complete.clear();
    const shas = refspecs.filter((refspec) => SHA.test(refspec));
    await read(`git fetch of ${refspecs.join(", ")}`, [...args, "origin", ...refspecs]);
    for (const sha of shas) present.add(sha);
  };

  const ensureHistory = async (shas: readonly string[]): Promise<void> => {
    const missing = [...new Set(shas)].filter((sha) => !complete.has(sha));
    if (missing.length === 0) return;
    await fetch(missing, { filter: "blob:none" });
    for (const sha of missing) complete.add(sha);
  };

  /** For what needs the files of two commits, and no history. */
  const ensurePresent = (shas: readonly string[]): Promise<void> =>
    ensureHistory(shas.filter((sha) => !present.has(sha)));

  return {
    url,
    get commands() {
      return commands;
    },
    async lsRemote(patterns) {
      const result = await read("git ls-remote", ["ls-remote", "--quiet", "origin", ...patterns]);
      const refs = new Map<string, string>();
      for (const line of result.stdout.toString("utf8").split("\n")) {
        const [sha = "", name] = line.split("\t");
        if (name !== undefined && SHA.test(sha)) refs.set(name, sha);
      }
      return refs;
    },
    async defaultBranch() {
      const result = await read("git ls-remote of HEAD", [
        "ls-remote",
        "--quiet",
        "--symref",
        "origin",
        "HEAD",
      ]);
      const output = result.stdout.toString("utf8");
      const name = /^ref: refs\/heads\/(.+)\tHEAD$/m.exec(output)?.[1];
      const sha = /^([0-9a-f]{40})\tHEAD$/m.exec(output)?.[1];
      return name !== undefined && sha !== undefined ? { name, sha } : undefined;
    },
    fetch,
    ensureHistory,
    async push(sha, ref, expected) {
      commands++;
      const result = await start([
        "push",
        "--porcelain",
        "--no-verify",
        // The server compares the old value too; this makes git say so by name, and refuse to create what exists.
        `--force-with-lease=${ref}:${expected ?? ""}`,
        "origin",
        `${sha}:${ref}`,
      ]);
      return pushOutcome(ref, url, result);
    },
    async show(commit, path) {
      const result = await run(["cat-file", "--batch"], { input: `${commit}:${path}\n` });
      return parseBatch(result.stdout)[0];
    },
    treeOf: async (commit) => (await text(["rev-parse", "--verify", `${commit}^{tree}`])).trim(),
    async isAncestor(ancestor, commit) {
      await ensureHistory([ancestor, commit]);
      return (await run(["merge-base", "--is-ancestor", ancestor, commit], { codes: [0, 1] })).code === 0;
    },
    async mergeBase(a, b) {
      await ensureHistory([a, b]);
      const result = await run(["merge-base", a, b], { codes: [0, 1] });
      return result.code === 0 ? result.stdout.toString("utf8").trim() : undefined;
    },
    async mergeTree(base, head) {
      await ensureHistory([base, head]);
      const args = [
        "merge-tree",
        "--write-tree",
        "--name-only",
        "--allow-unrelated-histories",
        "-z",
        base,
        head,
      ];
      const result = await run(args, { codes: [0, 1] });
      return parseMergeTree(result.stdout.toString("utf8"), result.code === 0);
    },
    async log(since, head, { firstParent } = {}) {
      await ensureHistory(since === null ? [head] : [since, head]);
      const range = since === null ? [head] : [head, `^${since}`];
      const line = firstParent ? ["--first-parent"] : [];
      return parseLog(
        await text(["log", "-z", `--format=${LOG_FORMAT}`, "--topo-order", ...line, ...range, "--"]),
      );
    },
    async diff(base, head) {
      await ensurePresent([base, head]);
      return parseRawDiff(await text(["diff-tree", "-r", "-z", "--raw", "--no-renames", base, head]));
    },
    async patch(base, head) {
      await ensurePresent([base, head]);
      return await text([
        "diff",
        "--no-color",
        "--no-ext-diff",
        "--no-renames",
        "--unified=3",
        "--src-prefix=a/",
        "--dst-prefix=b/",
        base,
        head,
      ]);
    },
    run,
    async close() {
      const made = making;
      making = undefined;
      complete.clear();
      present.clear();
      if (made) await rm((await made).dir, { recursive: true, force: true });
    },
  };
}
