import { isUtf8 } from "node:buffer";
import { chmod, copyFile, lstat, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { git, gitOutput } from "../process/git.ts";

/** Something that was in the work tree and is not in the change, with the reason. */
export interface Refusal {
  readonly path: string;
  readonly reason: string;
}

/** Git over the work tree with a repository and an index of our own. */
export interface Staging {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly gitDir: string;
  readonly index: string;
  /** The index as the commit has it, knowing what of the work tree it has seen: copied for each round. */
  readonly primed: string;
  /** What differed from the commit before the agent came (large files fetched by LFS, what a setup made), as it was then. */
  readonly before: ReadonlyMap<string, string>;
}

/** Content is taken as it lies in the work tree, whatever the machine's defaults are. */
export const FIXED = [
  "core.bare=false",
  "core.autocrlf=false",
  "core.fileMode=true",
  "core.symlinks=true",
  "advice.addEmbeddedRepo=false",
].flatMap((setting) => ["-c", setting]);

/** All that this repository's own settings say; a command may have been able to reach them. */
const CONFIG = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n";

/** Reads the commit into an index and looks at each file once, so that later rounds read what has changed only. */
export async function prime(gitDir: string, workDir: string, startSha: string): Promise<Staging> {
  const staging: Staging = {
    cwd: workDir,
    env: { GIT_DIR: gitDir, GIT_WORK_TREE: workDir, GIT_LITERAL_PATHSPECS: "1" },
    gitDir,
    index: join(gitDir, "collect-index"),
    primed: join(gitDir, "primed-index"),
    before: new Map(),
  };
  const context = { ...staging, env: { ...staging.env, GIT_INDEX_FILE: staging.primed } };
  await gitOutput([...FIXED, "read-tree", startSha], context);
  // Fails for files that differ, which is no failure: they are part of what is collected.
  await git([...FIXED, "update-index", "-q", "--refresh"], context);
  const before = new Map<string, string>();
  for (const entry of (await differing(context)).entries)
    before.set(entry, await fingerprint(workDir, entry));
  return { ...staging, before, env: { ...staging.env, GIT_INDEX_FILE: staging.index } };
}

/**
 * Paths in their order; a folder that is a repository of its own ends in a slash. `unnamed` are those that no text can
 * name, as near as one comes: asked for such a path git would find nothing, and stage nothing at all.
 */
async function differing(
  staging: Staging,
): Promise<{ readonly entries: readonly string[]; readonly unnamed: readonly string[] }> {
  const list = ["ls-files", "-z", "--modified", "--others", "--exclude-standard"];
  // One character for each byte, so that what is no UTF-8 can be told from what is.
  const listed = (await listedWhole([...FIXED, ...list], staging)).toString("latin1").split("\0");
  const bytes = listed.filter((entry) => entry !== "").map((entry) => Buffer.from(entry, "latin1"));
  const named = (wanted: boolean) => {
    const names = bytes.filter((entry) => isUtf8(entry) === wanted).map((entry) => entry.toString("utf8"));
    return [...new Set(names)].sort();
  };
  return { entries: named(true), unnamed: named(false) };
}

/** Git passes over a folder that it may not open, with a warning: those of our user are opened, and it looks again. */
async function listedWhole(args: readonly string[], staging: Staging): Promise<Buffer> {
  const tried = new Set<string>();
  for (;;) {
    const { exitCode, stdout, stderr } = await git(args, staging);
    if (exitCode !== 0)
      throw new Error(`git ls-files failed (${exitCode}): ${stderr.trim().slice(0, 1_000)}`);
    const closed = [...stderr.matchAll(/^warning: could not open directory '(.+?)\/?': Permission denied$/gm)]
      .map((match) => match[1] ?? "")
      .filter((folder) => !tried.has(folder));
    if (closed.length === 0) return stdout;
    for (const folder of closed) {
      tried.add(folder);
      await makeReadable(join(staging.cwd, folder));
    }
  }
}

/** Where it is ours; what stays closed is told by whoever cannot read it. */
export async function makeReadable(path: string): Promise<boolean> {
  try {
    const found = await lstat(path);
    if (!found.isFile() && !found.isDirectory()) return false;
    const wanted = (found.mode & 0o7777) | (found.isDirectory() ? 0o700 : 0o400);
    if (wanted === (found.mode & 0o7777)) return false;
    await chmod(path, wanted);
    return true;
  } catch {
    return false;
  }
}

/** Changes whenever a file is written: the time of its last change cannot be set by a program. */
async function fingerprint(workDir: string, entry: string): Promise<string> {
  const found = await lstat(join(workDir, entry), { bigint: true }).catch(() => null);
  return found === null ? "" : [found.ino, found.size, found.mtimeNs, found.ctimeNs, found.mode].join(" ");
}

export interface StageLimits {
  /** Of one file, and of how many. What goes beyond is left out by name, and never read. */
  readonly bytes: number;
  readonly files: number;
}

/** How often files may be gone that were there a moment ago. */
const ROUNDS = 10;

/** Brings the index to what lies in the work tree. What Git cannot stage is left out by name, and the rest is kept. */
export async function stage(staging: Staging, limits: StageLimits): Promise<Refusal[]> {
  await restore(staging);
  const skipped = new Map<string, string>();
  /** On some file systems no mode is taken: each is tried once. */
  const opened = new Set<string>();
  for (let vain = 0; vain < ROUNDS; ) {
    const { paths, refused } = await candidates(staging, limits, skipped);
    if (paths.length === 0) return refused;
    const args = ["add", "-A", "--ignore-errors", "--pathspec-from-file=-", "--pathspec-file-nul"];
    const result = await git([...FIXED, ...args], { ...staging, input: paths.join("\0") });
    const named = (pattern: RegExp) => [...result.stderr.matchAll(pattern)].map((match) => match[1] ?? "");
    const unborn = named(/^error: '(.+?)\/' does not have a commit checked out$/gm);
    // Git stops at the first of these, whatever it was told of errors.
    const unencoded = named(/^fatal: (?:BOM is \w+ in|failed to encode) '(.+?)' /gm);
    // Gone since it was listed.
    const gone = /^fatal: pathspec '/m.test(result.stderr);
    const known = skipped.size;
    for (const path of unborn) skipped.set(path, "it is a Git repository of its own");
    for (const path of unencoded)
      skipped.set(path, "its attributes give it a working-tree-encoding that it does not have");
    // What is left out the next time brings this to its end; a name that hides where it ends does not.
    if (skipped.size > known) continue;
    if (gone || unencoded.length > 0) {
      vain += 1;
      continue;
    }
    const unreadable = named(/^error: unable to index file '(.+)'$/gm);
    const invalid = named(/^error: invalid path '(.+)'$/gm);
    const closed = unreadable.filter((path) => !opened.has(path));
    for (const path of closed) if (await makeReadable(join(staging.cwd, path))) opened.add(path);
    if (closed.some((path) => opened.has(path))) continue;
    if (result.exitCode > 1 && unreadable.length === 0)
      throw new Error(`git add failed (${result.exitCode}): ${result.stderr.trim().slice(0, 1_000)}`);
    return [
      ...refused,
      ...unreadable.map((path) => ({ path, reason: "it cannot be read" })),
      ...invalid.map((path) => ({ path, reason: "Git takes no file of this name" })),
    ];
  }
  throw new Error("files came and went all the time while they were to be collected");
}

/** What differs from the commit, in the order of the paths, less what is not to be staged. */
async function candidates(staging: Staging, limits: StageLimits, skipped: ReadonlyMap<string, string>) {
  const refused: Refusal[] = [];
  const paths: string[] = [];
  const linkAbove = linkFinder(staging.cwd);
  const { entries, unnamed } = await differing(staging);
  for (const path of unnamed) refused.push({ path, reason: "its name is not in UTF-8" });
  for (const entry of entries) {
    const was = staging.before.get(entry);
    if (was !== undefined && was === (await fingerprint(staging.cwd, entry))) continue;
    const path = entry.replace(/\/$/, "");
    const link = await linkAbove(path);
    const reason =
      link !== null
        ? `it stays as it was, since ${JSON.stringify(link.slice(0, 200))} in its place is a symbolic link`
        : entry === path
          ? (skipped.get(path) ?? (await unstaged(staging, path, paths.length, limits)))
          : "it is a Git repository of its own";
    if (reason === null) paths.push(path);
    else refused.push({ path, reason });
  }
  return { paths, refused };
}

/** Finds the folder above a path that is a link by now: Git stages nothing below one. */
function linkFinder(cwd: string): (path: string) => Promise<string | null> {
  const known = new Map<string, Promise<string | null>>();
  const above = (path: string): Promise<string | null> => {
    const end = path.lastIndexOf("/");
    if (end < 0) return Promise.resolve(null);
    const folder = path.slice(0, end);
    const found =
      known.get(folder) ??
      above(folder).then(
        async (higher) =>
          higher ??
          ((await lstat(join(cwd, folder)).catch(() => null))?.isSymbolicLink() === true ? folder : null),
      );
    known.set(folder, found);
    return found;
  };
  return above;
}

/** A link is not even staged: it would take the place of the folder that it stands for, with all that lies there. */
async function unstaged(
  { cwd }: Staging,
  path: string,
  before: number,
  limits: StageLimits,
): Promise<string | null> {
  if (before >= limits.files) return `it goes beyond the ${limits.files} files that are kept at most`;
  const found = await lstat(join(cwd, path)).catch(() => null);
  if (found?.isSymbolicLink()) return "it is a symbolic link";
  return found?.isFile() && found.size > limits.bytes
    ? `it has ${found.size} bytes, and ${limits.bytes} are kept at most`
    : null;
}

/** A fresh copy of the primed index, and none of the settings, hooks or redirections that somebody may have put there. */
async function restore({ gitDir, index, primed }: Staging): Promise<void> {
  for (const name of ["hooks", "info", "commondir", "config.worktree", "collect-index.lock"])
    await rm(join(gitDir, name), { recursive: true, force: true });
  await writeFile(join(gitDir, "config"), CONFIG);
  const { atime, mtime } = await lstat(primed);
  await copyFile(primed, index);
  // Git trusts what it has seen of a file only when the index is younger than the file.
  await utimes(index, atime, mtime);
}
