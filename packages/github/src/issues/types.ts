import type { NodeKind } from "@slipway/model";
import { refusalOf } from "../client/errors.ts";
import type { GitHubContext } from "../context.ts";

/** Names of the issue types that stand for our kinds, where the repository's organization offers them. */
export type IssueTypes = ReadonlyMap<NodeKind, string>;

const NAMES: Readonly<Record<NodeKind, string>> = {
  epic: "epic",
  feature: "feature",
  task: "task",
  defect: "bug",
};

/**
 * The issue types of a repository: GitHub makes Task, Bug and Feature for each organization, and its owners may have
 * made an Epic. Repositories of persons have none. Read by the repository, because the token of a job may not read
 * its organization. Requests: 1.
 */
export async function readIssueTypes({
  octokit,
  owner,
  repo,
  log,
}: Pick<GitHubContext, "octokit" | "owner" | "repo" | "log">): Promise<IssueTypes> {
  try {
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/issue-types", { owner, repo });
    const kinds = Object.entries(NAMES) as [NodeKind, string][];
    return new Map(
      kinds.flatMap(([kind, name]) => {
        const found = data.find((type) => type?.name.toLowerCase() === name && type.is_enabled !== false);
        return found ? [[kind, found.name] as const] : [];
      }),
    );
  } catch (error) {
    const status = refusalOf(error)?.status;
    if (status !== 404 && status !== 410 && status !== 403) throw error;
    log.debug(`${owner}/${repo} offers no issue types (HTTP ${status}); labels show the kinds.`);
    return new Map();
  }
}
