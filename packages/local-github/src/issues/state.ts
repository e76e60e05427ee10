/** Changes of an issue (or pull request) that routes, merges and pushes share. */

import { deliverIssue } from "../events/deliver.ts";
import type { IssueRecord, StateReason } from "../store/records.ts";
import type { Cause, World } from "../world.ts";

/** Notes one event in an issue's history and moves its `updated_at`. */
export function noteEvent(
  world: World,
  issue: IssueRecord,
  event: string,
  cause: Cause,
  extra: Readonly<Record<string, unknown>> = {},
  commitId: string | null = null,
): void {
  const at = world.store.timestamp();
  issue.updatedAt = at;
  issue.events.push({
    id: world.store.nextId(),
    event,
    actor: cause.user,
    app: cause.app,
    createdAt: at,
    commitId,
    extra,
  });
}

export async function closeIssue(
  world: World,
  issue: IssueRecord,
  reason: StateReason | null,
  cause: Cause,
  commitId: string | null = null,
): Promise<void> {
  issue.state = "closed";
  issue.stateReason = issue.pull ? null : (reason ?? "completed");
  issue.closedAt = world.store.timestamp();
  issue.closedBy = cause.user;
  noteEvent(world, issue, "closed", cause, issue.pull ? {} : { state_reason: issue.stateReason }, commitId);
  await deliverIssue(world, issue, "closed", cause);
}

export async function reopenIssue(world: World, issue: IssueRecord, cause: Cause): Promise<void> {
  issue.state = "open";
  issue.stateReason = issue.pull ? null : "reopened";
  issue.closedAt = null;
  issue.closedBy = null;
  noteEvent(world, issue, "reopened", cause);
  await deliverIssue(world, issue, "reopened", cause);
}
