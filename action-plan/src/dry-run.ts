import { ensure, type GitHub, isInsider } from "@slipway/github";
import { dryRunIssue, hasMarker, markerText, type RunState } from "@slipway/model";

/** GitHub's clock and this job's need not agree. */
const MARGIN_MS = 3_600_000;

/**
 * The one issue that a dry run writes. It carries no label, since making labels would be another write.
 * Requests: 1 for each 100 issues that changed since the run began, and 1 when it is made.
 *
 * @returns its number
 */
export async function drawDryRun(github: GitHub, state: RunState): Promise<number> {
  const { octokit, owner, repo } = github;
  const marker = { what: "status", runId: state.runId } as const;
  const { title, body } = dryRunIssue(state);
  const { value } = await ensure<number>(github, {
    what: `issue of the dry run ${state.runId}`,
    find: async () => {
      const since = new Date(Date.parse(state.startedAt) - MARGIN_MS).toISOString();
      const issues = await octokit.paginate("GET /repos/{owner}/{repo}/issues", {
        owner,
        repo,
        state: "all",
        since,
        per_page: 100,
      });
      return issues.find((issue) => hasMarker(issue.body, marker) && isInsider(issue))?.number;
    },
    create: async () => {
      const { data } = await octokit.request("POST /repos/{owner}/{repo}/issues", {
        owner,
        repo,
        title,
        body: `${markerText(marker)}\n${body}`,
      });
      return data.number;
    },
  });
  return value;
}
