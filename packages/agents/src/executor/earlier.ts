import { isUtf8 } from "node:buffer";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type ChangedFile, errorText } from "@slipway/model";
import { pathProblem, protectionProblem } from "../checks/paths.ts";
import { git } from "../process/git.ts";
import { contentAt, hasCommit } from "../process/git-objects.ts";
import type { Baseline, Refusal } from "./collect.ts";
import { removeInside, writeInside } from "./file.ts";

/** What an attempt that did not get through has left, to be gone on from. */
export interface Earlier {
  /** The commit that it started from; its files are whole contents relative to that. */
  readonly startSha: string;
  readonly files: readonly ChangedFile[];
  readonly summary: string;
  /** Why it ended. */
  readonly reason: string;
  /** The end of its trajectory, JSON lines; may be empty. */
  readonly trajectory: string;
}

export interface Resumed {
  /** Paths that are in the work tree as the earlier attempt left them, or merged with what came in between. */
  readonly applied: readonly string[];
  /** What no longer applies. Its content lies in the folder of that name in HOME. */
  readonly left: readonly Refusal[];
}

/** Folder below the agent's HOME for contents that could not be applied. */
export const LEFT_FOLDER = "earlier";

export interface ResumeOptions {
  readonly workDir: string;
  readonly startSha: string;
  readonly baseline: Baseline;
  readonly protectedPaths: readonly string[];
  /** The agent's HOME. */
  readonly home: string;
}

/**
 * Puts an earlier attempt's files into the work tree. On a base that has moved, what others changed meanwhile is
 * merged when both can be had, and else stays: that file is named, and the others are kept.
 */
export async function resume(earlier: Earlier, options: ResumeOptions): Promise<Resumed> {
  const moved = earlier.startSha !== options.startSha;
  const known = moved && (await hasCommit(earlier.startSha, { cwd: options.workDir }));
  const applied: string[] = [];
  const left: Refusal[] = [];
  for (const file of earlier.files) {
    const reason = await applyOne(file, { earlier, options, moved, known }).catch((error) =>
      errorText(error),
    );
    if (reason === null) applied.push(file.path);
    else {
      left.push({ path: file.path, reason });
      await keepAside(file, options.home);
    }
  }
  return { applied, left };
}

interface Case {
  readonly earlier: Earlier;
  readonly options: ResumeOptions;
  readonly moved: boolean;
  /** Whether the commit that the earlier attempt started from can be looked at. */
  readonly known: boolean;
}

/** Why the file was not applied; null when it was. */
async function applyOne(file: ChangedFile, { earlier, options, moved, known }: Case): Promise<string | null> {
  const problem = pathProblem(file.path) ?? protectionProblem(file.path, options.protectedPaths);
  if (problem !== null) return problem;
  const theirs = contentOf(file);
  const write = async (content: Buffer | null) => {
    if (content === null || file.status === "deleted") await removeInside(options.workDir, file.path);
    else await writeInside(options.workDir, file.path, content, file.mode === "100755" ? 0o755 : 0o644);
    return null;
  };
  if (!moved) return write(theirs);
  const now = await options.baseline.contentOf(file.path);
  if (same(now, theirs)) return write(theirs);
  if (!known) {
    return now === null
      ? write(theirs)
      : "the base has moved, and what the file was before is not in this checkout";
  }
  const before = await contentAt(earlier.startSha, file.path, { cwd: options.workDir });
  if (same(before, now)) return write(theirs);
  if (before === null) return "somebody else has made the same file meanwhile";
  if (now === null) return "it was removed meanwhile";
  if (theirs === null) return "it was changed meanwhile, and the earlier attempt had removed it";
  const merged = await mergedOf(now, before, theirs, options.home);
  return merged === null ? "it was changed meanwhile in the same place" : write(merged);
}

function contentOf(file: ChangedFile): Buffer | null {
  return file.status === "deleted"
    ? null
    : Buffer.from(file.content, file.encoding === "base64" ? "base64" : "utf8");
}

function same(a: Buffer | null, b: Buffer | null): boolean {
  return a === null || b === null ? a === b : a.equals(b);
}

/** Git's three-way merge of one text; null when both sides changed the same place, or it is no text. */
async function mergedOf(ours: Buffer, base: Buffer, theirs: Buffer, home: string): Promise<Buffer | null> {
  if (![ours, base, theirs].every((content) => isUtf8(content) && !content.includes(0))) return null;
  const folder = await mkdtemp(join(home, "merge-"));
  try {
    const names = ["ours", "base", "theirs"];
    for (const [index, content] of [ours, base, theirs].entries())
      await writeFile(join(folder, names[index] ?? ""), content);
    const result = await git(["merge-file", "-p", "-q", ...names], { cwd: folder });
    return result.exitCode === 0 ? result.stdout : null;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Nothing that was paid for is thrown away: the agent can read it there. */
async function keepAside(file: ChangedFile, home: string): Promise<void> {
  const content = contentOf(file);
  if (content === null || pathProblem(file.path) !== null) return;
  const path = join(home, LEFT_FOLDER, file.path);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
