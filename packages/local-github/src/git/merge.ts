/** True three-way merges, without a work tree. */

import { type Git, runGit } from "./exec.ts";
import { type Person, readCommit, writeCommit } from "./objects.ts";

export type MergeResult =
  | { readonly kind: "clean"; readonly tree: string }
  | { readonly kind: "conflict"; readonly files: readonly string[] };

/** Merges two commits by their common ancestors (recursive where there are several). */
export async function mergeTrees(git: Git, ours: string, theirs: string): Promise<MergeResult> {
  const { code, stdout } = await runGit(
    git,
    ["merge-tree", "--write-tree", "-z", "--name-only", "--allow-unrelated-histories", ours, theirs],
    { codes: [0, 1] },
  );
  const [tree = "", ...rest] = stdout.toString("utf8").split("\0");
  if (code === 0) return { kind: "clean", tree: tree.trim() };
  const end = rest.indexOf("");
  return { kind: "conflict", files: [...new Set(rest.slice(0, end < 0 ? rest.length : end))] };
}

export type RebaseResult =
  | { readonly kind: "clean"; readonly head: string; readonly tree: string }
  | { readonly kind: "conflict"; readonly files: readonly string[] }
  /** What this commit changes is there already. */
  | { readonly kind: "empty"; readonly commit: string };

/**
 * Replays commits one by one onto `onto`. A replay is a three-way merge whose base is the commit's own parent; as
 * older gits cannot name a base for `merge-tree`, three throw-away commits with that very shape are merged.
 */
export async function rebaseCommits(
  git: Git,
  commits: readonly string[],
  onto: string,
  committer: Person,
): Promise<RebaseResult> {
  let head = onto;
  let tree = (await readCommit(git, onto))?.tree ?? "";
  for (const sha of commits) {
    const commit = await readCommit(git, sha);
    const parent = commit?.parents[0];
    if (!commit) throw new Error(`Commit ${sha} is missing from the repository.`);
    const tip = await readCommit(git, head);
    if (!tip) throw new Error(`Commit ${head} is missing from the repository.`);
    const base = parent ? await readCommit(git, parent) : undefined;
    const scratch = (tree: string, parents: string[]) =>
      writeCommit(git, { tree, parents, message: "merge scratch", author: committer, committer });
    const root = base ? [await scratch(base.tree, [])] : [];
    const merged = await mergeTrees(git, await scratch(tip.tree, root), await scratch(commit.tree, root));
    if (merged.kind === "conflict") return merged;
    if (merged.tree === tip.tree && commit.tree !== base?.tree) return { kind: "empty", commit: sha };
    tree = merged.tree;
    head = await writeCommit(git, {
      tree: merged.tree,
      parents: [head],
      message: `${commit.message}\n`,
      author: commit.author,
      committer,
    });
  }
  return { kind: "clean", head, tree };
}
