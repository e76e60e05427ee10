import { httpFailure, isUnclear } from "../client/errors.ts";
import type { GitHubContext } from "../context.ts";
import { getPull } from "./pull.ts";

type Context = Pick<GitHubContext, "octokit" | "owner" | "repo" | "log" | "sleep">;

export interface MergePull {
  readonly number: number;
  /** Head that was judged: anything else is not merged. */
  readonly sha: string;
  readonly method: "merge" | "squash" | "rebase";
  readonly title: string;
  readonly message: string;
}

export type MergedPull =
  /** `found`: it was merged before this call, or by a request whose answer was lost. */
  | { readonly kind: "merged"; readonly sha: string; readonly found: boolean }
  /** The head is not the judged one: the verdict is void. */
  | { readonly kind: "moved"; readonly headSha: string }
  /** The base moved while GitHub was merging; trying again is right, after looking whether the verdict still holds. */
  | { readonly kind: "baseModified" }
  /** A conflict, a rule, a failed required check, a draft: GitHub's reason. */
  | { readonly kind: "notMergeable"; readonly reason: string };

const ATTEMPTS = 3;

/**
 * Merges a pull request at exactly one head. Requests: 1 when it merges, 2 when it does not.
 * Source: GitHub REST API, "Merge a pull request": 405 not mergeable or base modified, 409 head moved, 422 invalid.
 */
export async function mergePull(context: Context, merge: MergePull): Promise<MergedPull> {
  const { octokit, owner, repo, log, sleep } = context;
  for (let attempt = 1; ; attempt++) {
    try {
      const { data } = await octokit.request("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", {
        owner,
        repo,
        pull_number: merge.number,
        sha: merge.sha,
        merge_method: merge.method,
        commit_title: merge.title,
        commit_message: merge.message,
        // The second answer would be 405, although the first request has merged it.
        request: { repeatable: false },
      });
      return { kind: "merged", sha: data.sha, found: false };
    } catch (error) {
      const unclear = isUnclear(error);
      const failure = httpFailure(error);
      if (failure === undefined || !(unclear || [405, 409, 422].includes(failure.status))) throw error;
      if (unclear) await sleep(1_000 * attempt);
      const pull = await getPull(context, merge.number);
      if (pull.mergeSha !== null) {
        // Somebody may have merged another head: that is not what was asked for.
        return pull.headSha === merge.sha
          ? { kind: "merged", sha: pull.mergeSha, found: true }
          : { kind: "moved", headSha: pull.headSha };
      }
      if (pull.headSha !== merge.sha) return { kind: "moved", headSha: pull.headSha };
      if (pull.state === "closed")
        return { kind: "notMergeable", reason: `Pull request #${merge.number} was closed without merging.` };
      if (!unclear) {
        if (failure.status === 405 && /base branch was modified/i.test(failure.message))
          return { kind: "baseModified" };
        return { kind: "notMergeable", reason: plainReason(failure.message) };
      }
      if (attempt >= ATTEMPTS) throw error;
      log.warn(
        `Pull request #${merge.number} is not merged after an unclear answer; trying again (${attempt + 1} of ${ATTEMPTS}).`,
      );
    }
  }
}

/** GitHub's words without the link to its manual. */
function plainReason(message: string): string {
  return message.replace(/ - https?:\/\/\S+$/, "").trim();
}
