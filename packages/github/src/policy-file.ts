import type { GitHubContext } from "./context.ts";
import { MissingRefError } from "./git/errors.ts";

export const POLICY_PATH = ".github/slipway.yml";

/**
 * Text of the consumer's policy file at a branch, tag, full ref or commit. No API request (git: one commit and one file).
 *
 * @returns `text` undefined when there is no such file; undefined when there is no such ref
 */
export async function readPolicyFile(
  { git }: Pick<GitHubContext, "git">,
  ref: string,
): Promise<{ readonly sha: string; readonly text: string | undefined } | undefined> {
  const local = "refs/slipway/policy";
  try {
    await git.fetch([`+${ref}:${local}`], { depth: 1, filter: "blob:none" });
  } catch (error) {
    if (error instanceof MissingRefError) return undefined;
    throw error;
  }
  const sha = (await git.run(["rev-parse", "--verify", `${local}^{commit}`])).stdout.toString("utf8").trim();
  return { sha, text: (await git.show(sha, POLICY_PATH))?.toString("utf8") };
}
