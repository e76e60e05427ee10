import type { ActionContext } from "@slipway/action-kit";
import { type GitHub, upsertComment } from "@slipway/github";
import { errorText, type LedgerEvent, type RunState, rootOf, statusComment, treeOf } from "@slipway/model";

/**
 * The one status comment on the root issue. A view: when it cannot be drawn, the run goes on and says so.
 *
 * @param known id of the comment; without it the comment is looked for, and left alone where it says the same
 * @returns the comment as an event, once a look has found it. One that was just made may have a twin, of a job that
 *   was killed, which only the next look shows
 */
export async function redrawStatus(
  { runner, environment, identity }: ActionContext,
  github: GitHub,
  state: RunState,
  known?: number,
): Promise<LedgerEvent[]> {
  const issue = rootOf(treeOf(state.nodes))?.issue;
  if (!issue) return [];
  try {
    const { id, found } = await upsertComment(
      github,
      issue.number,
      { what: "status", runId: state.runId },
      statusComment(state, { serverUrl: environment.serverUrl, identity: identity.told() }),
      known,
    );
    return found && id !== state.statusComment ? [{ type: "run.shown", comment: id }] : [];
  } catch (error) {
    runner.warning(`The status comment on #${issue.number} could not be redrawn: ${errorText(error)}`);
    return [];
  }
}
