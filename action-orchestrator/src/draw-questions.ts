import type { ActionContext } from "@slipway/action-kit";
import { ensureMarkedIssue, type GitHub } from "@slipway/github";
import { errorText, type LedgerEvent, questionsIssue, type RunState, waitsForAnswers } from "@slipway/model";

/**
 * The issue on which a person is asked what the specification leaves open: made when the run begins to wait, rewritten
 * and closed when the answers are there. Looked at in every turn, so that a turn that was killed is made good by the
 * next; requests only when there is something to do. A view: when it cannot be drawn, the run goes on waiting and says
 * so, and a dispatch can answer.
 *
 * @returns what is to be recorded
 */
export async function drawQuestions(
  { runner }: ActionContext,
  github: GitHub,
  state: RunState,
): Promise<LedgerEvent[]> {
  const { issue, closed, answered } = state.questions;
  try {
    if (issue === null && waitsForAnswers(state)) {
      const made = await ensureMarkedIssue(github, {
        what: `questions of run ${state.runId}`,
        marker: { what: "questions", runId: state.runId },
        since: state.startedAt,
        ...questionsIssue(state),
      });
      return [{ type: "spec.asked", issue: made }];
    }
    if (issue !== null && !closed && answered.length > 0) {
      const { octokit, owner, repo } = github;
      const { body } = questionsIssue(state);
      await octokit.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
        owner,
        repo,
        issue_number: issue.number,
        body,
        state: "closed",
        state_reason: "completed",
      });
      return [{ type: "spec.asked", issue, closed: true }];
    }
  } catch (error) {
    runner.warning(`The questions of run ${state.runId} could not be put on an issue: ${errorText(error)}`);
  }
  return [];
}
