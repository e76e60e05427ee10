/** Webhook events on their way to the engine: their payloads, and the rules that keep runs from starting runs. */

import type { EngineEvent } from "@slipway/model";
import { branchHead } from "../git/refs.ts";
import { settledMergeability } from "../pulls/mergeability.ts";
import { commentJson, issueJson } from "../serialize/issues.ts";
import { fullPull, reviewJson } from "../serialize/pulls.ts";
import { htmlUrl, repositoryBody } from "../serialize/repositories.ts";
import { simpleUser } from "../serialize/users.ts";
import type {
  CommentRecord,
  IssueRecord,
  PullIssue,
  RepositoryRecord,
  ReviewRecord,
  UserRecord,
} from "../store/records.ts";
import { isPull } from "../store/store.ts";
import type { Cause, World } from "../world.ts";
import { holdRuns } from "./approvals.ts";

/** Of a pull request that a job's token opened or pushed to, runs are made, and wait for a person's approval. */
const HELD = new Set(["opened", "synchronize", "reopened"]);

/** The only events that a job's token can cause. https://docs.github.com/actions/concepts/security/github_token */
const FROM_JOBS = new Set(["repository_dispatch", "workflow_dispatch"]);

export function mayStartRuns(event: string, cause: Cause): boolean {
  return !cause.viaJob || FROM_JOBS.has(event);
}

function common(world: World, repository: RepositoryRecord, cause: Cause) {
  return {
    repository: repositoryBody(world, repository),
    ...(repository.owner.type === "Organization"
      ? { organization: simpleUser(world, repository.owner) }
      : {}),
    sender: simpleUser(world, cause.user),
  };
}

/** Delivers at the head of the default branch; an empty repository has no workflows to start. */
export async function deliverAtDefault(
  world: World,
  repository: RepositoryRecord,
  name: string,
  payload: Readonly<Record<string, unknown>>,
  cause: Cause,
): Promise<void> {
  if (!mayStartRuns(name, cause)) return;
  const sha = await branchHead(world.git(repository), repository.defaultBranch);
  if (!sha) return;
  const names = { owner: repository.owner.login, name: repository.name };
  world.deliver(
    {
      name,
      repository: names,
      payload: { ...payload, ...common(world, repository, cause) },
      ref: `refs/heads/${repository.defaultBranch}`,
      sha,
      actor: cause.user.login,
    },
    cause,
  );
}

export async function deliverIssue(
  world: World,
  issue: IssueRecord,
  action: string,
  cause: Cause,
  extra: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  if (isPull(issue)) return deliverPull(world, issue, action, cause, extra);
  if (!mayStartRuns("issues", cause)) return;
  await deliverAtDefault(
    world,
    issue.repository,
    "issues",
    { action, issue: issueJson(world, issue), ...extra },
    cause,
  );
}

export async function deliverComment(
  world: World,
  comment: CommentRecord,
  action: "created" | "edited" | "deleted",
  cause: Cause,
  extra: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  if (!mayStartRuns("issue_comment", cause)) return;
  const issue = issueJson(world, comment.issue);
  const payload = { action, issue, comment: commentJson(world, comment), ...extra };
  await deliverAtDefault(world, comment.issue.repository, "issue_comment", payload, cause);
}

/**
 * Where a pull request's event runs: an open one on its test merge (undefined when it conflicts: nothing starts), a
 * merged one on the branch it was merged into. https://docs.github.com/actions/reference/workflows-and-actions/contexts
 */
async function placeOf(world: World, pull: PullIssue): Promise<{ ref: string; sha: string } | undefined> {
  const { mergeCommitSha, mergedAt, base, head } = pull.pull;
  if (mergedAt && mergeCommitSha) return { ref: `refs/heads/${base.ref}`, sha: mergeCommitSha };
  const ref = `refs/pull/${pull.number}/merge`;
  if (pull.state === "closed") return { ref, sha: head.sha };
  const merge = await settledMergeability(world, pull);
  return merge.state === "clean" ? { ref, sha: merge.mergeCommit } : undefined;
}

