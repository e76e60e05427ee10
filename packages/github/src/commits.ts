import { type ChangedFile, InternalError, RefusalError, TRAILERS } from "@slipway/model";
import { branchSha, nameClash } from "./branches.ts";
import { httpFailure, isAlreadyThere, isUnclear, statusOf } from "./client/errors.ts";
import type { GitHubContext } from "./context.ts";

type Context = Pick<GitHubContext, "octokit" | "owner" | "repo" | "git" | "log" | "sleep">;

export interface CommitFiles {
  /** First parent first. */
  readonly parents: readonly string[];
  /** Tree (not commit) that the files are changes to; with one parent, the tree of that parent. */
  readonly baseTree: string;
  readonly files: readonly ChangedFile[];
  /** With trailers that make it unique to its purpose: a commit with this message, tree and parents is this one. */
  readonly message: string;
  readonly branch: string;
  /** Where the branch is now; null: it is to be made. Must be one of `parents` when it is not null. */
  readonly expectedHead: string | null;
}

export type Committed =
  /** By this call, or by an earlier one that was interrupted. */
  | { readonly kind: "committed"; readonly sha: string; readonly tree: string }
  /** The files are already so: a commit would be empty, and none was made. */
  | { readonly kind: "unchanged"; readonly tree: string }
  /** The branch is somewhere else (null: gone): nothing was changed. */
  | { readonly kind: "moved"; readonly head: string | null };

/** Text up to this length goes inline into the tree; more of it makes GitHub's tree request time out. */
const INLINE_MAX = 1_000_000;
const REF_ATTEMPTS = 4;

/**
 * One commit with these files at the head of a branch, by the Git Data API: author and committer are left out, so that
 * GitHub signs it in the name of the token's owner. The branch is made, or moved forward; never by force.
 * Requests: 3, and 1 for each binary or very large file. On a branch that takes no merge commits its head is the only
 * parent, and a trailer names the others (2 requests more).
 *
 * @throws RefusalError when GitHub does not take a path or content
 * @throws ConfigurationError naming the branch beside which Git allows none of this name
 */
export async function commitFiles(context: Context, commit: CommitFiles): Promise<Committed> {
  const { parents, expectedHead, message } = commit;
  if (expectedHead !== null && !parents.includes(expectedHead)) {
    throw new InternalError(
      `The new commit for ${commit.branch} must have the branch's head ${expectedHead} as a parent.`,
    );
  }
  const tree = await writeTree(context, commit);
  if (parents.length === 1 && tree === commit.baseTree) return { kind: "unchanged", tree };
  try {
    return await commitTree(context, { ...commit, tree });
  } catch (error) {
    if (expectedHead === null || parents.length < 2 || !takesNoMerges(error)) throw error;
    const others = parents.filter((parent) => parent !== expectedHead);
    const told = others.map((sha) => `${TRAILERS.merged}: ${sha}`).join("\n");
    const linear = { parents: [expectedHead], message: `${message.trimEnd()}\n${told}` };
    return await commitTree(context, { ...commit, ...linear, tree });
  }
}

/** A commit of a tree that GitHub has, at the head of a branch. Requests: 2. */
export async function commitTree(
  context: Context,
  commit: Omit<CommitFiles, "baseTree" | "files"> & { readonly tree: string },
): Promise<Committed> {
  return await moveBranch(context, commit, await writeCommit(context, commit), commit.tree);
}

/** Whether the rules of a branch refuse a commit because it has several parents (required linear history). */
export function takesNoMerges(error: unknown): boolean {
  return (
    [409, 422].includes(statusOf(error) ?? 0) &&
    /must not contain merge commits/i.test(httpFailure(error)?.message ?? "")
  );
}

/**
 * The same commit, on no branch: to be merged into one. Undefined when the files are already so. Requests: 2, and 1
 * for each binary or very large file.
 *
 * @throws RefusalError when GitHub does not take a path or content
 */
export async function looseCommit(
  context: Context,
  commit: Pick<CommitFiles, "parents" | "baseTree" | "files" | "message">,
): Promise<string | undefined> {
  const tree = await writeTree(context, commit);
  return tree === commit.baseTree ? undefined : await writeCommit(context, { ...commit, tree });
}

/**
 * Commits one after another, on no branch yet. One that would change nothing is left out. Requests: 2 for each, and 1
 * for each binary or very large file.
 *
 * @returns the last commit; `parent` where there is nothing to commit
 * @throws RefusalError when GitHub does not take a path or content
 */
export async function commitChain(
  context: Context,
  { parent, baseTree }: { readonly parent: string; readonly baseTree: string },
  commits: readonly Pick<CommitFiles, "files" | "message">[],
): Promise<string> {
  return (await chained(context, { parent, baseTree }, commits)).sha;
}

interface Chained {
  readonly sha: string;
  readonly tree: string;
  /** Of the last commit; none where there was nothing to commit. */
  readonly parents: readonly string[];
  readonly message: string;
}

async function chained(
  context: Context,
  { parent, baseTree }: { readonly parent: string; readonly baseTree: string },
  commits: readonly Pick<CommitFiles, "files" | "message">[],
): Promise<Chained> {
  let at: Chained = { sha: parent, tree: baseTree, parents: [], message: "" };
  for (const { files, message } of commits) {
    const tree = await writeTree(context, { baseTree: at.tree, files });
    if (tree === at.tree) continue;
    const parents = [at.sha];
    at = { sha: await writeCommit(context, { parents, message, tree }), tree, parents, message };
  }
  return at;
}

/**
 * {@link commitChain}, and then the branch at its end: it holds all of them or none. Requests: those of the chain and 1.
 *
 * @throws RefusalError when GitHub does not take a path or content
 * @throws ConfigurationError naming the branch beside which Git allows none of this name
 */
