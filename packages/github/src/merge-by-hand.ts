/** Merges that GitHub does not make by itself: where it knows too little, or the branch takes no merge commits. */
import { InternalError, TRAILERS } from "@slipway/model";
import { commitTree } from "./commits.ts";
import type { GitHubContext } from "./context.ts";
import { parseMergeTree } from "./git/parse.ts";
import type { Merge } from "./merge-into.ts";

type Context = Pick<GitHubContext, "octokit" | "owner" | "repo" | "git" | "log" | "sleep">;
type Git = Context["git"];

interface Bring {
  readonly branch: string;
  /** Where the branch is. */
  readonly before: string;
  /** Commit that is brought in. */
  readonly head: string;
  readonly message: string;
  /** Commits whose changes `head` holds although they are not in its history: they were squashed or rebased into it. */
  readonly known: readonly string[];
  /** The branch takes no merge commits. */
  readonly linear: boolean;
}

/**
 * Merges by what is known of both sides. Into a branch that takes no merge commits the files come by a commit with one
 * parent; a trailer names what it brought, so that the next one is merged from there on. Requests: 3, and 1 for each
 * file that both sides changed and that is no text; none when everything is there, or it conflicts. The branch is moved
 * forward, never by force.
 */
export async function mergeByHand(
  context: Context,
  bring: Bring,
): Promise<Merge | { readonly kind: "moved" }> {
  const { git } = context;
  const { branch, before, head, known, linear } = bring;
  await git.ensureHistory([before, head, ...known]);
  const ours = await withParents(git, before, await broughtBefore(git, before, head));
  const theirs = await withParents(git, head, known);
  const args = [
    "merge-tree",
    "--write-tree",
    "--name-only",
    "--allow-unrelated-histories",
    "-z",
    ours,
    theirs,
  ];
  const { stdout, code } = await git.run(args, { codes: [0, 1] });
  const merged = parseMergeTree(stdout.toString("utf8"), code === 0);
  if (!merged.clean) return { kind: "conflict" };
  if (linear && merged.tree === (await git.treeOf(before))) return { kind: "up-to-date" };
  const done = await commitTree(context, {
    parents: linear ? [before] : [before, head],
    tree: await treeOnServer(context, bring, merged.tree),
    message: linear ? `${bring.message.trimEnd()}\n\n${TRAILERS.merged}: ${head}` : bring.message,
    branch,
    expectedHead: before,
  });
  return done.kind === "committed" ? { kind: "merged", sha: done.sha } : { kind: "moved" };
}

/** The newest commit that was brought into a branch without a merge and is part of what is brought now. */
async function broughtBefore(git: Git, before: string, head: string): Promise<string[]> {
  const trailer = new RegExp(`^${TRAILERS.merged}: ([0-9a-f]{40})$`, "gm");
  for (const { body } of await git.log(head, before, { firstParent: true }))
    for (const [, sha = ""] of body.matchAll(trailer)) if (await git.isAncestor(sha, head)) return [sha];
  return [];
}

/** A commit as it would be if what it holds of others had been merged: Git then begins the next merge there. */
async function withParents(git: Git, commit: string, others: readonly string[]): Promise<string> {
  if (others.length === 0) return commit;
  const person = { NAME: "slipway", EMAIL: "slipway@invalid", DATE: "2000-01-01T00:00:00Z" };
  const env = Object.fromEntries(
    ["AUTHOR", "COMMITTER"].flatMap((role) =>
      Object.entries(person).map(([key, value]) => [`GIT_${role}_${key}`, value]),
    ),
  );
  const parents = [commit, ...others].flatMap((sha) => ["-p", sha]);
  const args = ["commit-tree", await git.treeOf(commit), ...parents, "-m", "as merged"];
  return (await git.run(args, { env })).stdout.toString("utf8").trim();
}

interface Entry {
  readonly path: string;
  readonly mode: string;
  /** `0…` where the file is gone. */
  readonly sha: string;
}

/** Makes GitHub write the merged tree: by name what is in `head`, by content what both sides changed. */
async function treeOnServer(context: Context, { before, head }: Bring, merged: string): Promise<string> {
  const { octokit, owner, repo, git } = context;
  const onlyHere = new Set((await changed(git, head, merged)).map(({ path }) => path));
  const tree = [];
  for (const { path, mode, sha } of await changed(git, before, merged)) {
    const gone = /^0+$/.test(sha);
    const entry = {
      path,
      mode: (gone ? "100644" : mode) as "100644",
      type: mode === "160000" ? ("commit" as const) : ("blob" as const),
    };
    if (gone) tree.push({ ...entry, sha: null });
    else if (!onlyHere.has(path)) tree.push({ ...entry, sha });
    else {
      const bytes = (await git.run(["cat-file", "blob", sha])).stdout;
      const text = bytes.toString("utf8");
      if (Buffer.from(text).equals(bytes)) tree.push({ ...entry, content: text });
      else {
        const { data } = await octokit.request("POST /repos/{owner}/{repo}/git/blobs", {
          owner,
          repo,
          content: bytes.toString("base64"),
          encoding: "base64",
          request: { repeatable: true },
        });
        tree.push({ ...entry, sha: data.sha });
      }
    }
  }
  if (tree.length === 0) return merged;
  const { data } = await octokit.request("POST /repos/{owner}/{repo}/git/trees", {
    owner,
    repo,
    base_tree: await git.treeOf(before),
    tree,
    // Named by its content: written twice it is the same tree.
    request: { repeatable: true },
  });
  if (data.sha !== merged)
    throw new InternalError(`GitHub wrote the tree ${data.sha} where a merge gives ${merged}.`);
  return data.sha;
}

async function changed(git: Git, from: string, to: string): Promise<Entry[]> {
  const args = ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", from, to];
  const fields = (await git.run(args)).stdout.toString("utf8").split("\0");
  const entries: Entry[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [, mode = "", , sha = ""] = (fields[index] ?? "").split(" ");
    entries.push({ path: fields[index + 1] ?? "", mode, sha });
  }
  return entries;
}
