import { git, gitOutput } from "../process/git.ts";
import type { CommitProposal } from "./commits.ts";

const COMMITS_MAX = 50;

/**
 * The commits that a program made by itself on top of `startSha`, oldest first, as proposals. None when
 * `HEAD` has not moved, does not come from `startSha`, or the repository is no longer whole.
 */
export async function ownCommits(workDir: string, startSha: string): Promise<CommitProposal[]> {
  // Only plumbing, which runs no pager, filter or signature check; nothing is fetched, nothing replaced.
  const options = {
    cwd: workDir,
    env: { GIT_NO_LAZY_FETCH: "1", GIT_NO_REPLACE_OBJECTS: "1", GIT_CEILING_DIRECTORIES: `${workDir}/..` },
  };
  const isOnTop = await git(["merge-base", "--is-ancestor", startSha, "HEAD"], options);
  if (isOnTop.exitCode !== 0) return [];
  try {
    const range = [`--max-count=${COMMITS_MAX}`, "--no-merges", `${startSha}..HEAD`];
    const list = (await gitOutput(["rev-list", ...range], options)).toString("utf8").trim();
    const proposals: CommitProposal[] = [];
    for (const sha of list === "" ? [] : list.split("\n").reverse()) {
      const raw = (await gitOutput(["cat-file", "commit", sha], options)).toString("utf8");
      const message = raw.slice(raw.indexOf("\n\n") + 2);
      const [subject = "", ...body] = message.trim().split("\n");
      const diff = ["diff-tree", "-r", "-z", "--no-renames", "--name-only", "--no-commit-id", sha];
      const paths = (await gitOutput(diff, options)).toString("utf8").split("\0").filter(Boolean);
      proposals.push({ subject, body: body.join("\n").trim(), paths });
    }
    return proposals;
  } catch {
    return [];
  }
}
