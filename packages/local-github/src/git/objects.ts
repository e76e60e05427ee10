/** Blobs, trees, commits and tags. */

import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Git, GitError, gitText, runGit } from "./exec.ts";

export interface TreeEntry {
  readonly mode: string;
  readonly type: "blob" | "tree" | "commit";
  readonly sha: string;
  readonly path: string;
  /** Bytes; only for blobs. */
  readonly size?: number;
}

export interface TreeChange {
  readonly path: string;
  readonly mode: "100644" | "100755" | "040000" | "160000" | "120000";
  /** null removes the path. */
  readonly sha: string | null;
}

export interface Person {
  readonly name: string;
  readonly email: string;
  /** ISO 8601, seconds; any offset. */
  readonly date: string;
}

export interface CommitObject {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  readonly message: string;
  /** The raw object, as a signature would cover it. */
  readonly raw: string;
}

export interface TagObject {
  readonly sha: string;
  readonly tag: string;
  readonly message: string;
  readonly tagger: Person;
  readonly object: { readonly sha: string; readonly type: string };
}

export async function writeBlob(git: Git, content: Buffer | string): Promise<string> {
  return gitText(git, ["hash-object", "-w", "--stdin"], { input: content });
}

/** Bytes of a blob that is worth remembering: workflow and policy files are asked for again and again. */
const SMALL_BLOB = 256 * 1024;

export function readBlob(git: Git, sha: string): Promise<Buffer | undefined> {
  const ask = async () => {
    const { code, stdout } = await runGit(git, ["cat-file", "blob", sha], { codes: [0, 1, 128] });
    return code === 0 ? stdout : undefined;
  };
  return git.memory.recall("blob", [sha], ask, (blob) => (blob?.length ?? 0) <= SMALL_BLOB);
}

/** The content of a path at a commit; undefined when there is no file. */
export async function readFileAt(git: Git, commit: string, path: string): Promise<Buffer | undefined> {
  const entry = await entryAt(git, commit, path);
  return entry?.type === "blob" ? readBlob(git, entry.sha) : undefined;
}

function parseTree(text: string): TreeEntry[] {
  return text
    .split("\0")
    .filter(Boolean)
    .map((line) => {
      const tab = line.indexOf("\t");
      const [mode = "", type = "", sha = "", size = "-"] = line.slice(0, tab).split(/ +/);
      const entry = { mode, type: type as TreeEntry["type"], sha, path: line.slice(tab + 1) };
      return size === "-" ? entry : { ...entry, size: Number(size) };
    });
}

/** Entries of a listing that is worth remembering. */
const SHORT_LIST = 1_000;

/** Entries of a tree-ish, `<sha>:folder` among them; undefined when it is none. */
export function readTree(
  git: Git,
  treeish: string,
  recursive = false,
): Promise<readonly TreeEntry[] | undefined> {
  const flags = recursive ? ["-r", "-t"] : [];
  const ask = async () => {
    const args = ["ls-tree", "-z", "-l", "--full-tree", ...flags, treeish];
    const { code, stdout } = await runGit(git, args, { codes: [0, 128] });
    return code === 0 ? parseTree(stdout.toString("utf8")) : undefined;
  };
  const colon = treeish.indexOf(":");
  const [sha, path] = colon < 0 ? [treeish, ""] : [treeish.slice(0, colon), treeish.slice(colon)];
  const question = `tree ${flags.join("")} ${path}`;
  return git.memory.recall(question, [sha], ask, (entries) => (entries?.length ?? 0) <= SHORT_LIST);
}

/** The entry at one path of a commit, found without a glob: `--literal-pathspecs`. */
export function entryAt(git: Git, commit: string, path: string): Promise<TreeEntry | undefined> {
  return git.memory.recall(`entry ${path}`, [commit], async () => {
    const args = ["--literal-pathspecs", "ls-tree", "-z", "-l", "--full-tree", commit, "--", path];
    const { code, stdout } = await runGit(git, args, { codes: [0, 128] });
    if (code !== 0) return undefined;
    return parseTree(stdout.toString("utf8")).find((entry) => entry.path === path);
  });
}

/** Why a path may not stand in a tree, or undefined. */
export function pathProblem(path: string): string | undefined {
  if (!path || path.startsWith("/") || path.endsWith("/") || path.includes("\0")) {
    return "tree.path contains a malformed path component";
  }
  const bad = path.split("/").some((part) => !part || part === "." || part === ".." || /^\.git$/i.test(part));
  return bad ? "tree.path contains a malformed path component" : undefined;
}

/**
 * Applies changes to a base tree in an index of its own and writes the result.
 * @throws GitError when an object is missing or a path is not allowed.
 */
export async function writeTree(
  git: Git,
  base: string | undefined,
  changes: readonly TreeChange[],
): Promise<string> {
  const index = join(tmpdir(), `slipway-index-${randomUUID()}`);
  const env = { GIT_INDEX_FILE: index };
  const before = base ? ((await readTree(git, base, true)) ?? []) : [];
  const lines: string[] = [];
  for (const change of changes) lines.push(...(await indexLines(git, before, change)));
  try {
    await runGit(git, base ? ["read-tree", base] : ["read-tree", "--empty"], { env });
    if (lines.length > 0) {
      const input = lines.map((line) => `${line}\0`).join("");
      await runGit(git, ["update-index", "-z", "--replace", "--index-info"], { env, input });
    }
    return await gitText(git, ["write-tree"], { env });
  } finally {
    await rm(index, { force: true });
  }
}

