/** Making bare repositories. */

import { mkdir } from "node:fs/promises";
import { type Git, gitText, runGit } from "./exec.ts";

/** An empty bare repository whose HEAD is `defaultBranch`. */
export async function initRepository(git: Git, defaultBranch: string): Promise<void> {
  await mkdir(git.dir, { recursive: true });
  await runGit(git, ["init", "-q", "--bare", "."]);
  await runGit(git, ["symbolic-ref", "HEAD", `refs/heads/${defaultBranch}`]);
}

/** Copies every branch and tag of another repository on this machine; a shallow one stays shallow. */
export async function importRepository(git: Git, source: string): Promise<void> {
  await runGit(git, [
    "fetch",
    "-q",
    "--no-auto-maintenance",
    "--update-shallow",
    "--no-write-fetch-head",
    "--end-of-options",
    source,
    "+refs/heads/*:refs/heads/*",
    "+refs/tags/*:refs/tags/*",
  ]);
}

/** Bytes on disk, in KiB, as a repository's `size` shows. */
export async function repositorySize(git: Git): Promise<number> {
  const text = await gitText(git, ["count-objects", "-v"]);
  const value = (key: string) => Number(new RegExp(`^${key}: (\\d+)$`, "m").exec(text)?.[1] ?? 0);
  return value("size") + value("size-pack");
}
