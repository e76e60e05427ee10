import { ensureMarkedIssue, type GitHub } from "@slipway/github";
import { dryRunIssue, markerText, type RunState } from "@slipway/model";

/**
 * The one issue that a dry run writes.
 *
 * @returns its number
 */
export async function drawDryRun(github: GitHub, state: RunState): Promise<number> {
  const marker = { what: "status", runId: state.runId } as const;
  const { title, body } = dryRunIssue(state);
  const { number } = await ensureMarkedIssue(github, {
    what: `issue of the dry run ${state.runId}`,
    marker,
    since: state.startedAt,
    title,
    body: `${markerText(marker)}\n${body}`,
  });
  return number;
}
