import { type GitOptions, gitOutput } from "./git.ts";

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
