import { ConfigurationError } from "@slipway/model";
import { ensure } from "./client/ensure.ts";
import { httpFailure, isMissing, statusOf } from "./client/errors.ts";
import type { GitHubContext } from "./context.ts";

type Context = Pick<GitHubContext, "octokit" | "owner" | "repo" | "git" | "log" | "sleep">;

const refOf = (branch: string): string => `refs/heads/${branch}`;

/** Commit of a branch, or undefined. No API request (git). */
export async function branchSha({ git }: Pick<Context, "git">, branch: string): Promise<string | undefined> {
  return (await git.lsRemote([refOf(branch)])).get(refOf(branch));
}

/**
 * Makes a branch at `sha`; one that is there stays where it is. Requests: 1 when it is made, else none.
 *
 * @returns where the branch is
 * @throws ConfigurationError naming the branch beside which Git allows none of this name
 */
export async function ensureBranch(
  context: Context,
  branch: string,
  sha: string,
): Promise<{ sha: string; created: boolean }> {
  const { octokit, owner, repo } = context;
  const { value, created } = await ensure(context, {
    what: `branch ${branch}`,
    find: () => branchSha(context, branch),
    create: async () => {
      try {
        const ref = refOf(branch);
        const answer = await octokit.request("POST /repos/{owner}/{repo}/git/refs", {
          owner,
          repo,
          ref,
          sha,
        });
        return answer.data.object.sha;
      } catch (error) {
        throw (await nameClash(context, branch, error)) ?? error;
      }
    },
  });
  return { sha: value, created };
}

/**
 * What keeps a branch from being made when another has its first words as its whole name, or goes on from its name: Git
 * keeps the one as a file and the other as a folder. No API request (git).
 *
 * @param refused what GitHub answered to its making
 */
export async function nameClash(
  { git, owner, repo }: Pick<Context, "git" | "owner" | "repo">,
  branch: string,
  refused: unknown,
): Promise<ConfigurationError | undefined> {
  if (statusOf(refused) !== 422) return undefined;
  const parts = branch.split("/");
  const shorter = parts.slice(1).map((_, index) => refOf(parts.slice(0, index + 1).join("/")));
  const [other] = [...(await git.lsRemote([...shorter, `${refOf(branch)}/*`])).keys()];
  if (other === undefined) return undefined;
  const name = other.slice(refOf("").length);
  return new ConfigurationError(
    `The branch ${branch} cannot be made in ${owner}/${repo}: there is a branch ${name}, and Git allows no two of which one's name goes on from the other's with a slash. Rename ${name}, then send \`retry\`.`,
    { cause: refused },
  );
}

/** Deletes a branch; one that is not there is fine. Requests: 1. */
export async function deleteBranch({ octokit, owner, repo }: Context, branch: string): Promise<void> {
  try {
    await octokit.request("DELETE /repos/{owner}/{repo}/git/refs/{ref}", {
      owner,
      repo,
      ref: `heads/${branch}`,
    });
  } catch (error) {
    // GitHub answers 422 "Reference does not exist".
    const gone =
      isMissing(error) ||
      (statusOf(error) === 422 && /does not exist/i.test(httpFailure(error)?.message ?? ""));
    if (!gone) throw error;
  }
}
