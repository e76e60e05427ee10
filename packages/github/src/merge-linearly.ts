/** What a merge would give, for branches whose rules take no merge commits. */
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
}

/**
 * Brings the files of a merge into a branch by a commit with one parent; a trailer names what it brought, so that the
 * next one is merged from there on. Requests: 3, and 1 for each file that both sides changed and that is no text; none
 * when everything is there. The branch is moved forward, never by force.
 */
export async function mergeLinearly(
  context: Context,
  bring: Bring,
): Promise<Merge | { readonly kind: "moved" }> {
  const { git } = context;
  const { branch, before, head } = bring;
  await git.ensureHistory([before, head]);
  const ours = await withParent(git, before, await broughtBefore(git, before, head));
  const args = ["merge-tree", "--write-tree", "--name-only", "--allow-unrelated-histories", "-z", ours, head];
  const { stdout, code } = await git.run(args, { codes: [0, 1] });
  const merged = parseMergeTree(stdout.toString("utf8"), code === 0);
  if (!merged.clean) return { kind: "conflict" };
  if (merged.tree === (await git.treeOf(before))) return { kind: "up-to-date" };
  const done = await commitTree(context, {
    parents: [before],
    tree: await treeOnServer(context, bring, merged.tree),
    message: `${bring.message.trimEnd()}\n\n${TRAILERS.merged}: ${head}`,
    branch,
    expectedHead: before,
  });
  return done.kind === "committed" ? { kind: "merged", sha: done.sha } : { kind: "moved" };
}

/** The newest commit that was brought into the branch so and is part of what is brought now. */
async function broughtBefore(git: Git, before: string, head: string): Promise<string | undefined> {
  const trailer = new RegExp(`^${TRAILERS.merged}: ([0-9a-f]{40})$`, "gm");
  for (const { body } of await git.log(head, before, { firstParent: true }))
    for (const [, sha = ""] of body.matchAll(trailer)) if (await git.isAncestor(sha, head)) return sha;
  return undefined;
}

/** The branch as it would be if what was brought had been merged: Git then begins the next merge there. */
async function withParent(git: Git, before: string, brought: string | undefined): Promise<string> {
  if (brought === undefined) return before;
  const person = { NAME: "slipway", EMAIL: "slipway@invalid", DATE: "2000-01-01T00:00:00Z" };
  const env = Object.fromEntries(
    ["AUTHOR", "COMMITTER"].flatMap((role) =>
      Object.entries(person).map(([key, value]) => [`GIT_${role}_${key}`, value]),
    ),
  );
  const args = ["commit-tree", await git.treeOf(before), "-p", before, "-p", brought, "-m", "as merged"];
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
