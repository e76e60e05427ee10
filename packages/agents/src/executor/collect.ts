import { isUtf8 } from "node:buffer";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ChangedFile } from "@slipway/model";
import { pathProblem, protectionProblem } from "../checks/paths.ts";
import { git, gitOutput } from "../process/git.ts";

/** Something that was in the work tree and is not in the change, with the reason. */
export interface Refusal {
  readonly path: string;
  readonly reason: string;
}

export interface Collected {
  /** In the order of their paths. */
  readonly files: readonly ChangedFile[];
  readonly refused: readonly Refusal[];
}

export interface Baseline {
  collect(): Promise<Collected>;
  dispose(): Promise<void>;
}

export interface BaselineOptions {
  readonly workDir: string;
  readonly startSha: string;
  readonly protectedPaths: readonly string[];
  /** Beyond this much content further files are refused by name; keeps a runaway change out of memory. */
  readonly bytes: number;
  readonly files: number;
}

/**
 * Remembers the commit that the agent starts from in a repository of its own, so that what becomes of
 * the work tree's `.git` (hooks, configuration, index, commits, deletion) has no effect on the change.
 *
 * @throws Error when the work tree does not hold the commit
 */
export async function rememberBaseline(options: BaselineOptions): Promise<Baseline> {
  const home = await mkdtemp(join(tmpdir(), "slipway-baseline-"));
  const gitDir = join(home, "repository.git");
  try {
    await gitOutput(["init", "-q", "--bare", gitDir], { cwd: home });
    const source = pathToFileURL(options.workDir).href;
    await gitOutput(
      ["fetch", "-q", "--depth=1", "--no-tags", source, `${options.startSha}:refs/heads/start`],
      { cwd: gitDir },
    );
  } catch (error) {
    await rm(home, { recursive: true, force: true });
    throw new Error(`The work tree does not hold the commit ${options.startSha} that the work starts from`, {
      cause: error,
    });
  }
  return {
    collect: () => collect(gitDir, options),
    dispose: () => rm(home, { recursive: true, force: true }),
  };
}

interface Entry {
  readonly path: string;
  readonly mode: string;
  readonly sha: string;
}

async function collect(gitDir: string, options: BaselineOptions): Promise<Collected> {
  const refused: Refusal[] = [];
  const context = {
    cwd: options.workDir,
    env: { GIT_DIR: gitDir, GIT_WORK_TREE: options.workDir, GIT_INDEX_FILE: join(gitDir, "collect-index") },
  };
  await rm(context.env.GIT_INDEX_FILE, { force: true });
  await gitOutput(["-c", "core.bare=false", "read-tree", options.startSha], context);
  refused.push(...(await addAll(context)));
  const raw = await gitOutput(
    [
      "-c",
      "core.bare=false",
      "diff-index",
      "--cached",
      "--raw",
      "-z",
      "--no-renames",
      "--full-index",
      options.startSha,
    ],
    context,
  );
  const files: ChangedFile[] = [];
  const written: Entry[] = [];
  for (const entry of rawEntries(raw)) {
    const reason = refusalOf(entry, options.protectedPaths);
    if (reason !== null) refused.push({ path: entry.path, reason });
    else if (entry.mode === "000000") files.push({ status: "deleted", path: entry.path });
    else written.push(entry);
  }
  const contents = await read(written, context, options, refused);
  files.push(...contents);
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)), refused };
}

/** Stages the whole work tree. A folder that Git cannot stage is left out by name, and the rest is kept. */
async function addAll(context: { cwd: string; env: Record<string, string> }): Promise<Refusal[]> {
  const refused: Refusal[] = [];
  for (let round = 0; round < 20; round += 1) {
    const exclude = refused.map(({ path }) => `:(exclude,top,literal)${path}`);
    const args = [
      "-c",
      "core.bare=false",
      "-c",
      "core.autocrlf=false",
      "-c",
      "core.fileMode=true",
      "-c",
      "core.symlinks=true",
      "-c",
      "advice.addEmbeddedRepo=false",
    ];
    const result = await git([...args, "add", "-A", "--ignore-errors", "--", ":/", ...exclude], context);
    const unborn = [...result.stderr.matchAll(/^error: '(.+?)\/' does not have a commit checked out$/gm)].map(
      (match) => match[1] ?? "",
    );
    const fresh = unborn.filter((path) => !refused.some((refusal) => refusal.path === path));
    if (fresh.length === 0) {
      const unreadable = [...result.stderr.matchAll(/^error: unable to index file '(.+)'$/gm)].map(
        (match) => match[1] ?? "",
      );
      if (result.exitCode > 1 && unreadable.length === 0)
        throw new Error(`git add failed (${result.exitCode}): ${result.stderr.trim().slice(0, 1_000)}`);
      return [...refused, ...unreadable.map((path) => ({ path, reason: "it cannot be read" }))];
    }
    refused.push(...fresh.map((path) => ({ path, reason: "it is a Git repository of its own" })));
  }
  return refused;
}

/** Records of `diff-index --raw -z`: `:oldmode newmode oldsha newsha status NUL path NUL`. */
function rawEntries(raw: Buffer): Entry[] {
  const fields = raw.toString("utf8").split("\0");
  const entries: Entry[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [, mode = "", , sha = ""] = (fields[index] ?? "").split(" ");
    entries.push({ path: fields[index + 1] ?? "", mode, sha });
  }
  return entries;
}

function refusalOf(entry: Entry, protectedPaths: readonly string[]): string | null {
  if (entry.mode === "120000") return "it is a symbolic link";
  if (entry.mode === "160000") return "it is a submodule or a Git repository of its own";
  return pathProblem(entry.path) ?? protectionProblem(entry.path, protectedPaths);
}

async function read(
  entries: readonly Entry[],
  context: { cwd: string; env: Record<string, string> },
  limits: { readonly bytes: number; readonly files: number },
  refused: Refusal[],
): Promise<ChangedFile[]> {
  if (entries.length === 0) return [];
  const checked = await gitOutput(["cat-file", "--batch-check=%(objectsize)"], {
    ...context,
    input: entries.map(({ sha }) => `${sha}\n`).join(""),
  });
  const sizes = checked.toString("utf8").trim().split("\n").map(Number);
  const kept: Entry[] = [];
  let bytes = 0;
  entries.forEach((entry, index) => {
    const size = sizes[index] ?? Number.NaN;
    if (!Number.isFinite(size)) refused.push({ path: entry.path, reason: "it cannot be read" });
    else if (bytes + size > limits.bytes || kept.length >= limits.files) {
      refused.push({
        path: entry.path,
        reason: `it goes beyond the limit of ${limits.files} files and ${limits.bytes} bytes`,
      });
    } else {
      bytes += size;
      kept.push(entry);
    }
  });
  const batch = await gitOutput(["cat-file", "--batch"], {
    ...context,
    input: kept.map(({ sha }) => `${sha}\n`).join(""),
  });
  let at = 0;
  return kept.map((entry) => {
    const newline = batch.indexOf(10, at);
    const size = Number(batch.subarray(at, newline).toString("ascii").split(" ")[2]);
    const content = batch.subarray(newline + 1, newline + 1 + size);
    at = newline + size + 2;
    return fileOf(entry, content);
  });
}

function fileOf(entry: Entry, content: Buffer): ChangedFile {
  const isText = isUtf8(content) && !content.includes(0);
  return {
    status: "written",
    path: entry.path,
    mode: entry.mode === "100755" ? "100755" : "100644",
    encoding: isText ? "utf-8" : "base64",
    content: content.toString(isText ? "utf8" : "base64"),
  };
}
