import { execFileSync } from "node:child_process";

const AUTHOR = [
  "-c",
  "user.name=Example",
  "-c",
  "user.email=example@example.com",
  "-c",
  "core.hooksPath=/dev/null",
];

/** @throws Error when Git fails */
export function git(dir: string, ...args: string[]): string {
  return execFileSync("git", [...AUTHOR, ...args], {
    cwd: dir,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trim();
}

export function checkOut(dir: string, sha: string): void {
  git(dir, "checkout", "-q", "--force", "--detach", sha);
  git(dir, "clean", "-fdxq");
}

/** Everything in the work tree as one commit. */
export function commitAll(dir: string, message: string): string {
  git(dir, "add", "-A");
  git(dir, "commit", "-q", "--allow-empty", "-m", message);
  return git(dir, "rev-parse", "HEAD");
}

export type Merged = { readonly sha: string } | { readonly conflicts: readonly string[] };

/** A true three-way merge of `theirs` into `ours`: as one commit of its own, or as a merge commit. */
export function merge(dir: string, ours: string, theirs: string, how: "squash" | "merge"): Merged {
  checkOut(dir, ours);
  try {
    git(dir, "merge", "-q", "--no-commit", ...(how === "squash" ? ["--squash"] : ["--no-ff"]), theirs);
  } catch {
    const conflicts = git(dir, "diff", "--name-only", "--diff-filter=U").split("\n");
    git(dir, "reset", "-q", "--hard", ours);
    return { conflicts };
  }
  return { sha: commitAll(dir, `merge ${theirs}`) };
}
