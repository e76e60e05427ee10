/** What follows from a moved ref: heads of pull requests, merges made by hand, closed issues, push events. */

import { deliverPull, deliverPush } from "../events/deliver.ts";
import { commitsBetween } from "../git/diff.ts";
import { type CommitObject, readCommit } from "../git/objects.ts";
import { branchHead, isAncestor, objectType, resolveCommit, setRef, ZERO } from "../git/refs.ts";
import { closeIssue, noteEvent } from "../issues/state.ts";
import { fullName } from "../serialize/repositories.ts";
import type { PullIssue, RepositoryRecord } from "../store/records.ts";
import { pullsOf } from "../store/store.ts";
import type { Cause, World } from "../world.ts";
import { closedByText } from "./keywords.ts";
import { rulesOf } from "./rules.ts";

export interface RefChange {
  readonly ref: string;
  /** {@link ZERO} when it was created. */
  readonly old: string;
  /** {@link ZERO} when it was deleted. */
  readonly next: string;
}

/** More commits than this are not read for keywords, nor listed in a push event. GitHub's bound for the latter. */
const PUSH_COMMITS = 2048;

/** Brings the record up to date after refs have moved. Call it once, after every change by push or by API. */
export async function afterRefChanges(
  world: World,
  repository: RepositoryRecord,
  changes: readonly RefChange[],
  cause: Cause,
): Promise<void> {
  for (const change of changes) {
    repository.pushedAt = world.store.timestamp();
    if (change.ref.startsWith("refs/heads/")) await branchMoved(world, repository, change, cause);
    else if (change.ref.startsWith("refs/tags/") && change.next !== ZERO) {
      const tip = await resolveCommit(world.git(repository), change.ref);
      const head = tip ? listed(await readCommit(world.git(repository), tip)) : null;
      deliverPush(world, repository, { ...change, forced: false, commits: [], head }, cause);
    }
  }
}

async function branchMoved(
  world: World,
  repository: RepositoryRecord,
  change: RefChange,
  cause: Cause,
): Promise<void> {
  const branch = change.ref.slice("refs/heads/".length);
  if (change.next === ZERO) return branchDeleted(world, repository, branch, cause);
  const git = world.git(repository);
  const open = pullsOf(repository).filter((pull) => pull.state === "open");
  for (const pull of open.filter((one) => one.pull.head.ref === branch)) {
    // Of two quick pushes either may come here first: what counts is where the branch is now.
    const tip = (await branchHead(git, branch)) ?? change.next;
    if (pull.pull.head.sha !== tip) await synchronize(world, pull, { ...change, next: tip }, cause);
  }
  for (const pull of open.filter((one) => one.pull.base.ref === branch)) {
    pull.pull.mergeability = { state: "unknown" };
    if (await isAncestor(git, pull.pull.head.sha, change.next))
      await markMerged(world, pull, change.next, cause);
  }
  const known = change.old !== ZERO && (await objectType(git, change.old)) === "commit";
  const shas = known ? (await commitsBetween(git, change.old, change.next)).slice(-PUSH_COMMITS) : [];
  const commits = await Promise.all(shas.map((sha) => readCommit(git, sha)));
  if (branch === repository.defaultBranch) {
    const text = commits.map((commit) => commit?.message ?? "").join("\n");
    await closeReferenced(world, repository, text, cause, change.next);
  }
  if (cause.viaJob) return;
  const forced = known && !(await isAncestor(git, change.old, change.next));
  const head = listed(await readCommit(git, change.next));
  const all = commits.flatMap((commit) => listed(commit) ?? []);
  deliverPush(world, repository, { ...change, forced, commits: all, head }, cause);
}

/** A commit as push and merge group events list it. */
export function listed(commit: CommitObject | undefined) {
  return commit === undefined
    ? null
    : {
        id: commit.sha,
        tree_id: commit.tree,
        message: commit.message,
        timestamp: commit.committer.date,
        author: { name: commit.author.name, email: commit.author.email },
        committer: { name: commit.committer.name, email: commit.committer.email },
      };
}

async function synchronize(world: World, pull: PullIssue, change: RefChange, cause: Cause): Promise<void> {
  const { repository } = pull;
  const git = world.git(repository);
  pull.pull.head.sha = change.next;
  // The base is noted anew with each push to the head, not with pushes to the base itself.
  pull.pull.mergeability = { state: "unknown" };
  pull.updatedAt = world.store.timestamp();
  pull.pull.base.sha = (await branchHead(git, pull.pull.base.ref)) ?? pull.pull.base.sha;
  if (rulesOf(repository, pull.pull.base.ref).pullRequest?.dismissStaleReviews) {
    for (const review of pull.pull.reviews) if (review.state === "APPROVED") review.state = "DISMISSED";
  }
  await setRef(git, `refs/pull/${pull.number}/head`, change.next);
  await deliverPull(world, pull, "synchronize", cause, { before: change.old, after: change.next });
}

/** A head that is part of its base counts as merged, however it got there. */
async function markMerged(world: World, pull: PullIssue, sha: string, cause: Cause): Promise<void> {
  const at = world.store.timestamp();
  pull.pull.mergedAt = at;
  pull.pull.mergedBy = cause.user;
  pull.pull.mergeCommitSha = sha;
  pull.state = "closed";
  pull.closedAt = at;
  pull.closedBy = cause.user;
  noteEvent(world, pull, "merged", cause, {}, sha);
  noteEvent(world, pull, "closed", cause);
  await deliverPull(world, pull, "closed", cause);
}

async function branchDeleted(
  world: World,
  repository: RepositoryRecord,
  branch: string,
  cause: Cause,
): Promise<void> {
  const pulls = pullsOf(repository);
  const merged = pulls.findLast((pull) => pull.pull.head.ref === branch && pull.pull.mergedAt);
  for (const pull of pulls) {
    if (pull.state !== "open") continue;
    if (pull.pull.base.ref === branch && merged) {
      const target = merged.pull.base.ref;
      const sha = (await branchHead(world.git(repository), target)) ?? merged.pull.base.sha;
      pull.pull.base = { ref: target, sha };
      pull.pull.mergeability = { state: "unknown" };
    } else if (pull.pull.base.ref === branch || pull.pull.head.ref === branch) {
      await closeIssue(world, pull, null, cause);
    }
  }
}

/** Closes the open issues that a text names with a closing keyword. */
export async function closeReferenced(
  world: World,
  repository: RepositoryRecord,
  text: string,
  cause: Cause,
  commitId: string | null,
): Promise<void> {
  for (const number of closedByText(text, fullName(repository))) {
    const issue = repository.issues.get(number);
    if (issue && !issue.pull && issue.state === "open")
      await closeIssue(world, issue, "completed", cause, commitId);
  }
}
