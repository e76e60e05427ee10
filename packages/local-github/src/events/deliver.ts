/** Webhook events on their way to the engine: their payloads, and the rules that keep runs from starting runs. */

import { branchHead } from "../git/refs.ts";
import { settledMergeability } from "../pulls/mergeability.ts";
import { commentJson, issueJson } from "../serialize/issues.ts";
import { fullPull, reviewJson } from "../serialize/pulls.ts";
import { repositoryBody } from "../serialize/repositories.ts";
import { simpleUser } from "../serialize/users.ts";
import type {
  CommentRecord,
  IssueRecord,
  PullIssue,
  RepositoryRecord,
  ReviewRecord,
} from "../store/records.ts";
import { isPull } from "../store/store.ts";
import type { Cause, World } from "../world.ts";

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
): Promise<void> {
  if (!mayStartRuns("issue_comment", cause)) return;
  const payload = { action, issue: issueJson(world, comment.issue), comment: commentJson(world, comment) };
  await deliverAtDefault(world, comment.issue.repository, "issue_comment", payload, cause);
}

/** Pull request events run on the test merge; a pull request that conflicts starts nothing. */
async function atTestMerge(
  world: World,
  pull: PullIssue,
  name: string,
  payload: Readonly<Record<string, unknown>>,
  cause: Cause,
): Promise<void> {
  const { repository } = pull;
  const open = pull.state === "open";
  const merge = open ? await settledMergeability(world, pull) : undefined;
  if (open && merge?.state !== "clean") return;
  const sha = merge?.state === "clean" ? merge.mergeCommit : pull.pull.head.sha;
  world.deliver(
    {
      name,
      repository: { owner: repository.owner.login, name: repository.name },
      payload: {
        ...payload,
        number: pull.number,
        pull_request: await fullPull(world, pull),
        ...common(world, repository, cause),
      },
      ref: `refs/pull/${pull.number}/merge`,
      sha,
      actor: cause.user.login,
    },
    cause,
  );
}

export async function deliverPull(
  world: World,
  pull: PullIssue,
  action: string,
  cause: Cause,
  extra: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  if (mayStartRuns("pull_request", cause)) {
    await atTestMerge(world, pull, "pull_request", { action, ...extra }, cause);
  }
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
  await atTestMerge(world, pull, "pull_request_review", { action, review: body }, cause);
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
        head_commit: change.commits.at(-1) ?? null,
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
