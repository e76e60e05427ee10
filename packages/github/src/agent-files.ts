import type { GitHubContext } from "./context.ts";
import { MissingRefError } from "./git/errors.ts";

/** Folders of a consumer's repository that say something about agents. */
const FOLDERS = [".github/slipway/agents", ".github/slipway/onboarding"];
/** More is refused by whoever reads them; a file that is far too large is not even fetched whole. */
const FILES_MAX = 200;

/**
 * Texts of the consumer's agents and onboarding documents at a branch, by path. Read from there and from nowhere else: a
 * change under review cannot give orders to its reviewer. No API request (git: one commit, and its few files).
 */
export async function readAgentFiles(
  { git }: Pick<GitHubContext, "git">,
  branch: string,
): Promise<ReadonlyMap<string, string>> {
  const local = "refs/slipway/agents";
  try {
    await git.fetch([`+refs/heads/${branch}:${local}`], { depth: 1, filter: "blob:none" });
  } catch (error) {
    if (error instanceof MissingRefError) return new Map();
    throw error;
  }
  const { stdout } = await git.run(["ls-tree", "-r", "-z", "--name-only", local, "--", ...FOLDERS]);
  const paths = stdout
    .toString("utf8")
    .split("\0")
    .filter((path) => path.endsWith(".md"));
  const texts = new Map<string, string>();
  for (const path of paths.slice(0, FILES_MAX)) {
    const bytes = await git.show(local, path);
    if (bytes) texts.set(path, bytes.toString("utf8"));
  }
  return texts;
}
