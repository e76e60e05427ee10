import type { GitRemote } from "@slipway/github";
import type { ChangeSize } from "@slipway/model";

/**
 * What lies between two commits, one of which contains the other: paths, and lines added and removed. Only the files
 * that differ are fetched; no API request.
 */
export async function changeSize(
  git: Pick<GitRemote, "fetch" | "run">,
  base: string,
  head: string,
): Promise<ChangeSize> {
  await git.fetch([base, head], { depth: 1, filter: "blob:none" });
  const { stdout } = await git.run(["diff-tree", "-r", "--numstat", "-z", "--no-renames", base, head]);
  return readNumstat(stdout.toString("utf8"));
}

/** `ADDED<tab>REMOVED<tab>PATH`, each ended by NUL; `-` for the lines of a binary file, which has none. */
export function readNumstat(text: string): ChangeSize {
  const paths: string[] = [];
  let lines = 0;
  for (const entry of text.split("\0")) {
    const [, added, removed, path] = /^(\d+|-)\t(\d+|-)\t([\s\S]+)$/.exec(entry) ?? [];
    if (path === undefined) continue;
    paths.push(path);
    lines += (Number(added) || 0) + (Number(removed) || 0);
  }
  return { paths, lines };
}
