import { lstat, realpath } from "node:fs/promises";
import { join } from "node:path";
import { type ChangedFile, errorText } from "@slipway/model";
import { pathProblem, protectionProblem } from "../../checks/paths.ts";
import type { Refusal } from "../../executor/collect.ts";
import { removeInside, writeInside } from "../../executor/file.ts";
import { confined } from "../../executor/workspace-path.ts";

/**
 * Writes files that somebody else made into the work tree, where the change is then collected like any other. What
 * may not be written, or cannot be, is left out by name.
 */
export async function applyFiles(
  workDir: string,
  files: readonly ChangedFile[],
  protectedPaths: readonly string[],
): Promise<Refusal[]> {
  const refused: Refusal[] = [];
  const root = await realpath(workDir);
  // Deletions first: a file may have become a folder.
  const ordered = [...files].sort((a, b) => Number(a.status === "written") - Number(b.status === "written"));
  for (const file of ordered) {
    const reason =
      pathProblem(file.path) ?? protectionProblem(file.path, protectedPaths) ?? (await write(root, file));
    if (reason !== null) refused.push({ path: file.path, reason });
  }
  return refused;
}

async function write(root: string, file: ChangedFile): Promise<string | null> {
  const path = join(root, file.path);
  try {
    const found = await lstat(path).catch(() => null);
    if (found?.isSymbolicLink()) return "it is a symbolic link";
    // Behind a link lies another path than the one that was judged.
    if ((await confined(root, file.path)) !== path) return "it lies behind a symbolic link";
    if (file.status === "deleted") {
      if (!found?.isFile()) return "it is to be deleted, and there is no such file";
      await removeInside(root, file.path);
      return null;
    }
    const content = Buffer.from(file.content, file.encoding === "base64" ? "base64" : "utf8");
    await writeInside(root, file.path, content, file.mode === "100755" ? 0o755 : 0o644);
    return null;
  } catch (error) {
    return `it cannot be written: ${errorText(error).slice(0, 300)}`;
  }
}
