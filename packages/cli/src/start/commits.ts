/** Writing commits into a bare repository without a work tree, the same bytes giving the same SHA. */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { git, OWN_REPOSITORY } from "../git.ts";

/** When the commits of things without a history of their own are dated. */
export const FIXED_DATE = "2026-01-01T00:00:00Z";
const AUTHOR = { name: "Slipway", email: "slipway@users.noreply.github.com" };

export function identity(date: string): Readonly<Record<string, string>> {
  return {
    ...OWN_REPOSITORY,
    GIT_AUTHOR_NAME: AUTHOR.name,
    GIT_AUTHOR_EMAIL: AUTHOR.email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: AUTHOR.name,
    GIT_COMMITTER_EMAIL: AUTHOR.email,
    GIT_COMMITTER_DATE: date,
  };
}

/** An empty bare repository whose HEAD is `branch`. */
export async function initBare(directory: string, branch: string): Promise<void> {
  await git(["init", "--quiet", "--bare", `--initial-branch=${branch}`, directory], { env: OWN_REPOSITORY });
}

/**
 * Commits a folder's files as the first commit of a new bare repository.
 *
 * @param files paths within the folder; without them every file that the folder's ignore files let through
 * @param borrowed an object folder on this machine: what it holds is read there and not written again, as long as the
 *   new repository is only fetched from
 * @returns the commit
 */
export async function commitFolder(input: {
  readonly folder: string;
  readonly bare: string;
  readonly branch: string;
  readonly message: string;
  readonly files?: readonly string[];
  readonly borrowed?: string;
}): Promise<string> {
  await initBare(input.bare, input.branch);
  if (input.borrowed !== undefined)
    await writeFile(join(input.bare, "objects", "info", "alternates"), `${input.borrowed}\n`);
  const where = [`--git-dir=${input.bare}`, `--work-tree=${input.folder}`];
  const call = {
    cwd: input.folder,
    env: { ...identity(FIXED_DATE), GIT_INDEX_FILE: join(input.bare, "slipway-index") },
  };
  if (input.files) {
    // `--remove` leaves out what is tracked but gone from the work tree.
    await git([...where, "-c", "core.fsync=none", "update-index", "--add", "--remove", "-z", "--stdin"], {
      ...call,
      input: input.files.map((path) => `${path}\0`).join(""),
    });
  } else {
    await git([...where, "-c", "core.fsync=none", "add", "--all", "."], call);
  }
  const tree = await git([...where, "write-tree"], call);
  const commit = await git([...where, "commit-tree", tree, "-m", input.message], call);
  await git([...where, "update-ref", `refs/heads/${input.branch}`, commit], call);
  await rm(join(input.bare, "slipway-index"), { force: true });
  return commit;
}

/** Adds or replaces one file on a branch of a bare repository, in a commit dated like its parent. */
export async function commitFile(input: {
  readonly bare: string;
  readonly branch: string;
  readonly path: string;
  readonly content: string;
  readonly message: string;
}): Promise<string> {
  const ref = `refs/heads/${input.branch}`;
  const index = join(input.bare, "slipway-index");
  const at = { cwd: input.bare, env: OWN_REPOSITORY };
  const parent = await git(["rev-parse", "--verify", `${ref}^{commit}`], at);
  const date = await git(["show", "--no-patch", "--format=%cI", parent], at);
  const env = { ...identity(date), GIT_INDEX_FILE: index };
  await git(["read-tree", parent], { cwd: input.bare, env });
  const blob = await git(["hash-object", "-w", "--stdin"], { cwd: input.bare, env, input: input.content });
  await git(["update-index", "--add", "--cacheinfo", `100644,${blob},${input.path}`], {
    cwd: input.bare,
    env,
  });
  const tree = await git(["write-tree"], { cwd: input.bare, env });
  const commit = await git(["commit-tree", tree, "-p", parent, "-m", input.message], {
    cwd: input.bare,
    env,
  });
  await git(["update-ref", ref, commit, parent], { cwd: input.bare, env });
  await rm(index, { force: true });
  return commit;
}
