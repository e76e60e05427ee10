import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ChangedFile } from "@slipway/model";
import { EXECUTABLE, SUBMODULE } from "../checks/base.ts";
import { contentProblem, isScript, isText } from "../checks/content.ts";
import { pathProblem, protectionProblem } from "../checks/paths.ts";
import { gitOutput, gitText } from "../process/git.ts";
import { blobSizes, contentAt, readBlobs } from "../process/git-objects.ts";
import { removeFolder } from "../process/remove-folder.ts";
import { judgeLfs } from "./lfs.ts";
import { FIXED, prime, type Refusal, type Staging, stage } from "./staging.ts";
import { holdWorkTree } from "./work-tree.ts";

export type { Refusal } from "./staging.ts";

export interface Collected {
  /** In the order of their paths. */
  readonly files: readonly ChangedFile[];
  readonly refused: readonly Refusal[];
}

export interface Baseline {
  /** Where it is kept; nobody else is to reach it. */
  readonly folder: string;
  /** Content of a file at the commit; null when it has no such file. */
  contentOf(path: string): Promise<Buffer | null>;
  /** What `tree` gives as long as nothing was changed. */
  readonly startTree: string;
  /** Sees to it that the work tree lies where it belongs. @throws Error when it is gone */
  ready(): Promise<void>;
  /** A hash that is another as soon as the change would be another. Costs three runs of git. */
  tree(): Promise<string>;
  collect(): Promise<Collected>;
  /** The change as a patch, cut to `each` characters from its beginning and as many from its end. */
  diff(each: number): Promise<string>;
  dispose(): Promise<void>;
}

export interface BaselineOptions {
  readonly workDir: string;
  readonly startSha: string;
  readonly protectedPaths: readonly string[];
  /** Beyond this much content further files are refused by name; keeps a runaway change out of memory. */
  readonly bytes: number;
  readonly files: number;
  /** Whether files that are no text, and scripts that are newly executable, may be part of it. Default: they may. */
  readonly binaries?: boolean;
  readonly executables?: boolean;
  /** Where to keep it. Default: the system's folder for temporary files. */
  readonly parent?: string;
}

/**
 * Remembers the commit that the agent starts from in a repository of its own, so that what becomes of
 * the work tree's `.git` (hooks, configuration, index, commits, deletion) has no effect on the change.
 *
 * @throws Error when the work tree does not hold the commit
 */
export async function rememberBaseline(options: BaselineOptions): Promise<Baseline> {
  const home = await mkdtemp(join(options.parent ?? tmpdir(), "slipway-baseline-"));
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
    await removeFolder(home);
    throw new Error(`The work tree does not hold the commit ${options.startSha} that the work starts from`, {
      cause: error,
    });
  }
  const staging = await prime(gitDir, options.workDir, options.startSha);
  const workTree = await holdWorkTree(options.workDir);
  const staged = async () => {
    await workTree.ready();
    return stage(staging, options);
  };
  return {
    folder: home,
    startTree: (await gitOutput(["rev-parse", `${options.startSha}^{tree}`], staging))
      .toString("utf8")
      .trim(),
    contentOf: (path) => contentAt(options.startSha, path, staging),
    ready: workTree.ready,
    tree: async () => {
      await staged();
      return (await gitOutput([...FIXED, "write-tree"], staging)).toString("utf8").trim();
    },
    collect: async () => collect(await staged(), staging, options),
    diff: async (each) => {
      await staged();
      const plain = ["--no-ext-diff", "--no-textconv", "--no-color", "--no-renames", "--stat=100", "-p"];
      return gitText([...FIXED, "diff-index", "--cached", ...plain, options.startSha, "--"], each, staging);
    },
    dispose: async () => {
      await workTree.close();
      await removeFolder(home);
    },
  };
}

interface Entry {
  readonly path: string;
  readonly modeBefore: string;
  readonly mode: string;
  readonly before: string;
  readonly after: string;
}

const NONE = "000000";
const LINK = "120000";

async function collect(refused: Refusal[], staging: Staging, options: BaselineOptions): Promise<Collected> {
  const diff = ["diff-index", "--cached", "--raw", "-z", "--no-renames", "--full-index", options.startSha];
  const entries = rawEntries(await gitOutput([...FIXED, ...diff], staging));
  const files: ChangedFile[] = [];
  const written: Entry[] = [];
  for (const entry of entries) {
    const reason = refusalOf(entry, options.protectedPaths);
    if (reason !== null) refused.push({ path: entry.path, reason });
    else if (entry.mode === NONE) files.push({ status: "deleted", path: entry.path });
    else written.push(entry);
  }
  const lfs = await judgeLfs(options.workDir, written, staging);
  for (const [path, state] of lfs) {
    if (state === "changed")
      refused.push({ path, reason: "it is kept in Git LFS, which the executor cannot write" });
  }
  const left = leftAsTheyWere(entries, refused);
  const ours = written.filter((entry) => {
    if (lfs.has(entry.path)) return false;
    const other = left.find((path) => isBelow(entry.path, path) || isBelow(path, entry.path));
    if (other === undefined) return true;
    const reason = `it is in the way of ${JSON.stringify(other.slice(0, 200))}, which stays as it was`;
    refused.push({ path: entry.path, reason });
    return false;
  });
  files.push(...(await readFiles(ours, staging, options, refused)));
  return { files: files.sort(byPath), refused: refused.sort(byPath) };
}

/** Files of the commit that were to be removed and may not be: they stay. */
function leftAsTheyWere(entries: readonly Entry[], refused: readonly Refusal[]): string[] {
  const names = new Set(refused.map(({ path }) => path));
  return entries
    .filter(({ path, mode, modeBefore }) => mode === NONE && modeBefore !== NONE && names.has(path))
    .map(({ path }) => path);
}

const isBelow = (path: string, folder: string): boolean => path.startsWith(`${folder}/`);

/** The same order for whoever collects it. */
export const byPath = (one: { readonly path: string }, other: { readonly path: string }): number =>
  one.path < other.path ? -1 : one.path > other.path ? 1 : 0;

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
  context: Staging,
  limits: BaselineOptions,
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
  return kept.flatMap((entry, index) => {
    const content = contents[index] ?? Buffer.alloc(0);
    const { reason, whole } = contentRefusal(entry, content, limits) ?? {};
    if (reason !== undefined) refused.push({ path: entry.path, reason });
    return whole ? [] : [fileOf(entry, content, reason === undefined)];
  });
}

/** Why a content, or only its executable bit, cannot be part of the change; null when all can. */
function contentRefusal(
  entry: Entry,
  content: Buffer,
  { binaries = true, executables = true }: BaselineOptions,
): { readonly reason: string; readonly whole: boolean } | null {
  const problem = contentProblem(content, { binaries });
  if (problem !== null) return { reason: problem, whole: true };
  const newly = entry.mode === EXECUTABLE && entry.modeBefore !== EXECUTABLE;
  if (newly && !executables)
    return {
      reason:
        "execute.executables of .github/slipway.yml keeps executable bits out; its content is kept without",
      whole: false,
    };
  if (newly && !isScript(content))
    return {
      reason: "it was made executable and is no script; its content is kept without that",
      whole: false,
    };
  return null;
}

function fileOf(entry: Entry, content: Buffer, keepMode: boolean): ChangedFile {
  const text = isText(content);
  return {
    status: "written",
    path: entry.path,
    mode: keepMode && entry.mode === EXECUTABLE ? EXECUTABLE : "100644",
    encoding: text ? "utf-8" : "base64",
    content: content.toString(text ? "utf8" : "base64"),
  };
}
