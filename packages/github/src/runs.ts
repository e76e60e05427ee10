import { isMissing } from "./client/errors.ts";
import type { GitHubContext } from "./context.ts";

export type WorkflowRunState =
  | {
      readonly kind: "there";
      readonly status: string;
      readonly conclusion: string | null;
      readonly runAttempt: number;
    }
  /** Deleted, or never there. */
  | { readonly kind: "gone" };

/** Where a workflow run stands; tells whether the holder of an expired lease has ended. Requests: 1. */
export async function workflowRunState(
  { octokit, owner, repo }: Pick<GitHubContext, "octokit" | "owner" | "repo">,
  runId: number,
): Promise<WorkflowRunState> {
  try {
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/actions/runs/{run_id}", {
      owner,
      repo,
      run_id: runId,
    });
    return {
      kind: "there",
      status: data.status ?? "unknown",
      conclusion: data.conclusion ?? null,
      runAttempt: data.run_attempt ?? 1,
    };
  } catch (error) {
    if (isMissing(error)) return { kind: "gone" };
    throw error;
  }
}

/** Whether nothing of the run is going on any more. */
export function hasEnded(state: WorkflowRunState): boolean {
  return state.kind === "gone" || state.status === "completed";
}
