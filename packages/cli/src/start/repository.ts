/** The repository under work: where it comes from, and its copy that the local GitHub is given. */
import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { GitFailure, git, gitMaybe, OWN_REPOSITORY } from "../git.ts";
import { UsageError } from "../usage-error.ts";
import { commitFolder } from "./commits.ts";

export type Source =
  /** A folder of files, made into a repository with one commit. */
  | {
      readonly kind: "folder";
      readonly path: string;
      readonly name: string;
      /** The version that the repository is to have when it is ready. */
      readonly tag: string | null;
    }
  /** A git repository on this machine. */
  | {
      readonly kind: "directory";
      readonly path: string;
      readonly name: string;
      readonly branch: string;
      readonly commit: string;
      /** Files with uncommitted work, which is not taken. */
      readonly uncommitted: number;
    }
  | { readonly kind: "url"; readonly url: string; readonly name: string };

const URL_FORM = /^(?:[a-z][a-z0-9+.-]*:\/\/|[^/@\s]+@[^/:\s]+:)/i;

/** GitHub allows these characters in a repository's name, and at most 100 of them. */
export function repositoryName(text: string): string {
  const name = text
    .replace(/[\\/]+$/, "")
    .replace(/^.*[\\/:]/, "")
    .replace(/\.git$/, "")
    .replace(/[^\w.-]+/g, "-")
    .replace(/^[-.]+|-+$/g, "")
    .slice(0, 100);
  return name || "repository";
}

/**
 * What `--repo` names, looked at but not changed.
 *
 * @throws UsageError when it is no git repository, has no commit, or has no branch checked out
 */
export async function findSource(given: string, cwd: string): Promise<Source> {
  if (URL_FORM.test(given)) return { kind: "url", url: given, name: repositoryName(given) };
  const path = resolve(cwd, given);
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new UsageError(`--repo ${given}: there is no such folder.`);
  if (!found.isDirectory())
    throw new UsageError(`--repo ${given} is a file: give the folder of a git repository.`);
  const at = { cwd: path };
  const top = await topLevel(given, path);
  const commit = await gitMaybe(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], at);
  if (commit === undefined) {
    throw new UsageError(`--repo ${given} has no commit yet: commit what is there, then run this again.`);
  }
  const branch = await gitMaybe(["symbolic-ref", "--quiet", "--short", "HEAD"], at);
  if (branch === undefined) {
    throw new UsageError(
      `--repo ${given} has no branch checked out (its HEAD is detached): check one out first.`,
    );
  }
  const bare = (await git(["rev-parse", "--is-bare-repository"], at)) === "true";
  const changes = bare ? "" : await git(["status", "--porcelain", "-z", "--untracked-files=normal"], at);
  const uncommitted = changes.split("\0").filter(Boolean).length;
  return { kind: "directory", path: top, name: repositoryName(basename(top)), branch, commit, uncommitted };
}

async function topLevel(given: string, path: string): Promise<string> {
  try {
    if ((await git(["rev-parse", "--is-bare-repository"], { cwd: path })) === "true") {
      return await git(["rev-parse", "--absolute-git-dir"], { cwd: path });
    }
    const top = await git(["rev-parse", "--show-toplevel"], { cwd: path });
    const inside = await git(["rev-parse", "--show-prefix"], { cwd: path });
    if (inside !== "") {
      throw new UsageError(`--repo ${given} is a folder inside the git repository ${top}: give that one.`);
    }
    return top;
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    if (/dubious ownership/.test(error.stderr)) {
      throw new UsageError(
        `--repo ${given} belongs to another user, and git refuses to read it: run \`git config --global --add safe.directory ${path}\` if you trust it.`,
      );
    }
    throw new UsageError(
      `--repo ${given} is not a git repository: run \`git init\` there and commit, or give another.`,
    );
  }
}

export interface RepositoryCopy {
  readonly bare: string;
  readonly branch: string;
  readonly commit: string;
}

/**
 * A bare copy of the committed state, ours to add to.
 *
 * @throws UsageError when a URL cannot be cloned or has no commit
 */
export async function copySource(
  source: Source,
  bare: string,
  signal?: AbortSignal,
): Promise<RepositoryCopy> {
  const call = signal ? { signal } : {};
  switch (source.kind) {
    case "folder": {
      const commit = await commitFolder({
        folder: source.path,
        bare,
        branch: "main",
        message: "feat: first version",
      });
      return { bare, branch: "main", commit };
    }
    case "directory":
      await git(
        ["clone", "--quiet", "--bare", "--no-hardlinks", "--branch", source.branch, "--", source.path, bare],
        call,
      );
      return { bare, branch: source.branch, commit: await headOf(bare) };
    case "url": {
      try {
        await git(["clone", "--quiet", "--bare", "--", source.url, bare], call);
      } catch (error) {
        if (!(error instanceof GitFailure)) throw error;
        throw new UsageError(
          `--repo ${withoutPassword(source.url)} could not be cloned: ${reasonOf(error.stderr)}`,
        );
      }
      const commit = await gitMaybe(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], {
        cwd: bare,
        env: OWN_REPOSITORY,
      });
      if (commit === undefined)
        throw new UsageError(
          `--repo ${withoutPassword(source.url)} has no commit on its default branch yet.`,
        );
      return {
        bare,
        branch: await git(["symbolic-ref", "--short", "HEAD"], { cwd: bare, env: OWN_REPOSITORY }),
        commit,
      };
    }
  }
}

const headOf = (bare: string) =>
  git(["rev-parse", "--verify", "HEAD^{commit}"], { cwd: bare, env: OWN_REPOSITORY });

/** What git died of; it goes on with general advice. */
function reasonOf(stderr: string): string {
  const lines = stderr.split("\n").filter(Boolean);
  const fatal = lines.filter((line) => line.startsWith("fatal: "));
  return fatal[0] ?? lines.at(-1) ?? "git gave no reason.";
}

/** A URL fit to be printed: `https://user:secret@host/…` without the secret. */
export function withoutPassword(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@\s]*@/i, "$1");
}

/** Text of a file in a repository's commit, or undefined when it is not there. */
export function fileAt(repository: string, commit: string, path: string): Promise<string | undefined> {
  return gitMaybe(["cat-file", "blob", `${commit}:${path}`], { cwd: repository });
}
