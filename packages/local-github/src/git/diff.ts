/** Histories and differences between commits. */

import { type Git, gitText, runGit } from "./exec.ts";

export interface FileChange {
  readonly path: string;
  readonly previousPath?: string;
  readonly status: "added" | "removed" | "modified" | "renamed" | "copied" | "changed" | "unchanged";
  readonly additions: number;
  readonly deletions: number;
  /** Blob after the change (before it, for a removal). */
  readonly sha: string;
  /** Unified hunks; undefined for binary or very large files. */
  readonly patch?: string;
}

export const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
/** GitHub leaves out the patch of a file that is larger; its exact bound is not documented. */
const PATCH_LIMIT = 400_000;

const STATUS: Readonly<Record<string, FileChange["status"]>> = {
  A: "added",
  D: "removed",
  M: "modified",
  R: "renamed",
  C: "copied",
  T: "changed",
};

/** Files that differ between two tree-ishes, with counts and patches. */
export function diffFiles(git: Git, from: string, to: string): Promise<readonly FileChange[]> {
  return git.memory.recall("diff", [from, to], () => askDiff(git, from, to), isSmall);
}

/** Large patches are not worth their memory. */
function isSmall(files: readonly FileChange[]): boolean {
  return files.reduce((sum, { patch = "" }) => sum + patch.length, 0) < PATCH_LIMIT;
}

async function askDiff(git: Git, from: string, to: string): Promise<readonly FileChange[]> {
  const common = ["diff-tree", "-r", "-M", "-z", "--no-color", "--no-ext-diff", "--no-textconv"];
  const raw = (await runGit(git, [...common, "--raw", "--no-abbrev", from, to])).stdout
    .toString("utf8")
    .split("\0");
  const numstat = (await runGit(git, [...common, "--numstat", from, to])).stdout.toString("utf8").split("\0");
  const patches = await patchesByFile(git, from, to);
  const counts: { additions: number; deletions: number }[] = [];
  for (let at = 0; at < numstat.length && numstat[at]; at++) {
    const [added = "", deleted = "", path = ""] = (numstat[at] ?? "").split("\t");
    counts.push({ additions: Number(added) || 0, deletions: Number(deleted) || 0 });
    // A rename has its two paths as fields of their own.
    if (!path) at += 2;
  }
  const files: FileChange[] = [];
  for (let at = 0; at < raw.length && raw[at]; at++) {
    const [, , oldSha = "", newSha = "", letter = ""] = (raw[at] ?? "").split(" ");
    const status = STATUS[letter.charAt(0)] ?? "changed";
    const moved = status === "renamed" || status === "copied";
    const first = raw[++at] ?? "";
    const path = moved ? (raw[++at] ?? "") : first;
    const patch = patches[files.length];
    files.push({
      path,
      ...(moved ? { previousPath: first } : {}),
      status,
      ...(counts[files.length] ?? { additions: 0, deletions: 0 }),
      sha: status === "removed" ? oldSha : newSha,
      ...(patch ? { patch } : {}),
    });
  }
  return files;
}

/** Hunks per file, in the order of the raw diff; undefined where there are none to show. */
async function patchesByFile(git: Git, from: string, to: string): Promise<(string | undefined)[]> {
  const text = (
    await runGit(git, [
      "diff-tree",
      "-r",
      "-M",
      "-p",
      "--no-color",
      "--no-ext-diff",
      "--no-textconv",
      from,
      to,
    ])
  ).stdout.toString("utf8");
  return text
    .split(/^(?=diff --git )/m)
    .filter((part) => part.startsWith("diff --git "))
    .map((part) => {
      const hunk = part.search(/^@@ /m);
      if (hunk < 0) return undefined;
      const patch = part.slice(hunk).replace(/\n$/, "");
      return patch.length > PATCH_LIMIT ? undefined : patch;
    });
}

/** The raw output of `git diff` (`diff` media type) between two commits. */
export function rawDiff(git: Git, from: string, to: string): Promise<string> {
  return gitText(git, ["diff-tree", "-r", "-M", "-p", "--no-color", "--no-ext-diff", from, to]);
}

/** A mail for each commit, oldest first, as `git am` takes them. */
export function rawPatches(git: Git, from: string, to: string): Promise<string> {
  return gitText(git, ["format-patch", "--stdout", "--no-signature", "--no-ext-diff", `${from}..${to}`]);
}

/** Commits reachable from `to` and not from `from`, oldest first. */
export function commitsBetween(git: Git, from: string, to: string): Promise<readonly string[]> {
  return git.memory.recall("between", [from, to], async () => {
    const text = await gitText(git, ["rev-list", "--reverse", "--topo-order", to, `^${from}`]);
    return text.split("\n").filter(Boolean);
  });
}

export interface LogQuery {
  readonly from: string;
  readonly path?: string;
  readonly skip: number;
  readonly count: number;
  readonly since?: string;
  readonly until?: string;
  readonly author?: string;
}

/** Commits, newest first. */
export async function logCommits(git: Git, query: LogQuery): Promise<string[]> {
  const args = [
    "--literal-pathspecs",
    "rev-list",
    `--skip=${query.skip}`,
    `--max-count=${query.count}`,
    ...(query.since ? [`--since=${query.since}`] : []),
    ...(query.until ? [`--until=${query.until}`] : []),
    ...(query.author ? ["--fixed-strings", `--author=${query.author}`] : []),
    query.from,
    "--",
    ...(query.path ? [query.path] : []),
  ];
  return (await gitText(git, args)).split("\n").filter(Boolean);
}

/** Every line of a patch that can carry a comment: `RIGHT:12`, `LEFT:3`, with its position below the first hunk header. */
export function commentableLines(patch: string): Map<string, { position: number; hunk: string }> {
  const lines = new Map<string, { position: number; hunk: string }>();
  let left = 0;
  let right = 0;
  let header: string[] = [];
  patch.split("\n").forEach((line, position) => {
    const start = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line);
    if (start) {
      left = Number(start[1]);
      right = Number(start[2]);
      header = [line];
      return;
    }
    header.push(line);
    const hunk = header.join("\n");
    if (line.startsWith("+")) lines.set(`RIGHT:${right++}`, { position, hunk });
    else if (line.startsWith("-")) lines.set(`LEFT:${left++}`, { position, hunk });
    else if (line.startsWith(" ")) {
      lines.set(`LEFT:${left++}`, { position, hunk });
      lines.set(`RIGHT:${right++}`, { position, hunk });
    }
  });
  return lines;
}
