/** Commits and file differences in GitHub's shapes. */

import { diffFiles, EMPTY_TREE, type FileChange } from "../git/diff.ts";
import { type CommitObject, readCommit } from "../git/objects.ts";
import { nodeId } from "../store/node-id.ts";
import type { RepositoryRecord, UserRecord } from "../store/records.ts";
import type { World } from "../world.ts";
import { apiUrl, htmlUrl } from "./repositories.ts";
import { simpleUser } from "./users.ts";

/**
 * Commits that the API wrote in GitHub's own name count as signed. There is no key here, so no signature is shown;
 * `reason` and `verified` are what a gate may ask for.
 */
export function verification(repository: RepositoryRecord, commit: CommitObject) {
  const verified = repository.verifiedCommits.has(commit.sha);
  return {
    verified,
    reason: verified ? "valid" : "unsigned",
    signature: null,
    payload: verified ? commit.raw : null,
    verified_at: verified ? commit.committer.date : null,
  };
}

/** `git-commit` */
export function gitCommit(world: World, repository: RepositoryRecord, commit: CommitObject) {
  const api = apiUrl(world, repository);
  const html = htmlUrl(world, repository);
  return {
    sha: commit.sha,
    node_id: nodeId("Commit", `${repository.id}:${commit.sha}`),
    url: `${api}/git/commits/${commit.sha}`,
    html_url: `${html}/commit/${commit.sha}`,
    author: commit.author,
    committer: commit.committer,
    tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
    message: commit.message,
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/git/commits/${sha}`,
      html_url: `${html}/commit/${sha}`,
    })),
    verification: verification(repository, commit),
  };
}

/** The account an e-mail address belongs to: only GitHub's own no-reply addresses are known. */
function accountOf(world: World, email: string): UserRecord | undefined {
  const login = /^(?:\d+\+)?([^@]+)@users\.noreply\.github\.com$/.exec(email)?.[1];
  return login ? world.store.user(login) : undefined;
}

/** `commit`, without its files */
export function commitJson(world: World, repository: RepositoryRecord, commit: CommitObject) {
  const api = apiUrl(world, repository);
  const html = htmlUrl(world, repository);
  const author = accountOf(world, commit.author.email);
  const committer = accountOf(world, commit.committer.email);
  return {
    sha: commit.sha,
    node_id: nodeId("Commit", `${repository.id}:${commit.sha}`),
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      url: `${api}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: verification(repository, commit),
    },
    url: `${api}/commits/${commit.sha}`,
    html_url: `${html}/commit/${commit.sha}`,
    comments_url: `${api}/commits/${commit.sha}/comments`,
    author: author ? simpleUser(world, author) : null,
    committer: committer ? simpleUser(world, committer) : null,
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/commits/${sha}`,
      html_url: `${html}/commit/${sha}`,
    })),
  };
}

/** `diff-entry` */
export function diffEntry(world: World, repository: RepositoryRecord, head: string, file: FileChange) {
  const path = file.path.split("/").map(encodeURIComponent).join("/");
  return {
    sha: file.sha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${htmlUrl(world, repository)}/blob/${head}/${path}`,
    raw_url: `${htmlUrl(world, repository)}/raw/${head}/${path}`,
    contents_url: `${apiUrl(world, repository)}/contents/${path}?ref=${head}`,
    ...(file.patch === undefined ? {} : { patch: file.patch }),
    ...(file.previousPath === undefined ? {} : { previous_filename: file.previousPath }),
  };
}

/** `commit` with statistics and files, against its first parent */
export async function fullCommit(world: World, repository: RepositoryRecord, commit: CommitObject) {
  const files = await diffFiles(world.git(repository), commit.parents[0] ?? EMPTY_TREE, commit.sha);
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return {
    ...commitJson(world, repository, commit),
    stats: { additions, deletions, total: additions + deletions },
    files: files.slice(0, 300).map((file) => diffEntry(world, repository, commit.sha, file)),
  };
}

/** Commits by SHA, in the given order. */
export async function commitsJson(world: World, repository: RepositoryRecord, shas: readonly string[]) {
  const git = world.git(repository);
  const commits = await Promise.all(shas.map((sha) => readCommit(git, sha)));
  return commits.flatMap((commit) => (commit ? [commitJson(world, repository, commit)] : []));
}
