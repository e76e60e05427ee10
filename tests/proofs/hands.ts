/** What people do to a repository with their own hands: they push, by force or not, and delete. */
import { execFileSync } from "node:child_process";
import { git } from "../e2e/support.ts";
import type { Scene } from "./people.ts";

export interface Pushed {
  readonly branch: string;
  /** At the top of the repository, by name. */
  readonly files: Readonly<Record<string, string>>;
  /** The commit it is made on; default: where the branch is, which must be there then. */
  readonly onto?: string;
  readonly force?: boolean;
}

/** A commit in somebody's name at the head of a branch, which is made where it is not there. Gives its name. */
export async function pushFiles(
  scene: Scene,
  login: string,
  { branch, files, onto, force = false }: Pushed,
): Promise<string> {
  const { bare } = scene.bench;
  const before = headOf(scene, branch);
  const parent = onto ?? before;
  if (parent === undefined) throw new Error(`There is no branch ${branch} to push to.`);
  const tree = Object.entries(files).map(([path, content]) => ({
    path,
    mode: "100644",
    type: "blob",
    content,
  }));
  const base = git(bare, "rev-parse", `${parent}^{tree}`);
  const made = await sent(scene, login, "POST", "git/trees", { base_tree: base, tree });
  const message = `By ${login}`;
  const { sha } = await sent(scene, login, "POST", "git/commits", {
    message,
    tree: made.sha,
    parents: [parent],
  });
  if (before === undefined)
    await sent(scene, login, "POST", "git/refs", { ref: `refs/heads/${branch}`, sha });
  else await sent(scene, login, "PATCH", `git/refs/heads/${branch}`, { sha, force });
  return sha;
}

async function sent(
  scene: Scene,
  login: string,
  method: string,
  path: string,
  body: object,
): Promise<{ sha: string }> {
  const { status, text } = await scene.as(login, method, path, body);
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
  return JSON.parse(text) as { sha: string };
}

export async function deleteBranch(scene: Scene, login: string, branch: string): Promise<void> {
  const { status, text } = await scene.as(login, "DELETE", `git/refs/heads/${branch}`);
  if (status !== 204) throw new Error(`${status} ${text}`);
}

/** Where a branch is; undefined when there is none. */
export function headOf({ bench }: Scene, branch: string): string | undefined {
  return git(bench.bare, "for-each-ref", "--format=%(objectname)", `refs/heads/${branch}`) || undefined;
}

/** Whether a branch, or another name of a commit, holds a commit. */
export function holds({ bench }: Scene, name: string, commit: string): boolean {
  try {
    execFileSync("git", ["merge-base", "--is-ancestor", commit, name], { cwd: bench.bare, stdio: "pipe" });
    return true;
  } catch {
    return false;
  }
}

/** A file at the top of a branch; undefined when it is not there. */
export function fileOn({ bench }: Scene, branch: string, name: string): string | undefined {
  return git(bench.bare, "ls-tree", "--name-only", branch).split("\n").includes(name)
    ? git(bench.bare, "show", `${branch}:${name}`)
    : undefined;
}