/** A change as `git update-index --index-info` takes it. A folder, which an index does not know, becomes its files. */
async function indexLines(git: Git, before: readonly TreeEntry[], change: TreeChange): Promise<string[]> {
  const { mode, sha, path } = change;
  const gone = before
    .filter((entry) => entry.type !== "tree" && (entry.path === path || entry.path.startsWith(`${path}/`)))
    .map((entry) => `0 ${"0".repeat(40)}\t${entry.path}`);
  if (sha === null) {
    if (gone.length === 0) throw new GitError(["update-index"], 128, `${path} is not in the base tree`);
    return gone;
  }
  if (mode !== "040000") return [`${mode} ${sha}\t${path}`];
  const inside = (await readTree(git, sha, true)) ?? [];
  const files = inside.filter((entry) => entry.type !== "tree");
  return [...gone, ...files.map((entry) => `${entry.mode} ${entry.sha}\t${path}/${entry.path}`)];
}

function personEnv(role: "AUTHOR" | "COMMITTER", person: Person): Record<string, string> {
  return {
    [`GIT_${role}_NAME`]: person.name,
    [`GIT_${role}_EMAIL`]: person.email,
    [`GIT_${role}_DATE`]: person.date,
  };
}

/** Writes a commit object. The message is kept byte for byte. */
export async function writeCommit(
  git: Git,
  input: { tree: string; parents: readonly string[]; message: string; author: Person; committer: Person },
): Promise<string> {
  const args = ["commit-tree", input.tree, ...input.parents.flatMap((parent) => ["-p", parent]), "-F", "-"];
  return gitText(git, args, {
    input: input.message,
    env: { ...personEnv("AUTHOR", input.author), ...personEnv("COMMITTER", input.committer) },
    config: ["i18n.commitEncoding=utf-8"],
  });
}

function parsePerson(line: string): Person {
  const match = /^(.*?) ?<([^>]*)> (\d+) ([+-]\d{4})$/.exec(line);
  const seconds = Number(match?.[3] ?? 0);
  return {
    name: match?.[1] ?? "",
    email: match?.[2] ?? "",
    date: `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`,
  };
}

function splitHeaders(raw: string): { headers: [string, string][]; message: string } {
  const cut = raw.indexOf("\n\n");
  const head = cut < 0 ? raw : raw.slice(0, cut);
  const headers = head
    .split("\n")
    .filter((line) => !line.startsWith(" "))
    .map((line): [string, string] => {
      const space = line.indexOf(" ");
      return [line.slice(0, space), line.slice(space + 1)];
    });
  return { headers, message: cut < 0 ? "" : raw.slice(cut + 2) };
}

export function readCommit(git: Git, sha: string): Promise<CommitObject | undefined> {
  return git.memory.recall("commit", [sha], () => askCommit(git, sha));
}

async function askCommit(git: Git, sha: string): Promise<CommitObject | undefined> {
  const { code, stdout } = await runGit(git, ["cat-file", "commit", sha], { codes: [0, 1, 128] });
  if (code !== 0) return undefined;
  const raw = stdout.toString("utf8");
  const { headers, message } = splitHeaders(raw);
  const first = (name: string) => headers.find(([key]) => key === name)?.[1] ?? "";
  return {
    sha,
    tree: first("tree"),
    parents: headers.filter(([key]) => key === "parent").map(([, value]) => value),
    author: parsePerson(first("author")),
    committer: parsePerson(first("committer")),
    message: message.replace(/\n$/, ""),
    raw,
  };
}

export async function writeTag(
  git: Git,
  input: { tag: string; object: string; type: string; tagger: Person; message: string },
): Promise<string> {
  const seconds = Math.floor(Date.parse(input.tagger.date) / 1000);
  const clean = (text: string) => text.replaceAll(/[<>\n]/g, "");
  const text = `object ${input.object}\ntype ${input.type}\ntag ${input.tag}\ntagger ${clean(input.tagger.name)} <${clean(input.tagger.email)}> ${seconds} +0000\n\n${input.message}\n`;
  return gitText(git, ["hash-object", "-t", "tag", "-w", "--stdin"], { input: text });
}

export async function readTag(git: Git, sha: string): Promise<TagObject | undefined> {
  const { code, stdout } = await runGit(git, ["cat-file", "tag", sha], { codes: [0, 1, 128] });
  if (code !== 0) return undefined;
  const { headers, message } = splitHeaders(stdout.toString("utf8"));
  const first = (name: string) => headers.find(([key]) => key === name)?.[1] ?? "";
  return {
    sha,
    tag: first("tag"),
    message: message.replace(/\n$/, ""),
    tagger: parsePerson(first("tagger")),
    object: { sha: first("object"), type: first("type") },
  };
}

export function isGitError(error: unknown): error is GitError {
  return error instanceof GitError;
}