async function pullEvent(
  world: World,
  pull: PullIssue,
  name: string,
  payload: Readonly<Record<string, unknown>>,
  cause: Cause,
): Promise<Omit<EngineEvent, "deliveryId"> | undefined> {
  const { repository } = pull;
  const place = await placeOf(world, pull);
  return (
    place && {
      name,
      repository: { owner: repository.owner.login, name: repository.name },
      payload: {
        ...payload,
        number: pull.number,
        pull_request: await fullPull(world, pull),
        ...common(world, repository, cause),
      },
      ...place,
      actor: cause.user.login,
    }
  );
}

export async function deliverPull(
  world: World,
  pull: PullIssue,
  action: string,
  cause: Cause,
  extra: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  world.bus.emit("pull", pull);
  const free = mayStartRuns("pull_request", cause);
  if (!free && !HELD.has(action)) return;
  const event = await pullEvent(world, pull, "pull_request", { action, ...extra }, cause);
  if (event && free) world.deliver(event, cause);
  else if (event) await holdRuns(world, pull.repository, event);
}

export async function deliverReview(
  world: World,
  pull: PullIssue,
  review: ReviewRecord,
  action: "submitted" | "edited" | "dismissed",
  cause: Cause,
): Promise<void> {
  if (!mayStartRuns("pull_request_review", cause)) return;
  // Webhooks spell the state in lower case, the REST API in upper case.
  const body = { ...reviewJson(world, pull, review), state: review.state.toLowerCase() };
  const event = await pullEvent(world, pull, "pull_request_review", { action, review: body }, cause);
  if (event) world.deliver(event, cause);
}

export function deliverPush(
  world: World,
  repository: RepositoryRecord,
  change: {
    ref: string;
    old: string;
    next: string;
    forced: boolean;
    commits: readonly Record<string, unknown>[];
    /** The commit that the ref is at now; null for a tag that names something else. */
    head: Readonly<Record<string, unknown>> | null;
  },
  cause: Cause,
): void {
  if (!mayStartRuns("push", cause)) return;
  const zero = /^0+$/;
  world.deliver(
    {
      name: "push",
      repository: { owner: repository.owner.login, name: repository.name },
      payload: {
        ref: change.ref,
        before: change.old,
        after: change.next,
        created: zero.test(change.old),
        deleted: false,
        forced: change.forced,
        base_ref: null,
        commits: change.commits,
        head_commit: change.head,
        compare: `${htmlUrl(world, repository)}/compare/${change.old}...${change.next}`,
        pusher: { name: cause.user.login, email: `${cause.user.login}@users.noreply.github.com` },
        ...common(world, repository, cause),
      },
      ref: change.ref,
      sha: change.next,
      actor: cause.user.login,
    },
    cause,
  );
}

/**
 * A merge queue asks for the checks of the commit that it would merge.
 * https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows (merge_group)
 */
export function deliverMergeGroup(
  world: World,
  repository: RepositoryRecord,
  group: {
    readonly ref: string;
    readonly sha: string;
    readonly baseRef: string;
    readonly baseSha: string;
    readonly commit: Readonly<Record<string, unknown>> | null;
  },
  cause: Cause,
): void {
  world.deliver(
    {
      name: "merge_group",
      repository: { owner: repository.owner.login, name: repository.name },
      payload: {
        action: "checks_requested",
        merge_group: {
          head_sha: group.sha,
          head_ref: group.ref,
          base_sha: group.baseSha,
          base_ref: group.baseRef,
          head_commit: group.commit,
        },
        ...common(world, repository, cause),
      },
      ref: group.ref,
      sha: group.sha,
      actor: cause.user.login,
    },
    cause,
  );
}

/** One event for each `cron` line of a schedule, at the head of the default branch. */
export async function deliverSchedule(
  world: World,
  repository: RepositoryRecord,
  cron: string,
  user: UserRecord,
): Promise<void> {
  const cause: Cause = { user, viaJob: false, app: null, changesWorkflows: true };
  await deliverAtDefault(world, repository, "schedule", { schedule: cron }, cause);
}