export async function commitChainTo(
  context: Context,
  chain: Pick<CommitFiles, "branch" | "expectedHead"> & {
    readonly parent: string;
    readonly baseTree: string;
  },
  commits: readonly Pick<CommitFiles, "files" | "message">[],
): Promise<Committed> {
  const { sha, tree, parents, message } = await chained(context, chain, commits);
  if (parents.length === 0) return { kind: "unchanged", tree };
  return await moveBranch(context, { ...chain, parents, message }, sha, tree);
}

async function writeCommit(
  { octokit, owner, repo }: Context,
  {
    parents,
    message,
    tree,
  }: { readonly parents: readonly string[]; readonly message: string; readonly tree: string },
): Promise<string> {
  const { data } = await octokit.request("POST /repos/{owner}/{repo}/git/commits", {
    owner,
    repo,
    message,
    tree,
    parents: [...parents],
    // A commit that no branch has is invisible.
    request: { repeatable: true },
  });
  return data.sha;
}

async function moveBranch(
  context: Context,
  commit: Omit<CommitFiles, "baseTree" | "files">,
  sha: string,
  tree: string,
): Promise<Committed> {
  const { octokit, owner, repo, log, sleep } = context;
  const { branch, expectedHead } = commit;
  for (let attempt = 1; ; attempt++) {
    try {
      if (expectedHead === null) {
        await octokit.request("POST /repos/{owner}/{repo}/git/refs", {
          owner,
          repo,
          ref: `refs/heads/${branch}`,
          sha,
        });
      } else {
        const ref = `heads/${branch}`;
        await octokit.request("PATCH /repos/{owner}/{repo}/git/refs/{ref}", {
          owner,
          repo,
          ref,
          sha,
          force: false,
        });
      }
      return { kind: "committed", sha, tree };
    } catch (error) {
      const unclear = isUnclear(error);
      const clash = expectedHead === null ? await nameClash(context, branch, error) : undefined;
      if (clash) throw clash;
      if (!unclear && !isRefConflict(error)) throw error;
      if (unclear) await sleep(500 * 2 ** (attempt - 1));
      const head = (await branchSha(context, branch)) ?? null;
      if (head === sha) return { kind: "committed", sha, tree };
      if (head !== expectedHead) {
        const same = head !== null && (await isSameCommit(context, head, commit, tree));
        return same ? { kind: "committed", sha: head, tree } : { kind: "moved", head };
      }
      if (!unclear || attempt >= REF_ATTEMPTS) throw error;
      log.warn(`${branch} was not moved to ${sha}; trying again (${attempt + 1} of ${REF_ATTEMPTS}).`);
    }
  }
}

/** 422: the ref is there (create), is not there, or would not be fast-forwarded (update). 409: it is being changed. */
function isRefConflict(error: unknown): boolean {
  if (isAlreadyThere(error) || statusOf(error) === 409) return true;
  return (
    statusOf(error) === 422 &&
    /fast.?forward|does not exist|reference/i.test(httpFailure(error)?.message ?? "")
  );
}

async function isSameCommit(
  { octokit, owner, repo }: Context,
  head: string,
  commit: Pick<CommitFiles, "message" | "parents">,
  tree: string,
): Promise<boolean> {
  const { data } = await octokit.request("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", {
    owner,
    repo,
    commit_sha: head,
  });
  return (
    data.tree.sha === tree &&
    data.message.trimEnd() === commit.message.trimEnd() &&
    data.parents.map((parent) => parent.sha).join() === commit.parents.join()
  );
}

/**
 * The tree of files as changes to another tree. Requests: 1, and 1 for each binary or very large file.
 *
 * @throws RefusalError when GitHub does not take a path or content
 */
export async function writeTree(
  context: Context,
  { baseTree, files }: Pick<CommitFiles, "baseTree" | "files">,
): Promise<string> {
  const { octokit, owner, repo } = context;
  // The server is asked only when something changes: the tree of nothing is the tree itself.
  if (files.length === 0) return baseTree;
  const entries: {
    path: string;
    mode: "100644" | "100755";
    type: "blob";
    sha?: string | null;
    content?: string;
  }[] = [];
  for (const file of files) {
    if (file.status === "deleted") {
      entries.push({ path: file.path, mode: "100644", type: "blob", sha: null });
    } else if (file.encoding === "utf-8" && file.content.length <= INLINE_MAX) {
      entries.push({ path: file.path, mode: file.mode, type: "blob", content: file.content });
    } else {
      const blob = await octokit.request("POST /repos/{owner}/{repo}/git/blobs", {
        owner,
        repo,
        content: file.content,
        encoding: file.encoding,
        request: { repeatable: true },
      });
      entries.push({ path: file.path, mode: file.mode, type: "blob", sha: blob.data.sha });
    }
  }
  try {
    const answer = await octokit.request("POST /repos/{owner}/{repo}/git/trees", {
      owner,
      repo,
      base_tree: baseTree,
      tree: entries,
      // Named by its content: written twice it is the same tree.
      request: { repeatable: true },
    });
    return answer.data.sha;
  } catch (error) {
    if (statusOf(error) !== 422) throw error;
    const paths = files.map(({ path }) => path);
    const shown =
      paths.length > 10 ? `${paths.slice(0, 10).join(", ")} and ${paths.length - 10} more` : paths.join(", ");
    throw new RefusalError(
      `GitHub does not take the change (${httpFailure(error)?.message}). Its files: ${shown}. A deleted file that is not there, or a path such as .git/…, is refused.`,
      { cause: error },
    );
  }
}
