import type { ActionContext } from "@slipway/action-kit";
import { type GitHub, upsertComment } from "@slipway/github";
import { errorText, type RunState, rootOf, statusComment, treeOf } from "@slipway/model";

/** The one status comment on the root issue. A view: when it cannot be drawn, the run goes on and says so. */
export async function redrawStatus(
  { runner, environment, identity }: ActionContext,
  github: GitHub,
  state: RunState,
): Promise<void> {
  const issue = rootOf(treeOf(state.nodes))?.issue;
  if (!issue) return;
  try {
    await upsertComment(
      github,
      issue.number,
      { what: "status", runId: state.runId },
      statusComment(state, { serverUrl: environment.serverUrl, identity: identity.told() }),
    );
  } catch (error) {
    runner.warning(`The status comment on #${issue.number} could not be redrawn: ${errorText(error)}`);
  }
}
