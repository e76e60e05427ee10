/** The suite as a repository: this very checkout, as its files are now. */
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { git, gitMaybe, OWN_REPOSITORY } from "../git.ts";
import { commitFolder } from "./commits.ts";

/** The checkout that this file is part of. */
export const CHECKOUT = fileURLToPath(new URL("../../../../", import.meta.url));

export const SUITE_BRANCH = "main";

/**
 * A bare repository with one commit: the files that git tracks in the checkout, in their present state.
 * The checkout's own index and objects are not touched. Without a `.git` it is every file that the ignore
 * file lets through.
 */
export async function buildSuite(bare: string, checkout = CHECKOUT): Promise<string> {
  const tracked = await trackedFiles(checkout);
  return commitFolder({
    folder: checkout,
    bare,
    branch: SUITE_BRANCH,
    message: "chore: the suite as this checkout has it",
    ...tracked,
  });
}

/** What git knows of the checkout, and where most of it is stored already. */
async function trackedFiles(checkout: string): Promise<{ files?: string[]; borrowed?: string }> {
  const top = await gitMaybe(["rev-parse", "--show-toplevel"], { cwd: checkout });
  // A checkout that was unpacked inside somebody else's repository is not tracked by that one.
  if (top === undefined || (await realpath(top)) !== (await realpath(checkout))) return {};
  const listed = await git(["ls-files", "--cached", "-z"], { cwd: checkout });
  const borrowed = await git(["rev-parse", "--path-format=absolute", "--git-path", "objects"], {
    cwd: checkout,
  });
  return { files: listed.split("\0").filter(Boolean), borrowed };
}

/** Gives the suite's commit a further name, so that `uses: …@<ref>` finds it. */
export async function nameSuite(bare: string, commit: string, ref: string): Promise<void> {
  const name = ref.replace(/^refs\/(heads|tags)\//, "");
  if (name === SUITE_BRANCH) return;
  await git(["update-ref", `refs/tags/${name}`, commit], { cwd: join(bare), env: OWN_REPOSITORY });
}
