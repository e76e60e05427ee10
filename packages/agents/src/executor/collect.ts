import { isUtf8 } from "node:buffer";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ChangedFile } from "@slipway/model";
import { pathProblem, protectionProblem } from "../checks/paths.ts";
import { git, gitOutput } from "../process/git.ts";
import { blobSizes, readBlobs } from "../process/git-objects.ts";
import { judgeLfs } from "./lfs.ts";

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
    // The process that serves the fetch does not get our settings by the command line.
    const config = join(home, "gitconfig");
    await writeFile(config, "[safe]\n\tdirectory = *\n[uploadpack]\n\tallowAnySHA1InWant = true\n");
    const source = pathToFileURL(options.workDir).href;
    await gitOutput(
      ["fetch", "-q", "--depth=1", "--no-tags", source, `${options.startSha}:refs/heads/start`],
      { cwd: gitDir, env: { GIT_CONFIG_GLOBAL: config } },
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
  readonly modeBefore: string;
  readonly mode: string;
  readonly before: string;
  readonly after: string;
}

interface Context {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

const NONE = "000000";
const LINK = "120000";
const SUBMODULE = "160000";

async function collect(gitDir: string, options: BaselineOptions): Promise<Collected> {
  const index = join(gitDir, "collect-index");
  const context = {
    cwd: options.workDir,
    env: { GIT_DIR: gitDir, GIT_WORK_TREE: options.workDir, GIT_INDEX_FILE: index },
  };
  await rm(index, { force: true });
  await gitOutput([...FIXED, "read-tree", options.startSha], context);
  const refused = await addAll(context);
  const diff = ["diff-index", "--cached", "--raw", "-z", "--no-renames", "--full-index", options.startSha];
  const entries = rawEntries(await gitOutput([...FIXED, ...diff], context));
  const files: ChangedFile[] = [];
  const written: Entry[] = [];
  for (const entry of entries) {
    const reason = refusalOf(entry, options.protectedPaths);
    if (reason !== null) refused.push({ path: entry.path, reason });
    else if (entry.mode === NONE) files.push({ status: "deleted", path: entry.path });
    else written.push(entry);
  }
  const lfs = await judgeLfs(options.workDir, written, context);
  for (const [path, state] of lfs) {
    if (state === "changed")
      refused.push({ path, reason: "it is kept in Git LFS, which the executor cannot write" });
  }
  const ours = written.filter(({ path }) => !lfs.has(path));
  files.push(...(await readFiles(ours, context, options, refused)));
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)), refused };
}

/** Content is taken as it lies in the work tree, whatever the machine's defaults are. */
const FIXED = [
  "core.bare=false",
  "core.autocrlf=false",
  "core.fileMode=true",
  "core.symlinks=true",
  "advice.addEmbeddedRepo=false",
].flatMap((setting) => ["-c", setting]);

/** Stages the whole work tree. What Git cannot stage is left out by name, and the rest is kept. */
async function addAll(context: Context): Promise<Refusal[]> {
  const refused: Refusal[] = [];
  for (let round = 0; round < 20; round += 1) {
    const exclude = refused.map(({ path }) => `:(exclude,top,literal)${path}`);
    const result = await git([...FIXED, "add", "-A", "--ignore-errors", "--", ":/", ...exclude], context);
    const named = (pattern: RegExp) => [...result.stderr.matchAll(pattern)].map((match) => match[1] ?? "");
    const unborn = named(/^error: '(.+?)\/' does not have a commit checked out$/gm);
    const fresh = unborn.filter((path) => !refused.some((refusal) => refusal.path === path));
    if (fresh.length > 0) {
      refused.push(...fresh.map((path) => ({ path, reason: "it is a Git repository of its own" })));
      continue;
    }
    const unreadable = named(/^error: unable to index file '(.+)'$/gm);
    if (result.exitCode > 1 && unreadable.length === 0) {
      throw new Error(`git add failed (${result.exitCode}): ${result.stderr.trim().slice(0, 1_000)}`);
    }
    return [...refused, ...unreadable.map((path) => ({ path, reason: "it cannot be read" }))];
  }
  return refused;
}

/** Records of `diff-index --raw -z`: `:oldmode newmode oldsha newsha status NUL path NUL`. */
function rawEntries(raw: Buffer): Entry[] {
  const fields = raw.toString("utf8").split("\0");
  const entries: Entry[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [modeBefore = "", mode = "", before = "", after = ""] = (fields[index] ?? "")
      .replace(/^:/, "")
      .split(" ");
    entries.push({ path: fields[index + 1] ?? "", modeBefore, mode, before, after });
  }
  return entries;
}

function refusalOf(entry: Entry, protectedPaths: readonly string[]): string | null {
  if (entry.mode === LINK) return "it is a symbolic link";
  if (entry.mode === SUBMODULE) return "it is a submodule or a Git repository of its own";
  if (entry.modeBefore === SUBMODULE) return "it replaces or removes a submodule";
  return pathProblem(entry.path) ?? protectionProblem(entry.path, protectedPaths);
}

async function readFiles(
  entries: readonly Entry[],
  context: Context,
  limits: { readonly bytes: number; readonly files: number },
  refused: Refusal[],
): Promise<ChangedFile[]> {
  const sizes = await blobSizes(
    entries.map(({ after }) => after),
    context,
  );
  const kept: Entry[] = [];
  let bytes = 0;
  entries.forEach((entry, index) => {
    const size = sizes[index] ?? Number.NaN;
    if (!Number.isFinite(size)) refused.push({ path: entry.path, reason: "it cannot be read" });
    else if (bytes + size > limits.bytes || kept.length >= limits.files) {
      const reason = `it goes beyond the ${limits.files} files and ${limits.bytes} bytes that are kept at most`;
      refused.push({ path: entry.path, reason });
    } else {
      bytes += size;
      kept.push(entry);
    }
  });
  const contents = await readBlobs(
    kept.map(({ after }) => after),
    context,
  );
  return kept.map((entry, index) => fileOf(entry, contents[index] ?? Buffer.alloc(0)));
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
