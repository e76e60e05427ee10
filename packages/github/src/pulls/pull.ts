import type { Endpoints } from "@octokit/types";
import type { GitHubContext } from "../context.ts";

export interface Pull {
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly state: "open" | "closed" | "merged";
  readonly draft: boolean;
  readonly headRef: string;
  readonly headSha: string;
  readonly baseRef: string;
  /** Commit of the base branch when GitHub last looked. */
  readonly baseSha: string;
  /** The merge commit once merged; before that GitHub's test merge, which is not given here. */
  readonly mergeSha: string | null;
}

type RawPull =
  | Endpoints["GET /repos/{owner}/{repo}/pulls/{pull_number}"]["response"]["data"]
  | Endpoints["GET /repos/{owner}/{repo}/pulls"]["response"]["data"][number];

export function pullOf(raw: RawPull): Pull {
  const merged = raw.merged_at !== null && raw.merged_at !== undefined;
  return {
    number: raw.number,
    url: raw.html_url,
    title: raw.title,
    body: raw.body ?? "",
    state: merged ? "merged" : raw.state === "open" ? "open" : "closed",
    draft: raw.draft ?? false,
    headRef: raw.head.ref,
    headSha: raw.head.sha,
    baseRef: raw.base.ref,
    baseSha: raw.base.sha,
    mergeSha: merged ? (raw.merge_commit_sha ?? null) : null,
  };
}

/** One pull request. Requests: 1. */
export async function getPull(
  { octokit, owner, repo }: Pick<GitHubContext, "octokit" | "owner" | "repo">,
  number: number,
): Promise<Pull> {
  return pullOf(
    (
      await octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", {
        owner,
        repo,
        pull_number: number,
      })
    ).data,
  );
}
