import { isUtf8 } from "node:buffer";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { ChangedFile } from "@slipway/model";
import type { Refusal } from "../../executor/collect.ts";
import { type GitOptions, git, gitOutput } from "../../process/git.ts";
import { blobSizes, readBlobs } from "../../process/git-objects.ts";
import type { Snapshot } from "./snapshot.ts";

export interface PatchedFiles {
  readonly files: readonly ChangedFile[];
  readonly refused: readonly Refusal[];
  /** Paths of those parts that could not be made to fit: without them the change is not what was meant. */
  readonly unfit: readonly string[];
}

/**
 * What a unified diff makes of the tree, file by file: a part that does not apply is refused by name, and the others
 * are kept. Nothing is written to a work tree.
 *
 * @param maxBytes of content that is read
 */
export async function filesOfPatch(
  snapshot: Snapshot,
  patch: string,
  maxBytes: number,
): Promise<PatchedFiles> {
  const options: GitOptions = {
    cwd: snapshot.gitDir,
    env: { GIT_INDEX_FILE: join(snapshot.folder, "patch-index") },
  };
  await rm(join(snapshot.folder, "patch-index"), { force: true });
  await gitOutput(["read-tree", snapshot.startSha], options);
  const refused: Refusal[] = [];
  // One part after the other: in a patch as a whole, one that does not apply keeps all others out.
  for (const part of partsOf(patch)) {
    const problem = oversized(part, maxBytes) ?? (await applied(part, options));
    if (problem !== null) refused.push({ path: await nameOf(part, options), reason: problem });
  }
  const unfit = refused.map(({ path }) => path);
  return { ...(await changed(snapshot, options, maxBytes, refused)), unfit };
}

/**
 * A patch cut before each `diff --git`. No line of content begins so: in a text part it has a blank, `+`, `-` or `\`
 * before it, in a binary part there are no blanks. A plain diff without such lines is one part.
 */
export function partsOf(patch: string): string[] {
  const text = patch.endsWith("\n") ? patch : `${patch}\n`;
  const starts = [...text.matchAll(/^diff --git /gm)].map(({ index }) => index);
  if (starts.length === 0) return text.trim() === "" ? [] : [text];
  return starts.map((start, index) => text.slice(start, starts[index + 1] ?? text.length));
}

/** A binary part says how much it unpacks to. */
function oversized(part: string, maxBytes: number): string | null {
  for (const [, size] of part.matchAll(/^(?:literal|delta) (\d+)$/gm)) {
    if (Number(size) > maxBytes) return `it unpacks to ${size} bytes, and ${maxBytes} are taken`;
  }
  return null;
}

/** Null when it was applied to the index. */
async function applied(part: string, options: GitOptions): Promise<string | null> {
  const apply = (...how: string[]) =>
    git(["apply", "--cached", "--whitespace=nowarn", ...how], { ...options, input: part });
  const plain = await apply();
  if (plain.exitCode === 0) return null;
  // A three-way merge that leaves conflicts ends with 1 and unmerged entries in the index.
  const before = await gitOutput(["write-tree"], options);
  const merged = await apply("--3way");
  if (merged.exitCode === 0) return null;
  await gitOutput(["read-tree", before.toString("utf8").trim()], options);
  const why = plain.stderr
    .replace(/^error: /gm, "")
    .trim()
    .split("\n")
    .slice(0, 2)
    .join("; ");
  return `its part of the patch does not apply: ${why.slice(0, 300) || "git apply refuses it"}`;
}

/** As Git reads it, else as the part says. */
async function nameOf(part: string, options: GitOptions): Promise<string> {
  const result = await git(["apply", "--numstat", "-z"], { ...options, input: part });
  const fields = result.stdout.toString("utf8").split("\0").filter(Boolean);
  const named = fields.length > 1 ? fields.at(-1) : /^\S+\t\S+\t(.+)$/s.exec(fields[0] ?? "")?.[1];
  const shown = named ?? /^(?:\+\+\+ b\/|diff --git a\/)(.*)$/m.exec(part)?.[1]?.replace(/ b\/.*$/, "");
  return (shown ?? "(a part of the patch without a name)").slice(0, 1_024);
}

interface Entry {
  readonly path: string;
  readonly mode: string;
  readonly sha: string;
}

async function changed(
  snapshot: Snapshot,
  options: GitOptions,
  maxBytes: number,
  refused: Refusal[],
): Promise<Omit<PatchedFiles, "unfit">> {
  const diff = ["diff-index", "--cached", "--raw", "-z", "--no-renames", "--full-index", snapshot.startSha];
  const fields = (await gitOutput(diff, options)).toString("utf8").split("\0");
  const files: ChangedFile[] = [];
  const written: Entry[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [, mode = "", , sha = ""] = (fields[index] ?? "").split(" ");
    const path = fields[index + 1] ?? "";
    if (mode === "000000") files.push({ status: "deleted", path });
    else if (mode === "120000") refused.push({ path, reason: "it is a symbolic link" });
    else if (mode === "160000") refused.push({ path, reason: "it is a submodule" });
    else written.push({ path, mode, sha });
  }
  const sizes = await blobSizes(
    written.map(({ sha }) => sha),
    options,
  );
  let bytes = 0;
  const kept = written.filter(({ path }, index) => {
    const size = sizes[index] ?? Number.NaN;
    const fits = bytes + size <= maxBytes;
    if (fits) bytes += size;
    else
      refused.push({ path, reason: `with it the change has more than the ${maxBytes} bytes that are taken` });
    return fits;
  });
  const contents = await readBlobs(
    kept.map(({ sha }) => sha),
    options,
  );
  for (const [index, { path, mode }] of kept.entries()) {
    const content = contents[index] ?? Buffer.alloc(0);
    const isText = isUtf8(content) && !content.includes(0);
    files.push({
      status: "written",
      path,
      mode: mode === "100755" ? "100755" : "100644",
      encoding: isText ? "utf-8" : "base64",
      content: content.toString(isText ? "utf8" : "base64"),
    });
  }
  return { files, refused };
}
