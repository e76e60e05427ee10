/** Bringing one line of work into another. */
import { RefusalError } from "@slipway/model";
import { branchSha } from "./branches.ts";
import { httpFailure, isMissing, statusOf } from "./client/errors.ts";
import { takesNoMerges } from "./commits.ts";
import type { GitHubContext } from "./context.ts";
import { MissingRefError } from "./git/errors.ts";
import { mergeByHand } from "./merge-by-hand.ts";

type Context = Pick<GitHubContext, "octokit" | "owner" | "repo" | "git" | "log" | "sleep">;

export type Merge =
  | { readonly kind: "merged"; readonly sha: string }
  | { readonly kind: "up-to-date" }
  | { readonly kind: "conflict" };

/**
 * Merges a commit or branch into a branch by a merge commit of GitHub's own (signed). Requests: 1.
 * Merging what is merged already changes nothing, so that an unclear answer is simply asked for again.
 * Into a branch whose rules take no merge commits, the same files come by a commit with one parent; where GitHub sees a
 * conflict, it is tried once more with what is known of what was squashed or rebased: requests 3 more, at least.
 *
 * @throws RefusalError when either side is not there
 */
export async function mergeInto(
  context: Context,
  merge: {
    readonly branch: string;
    readonly head: string;
    readonly message: string;
    /** Commits whose changes `head` holds although they are not in its history. */
    readonly known?: readonly string[];
  },
): Promise<Merge> {
  const { octokit, owner, repo, git } = context;
  const before = await branchSha({ git }, merge.branch);
  try {
    const answer = await octokit.request("POST /repos/{owner}/{repo}/merges", {
      owner,
      repo,
      base: merge.branch,
      head: merge.head,
      commit_message: merge.message,
      request: { repeatable: true },
    });
    if (answer.status === 201) return { kind: "merged", sha: answer.data.sha };
    // Nothing to merge, or our own lost request has merged it: the branch tells.
    const after = await branchSha({ git }, merge.branch);
    return after !== undefined && before !== undefined && after !== before
      ? { kind: "merged", sha: after }
      : { kind: "up-to-date" };
  } catch (error) {
    const linear = takesNoMerges(error);
    if (before !== undefined && (linear || (statusOf(error) === 409 && merge.known?.length))) {
      const head = (await branchSha(context, merge.head)) ?? merge.head;
      return await byHand(context, { ...merge, head, before, linear, known: merge.known ?? [] });
    }
    if (statusOf(error) === 409) return { kind: "conflict" };
    if (isMissing(error)) {
      throw new RefusalError(
        `${merge.head} cannot be merged into ${merge.branch}: one of them is not in ${owner}/${repo} (${httpFailure(error)?.message}).`,
        { cause: error },
      );
    }
    throw error;
  }
}

const ATTEMPTS = 3;

/** @throws RefusalError when the branch does not rest */
async function byHand(context: Context, bring: Parameters<typeof mergeByHand>[1]): Promise<Merge> {
  const { branch, head } = bring;
  let { known } = bring;
  try {
    await context.git.ensureHistory(known);
  } catch (error) {
    if (!(error instanceof MissingRefError)) throw error;
    context.log.info(`What was merged into ${head.slice(0, 7)} is not there any more: ${error.message}`);
    known = [];
  }
  let before: string | undefined = bring.before;
  for (let attempt = 0; before !== undefined && attempt < ATTEMPTS; attempt++) {
    const merged = await mergeByHand(context, { ...bring, before, known });
    if (merged.kind !== "moved") return merged;
    before = await branchSha(context, branch);
  }
  throw new RefusalError(`${branch} was pushed to each time when ${head} was to be brought into it.`);
}
