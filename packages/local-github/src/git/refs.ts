/** Refs: reading, listing, and updates that are a compare-and-swap. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Git, GitError, gitText, runGit } from "./exec.ts";

export const ZERO = "0".repeat(40);

export type ObjectType = "commit" | "tree" | "blob" | "tag";

export interface RefValue {
  /** `refs/heads/main` */
  readonly name: string;
  readonly sha: string;
  readonly type: ObjectType;
}

export function isSha(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

/** git's rules for a full ref name (`git check-ref-format`), without a process. */
export function isValidRefName(name: string): boolean {
  if (!name.startsWith("refs/") || name.endsWith("/") || name.endsWith(".") || name.length > 1024)
    return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what git forbids.
  if (/[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\//.test(name)) return false;
  const parts = name.split("/");
  return parts.length >= 3 && parts.every((part) => part && !part.startsWith(".") && !part.endsWith(".lock"));
}

function parseRefs(text: string): RefValue[] {
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const [sha = "", type = "", ...name] = line.split(" ");
      return { sha, type: type as ObjectType, name: name.join(" ") };
    });
}

/** Refs below a prefix (`refs/heads/`, `refs/tags/v1`): the prefix may end in the middle of a name. */
export async function listRefs(git: Git, prefix: string): Promise<RefValue[]> {
  const folder = prefix.slice(0, prefix.lastIndexOf("/"));
  const text = await gitText(git, [
    "for-each-ref",
    "--format=%(objectname) %(objecttype) %(refname)",
    ...(folder ? [folder] : []),
  ]);
  return parseRefs(text).filter((ref) => ref.name.startsWith(prefix));
}

/**
 * What a ref holds that lies in a file of its own, as nearly all do here: a file is read a hundred times faster than git
 * is started. Undefined for one that is packed, points at another ref, or is not there: that is for git to say.
 */
async function looseRef(git: Git, name: string): Promise<string | undefined> {
  const text = await readFile(join(git.dir, name), "utf8").catch(() => "");
  const sha = text.trimEnd();
  return isSha(sha) ? sha : undefined;
}

/** One ref by its full name. */
export async function readRef(git: Git, name: string): Promise<RefValue | undefined> {
  if (!isValidRefName(name)) return undefined;
  const sha = (await looseRef(git, name)) ?? (await askRef(git, name));
  const type = sha && (await objectType(git, sha));
  return sha && type ? { name, sha, type } : undefined;
}

async function askRef(git: Git, revision: string): Promise<string | undefined> {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", revision];
  const { code, stdout } = await runGit(git, args, { codes: [0, 1, 128] });
  return code === 0 ? stdout.toString("utf8").trim() : undefined;
}

export async function branchHead(git: Git, branch: string): Promise<string | undefined> {
  return (await readRef(git, `refs/heads/${branch}`))?.sha;
}

export async function objectType(git: Git, sha: string): Promise<ObjectType | undefined> {
  if (!isSha(sha)) return undefined;
  return git.memory.recall("type", [sha], async () => {
    const { code, stdout } = await runGit(git, ["cat-file", "-t", sha], { codes: [0, 1, 128] });
    return code === 0 ? (stdout.toString("utf8").trim() as ObjectType) : undefined;
  });
}

/** The commit that a branch, tag, full ref or (abbreviated) SHA names; tags are peeled. */
export async function resolveCommit(git: Git, name: string): Promise<string | undefined> {
  const candidates = /^[0-9a-f]{7,40}$/i.test(name)
    ? [`refs/heads/${name}`, `refs/tags/${name}`, name]
    : name.startsWith("refs/")
      ? [name]
      : [`refs/heads/${name}`, `refs/tags/${name}`, `refs/${name}`];
  for (const candidate of candidates) {
    if (candidate.startsWith("refs/") && !isValidRefName(candidate)) continue;
    const loose = candidate.startsWith("refs/") ? await looseRef(git, candidate) : undefined;
    if (loose && (await objectType(git, loose)) === "commit") return loose;
    const commit = await askRef(git, `${candidate}^{commit}`);
    if (commit) return commit;
  }
  return undefined;
}

export function isAncestor(git: Git, ancestor: string, descendant: string): Promise<boolean> {
  return git.memory.recall("ancestor", [ancestor, descendant], async () => {
    const args = ["merge-base", "--is-ancestor", ancestor, descendant];
    return (await runGit(git, args, { codes: [0, 1] })).code === 0;
  });
}

export function mergeBase(git: Git, one: string, other: string): Promise<string | undefined> {
  return git.memory.recall("base", [one, other], async () => {
    const { code, stdout } = await runGit(git, ["merge-base", one, other], { codes: [0, 1] });
    return code === 0 ? stdout.toString("utf8").trim() : undefined;
  });
}

/**
 * Moves a ref from `old` to `next` under git's own lock. `old` is {@link ZERO} for "must not exist", `next` is
 * {@link ZERO} to delete. `conflict`: the ref was not at `old`, or a name stands in its way.
 */
export async function swapRef(
  git: Git,
  name: string,
  next: string,
  old: string,
): Promise<"updated" | "conflict"> {
  const args = next === ZERO ? ["update-ref", "-d", name, old] : ["update-ref", name, next, old];
  try {
    await runGit(git, args);
    return "updated";
  } catch (error) {
    if (
      error instanceof GitError &&
      /cannot lock ref|reference already exists|is at|unable to resolve/.test(error.stderr)
    ) {
      return "conflict";
    }
    throw error;
  }
}

/** Points a ref of the server's own (`refs/pull/…`) somewhere, wherever it was. */
export async function setRef(git: Git, name: string, sha: string): Promise<void> {
  await runGit(git, ["update-ref", name, sha]);
}

export async function removeRef(git: Git, name: string): Promise<void> {
  await runGit(git, ["update-ref", "-d", name]);
}

/** True when the repository has no branch at all. */
export async function isEmpty(git: Git): Promise<boolean> {
  return (await gitText(git, ["for-each-ref", "--count=1", "--format=%(refname)", "refs/heads"])) === "";
}

/** The first workflow file that a commit not yet reachable from any ref touches. */
export async function newWorkflowChange(git: Git, sha: string): Promise<string | undefined> {
  const text = await gitText(git, [
    "log",
    "--format=",
    "--name-only",
    sha,
    "--not",
    "--all",
    "--",
    ".github/workflows",
  ]);
  return text.split("\n").find(Boolean);
}
