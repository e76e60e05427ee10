import { type GitOptions, git, gitOutput } from "./git.ts";

/** Sizes in bytes, in the order asked for; NaN for an object that is not there. */
export async function blobSizes(shas: readonly string[], options: GitOptions): Promise<number[]> {
  if (shas.length === 0) return [];
  const out = await gitOutput(["cat-file", "--batch-check=%(objectsize)"], {
    ...options,
    input: lines(shas),
  });
  return out.toString("utf8").trim().split("\n").map(Number);
}

/** Contents in the order asked for. All objects must be there. */
export async function readBlobs(shas: readonly string[], options: GitOptions): Promise<Buffer[]> {
  if (shas.length === 0) return [];
  const batch = await gitOutput(["cat-file", "--batch"], { ...options, input: lines(shas) });
  let at = 0;
  return shas.map(() => {
    const newline = batch.indexOf(10, at);
    const size = Number(batch.subarray(at, newline).toString("ascii").split(" ")[2]);
    const content = batch.subarray(newline + 1, newline + 1 + size);
    at = newline + size + 2;
    return content;
  });
}

function lines(shas: readonly string[]): string {
  return shas.map((sha) => `${sha}\n`).join("");
}

/** Content of a file in a commit; null when the commit is not there or has no such file. */
export async function contentAt(sha: string, path: string, options: GitOptions): Promise<Buffer | null> {
  const context = { ...options, env: { ...options.env, GIT_LITERAL_PATHSPECS: "1" } };
  const listed = await git(["ls-tree", "-z", "--full-tree", sha, "--", path], context);
  const [, blob] = /^100\d{3} blob ([0-9a-f]+)\t/.exec(listed.stdout.toString("utf8")) ?? [];
  return blob === undefined ? null : ((await readBlobs([blob], context))[0] ?? null);
}

export async function hasCommit(sha: string, options: GitOptions): Promise<boolean> {
  return (await git(["cat-file", "-e", `${sha}^{commit}`], options)).exitCode === 0;
}
