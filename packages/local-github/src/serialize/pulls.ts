/** Pull requests, reviews and their comments in GitHub's shapes. */

import { commitsBetween, diffFiles } from "../git/diff.ts";
import { mergeBase } from "../git/refs.ts";
import { mergeableState } from "../pulls/mergeability.ts";
import { nodeId } from "../store/node-id.ts";
import type { PullIssue, RepositoryRecord, ReviewCommentRecord, ReviewRecord } from "../store/records.ts";
import type { World } from "../world.ts";
import { authorAssociation, issueApiUrl, issueHtmlUrl, labelJson, reactionRollup } from "./issues.ts";
import { apiUrl, repositoryBody } from "./repositories.ts";
import { simpleUser } from "./users.ts";

export const pullApiUrl = (world: World, pull: PullIssue) =>
  `${apiUrl(world, pull.repository)}/pulls/${pull.number}`;

function side(world: World, repository: RepositoryRecord, { ref, sha }: { ref: string; sha: string }) {
  return {
    label: `${repository.owner.login}:${ref}`,
    ref,
    sha,
    user: simpleUser(world, repository.owner),
    repo: repositoryBody(world, repository),
  };
}

/** `pull-request-simple` */
export function simplePull(world: World, pull: PullIssue) {
  const { repository } = pull;
  const url = pullApiUrl(world, pull);
  const html = issueHtmlUrl(world, pull);
  const issueUrl = issueApiUrl(world, pull);
  const statuses = `${apiUrl(world, repository)}/statuses/${pull.pull.head.sha}`;
  return {
    url,
    id: pull.pull.id,
    node_id: nodeId("PullRequest", pull.pull.id),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issueUrl,
    number: pull.number,
    state: pull.state,
    locked: pull.locked,
    title: pull.title,
    user: simpleUser(world, pull.author),
    body: pull.body,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    merged_at: pull.pull.mergedAt,
    merge_commit_sha: mergeCommitSha(pull),
    assignee: pull.assignees[0] ? simpleUser(world, pull.assignees[0]) : null,
    assignees: pull.assignees.map((user) => simpleUser(world, user)),
    requested_reviewers: pull.pull.requestedReviewers.map((user) => simpleUser(world, user)),
    requested_teams: [],
    labels: pull.labels.map((label) => labelJson(world, repository, label)),
    milestone: null,
    draft: pull.pull.draft,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${apiUrl(world, repository)}/pulls/comments{/number}`,
    comments_url: `${issueUrl}/comments`,
    statuses_url: statuses,
    head: side(world, repository, pull.pull.head),
    base: side(world, repository, pull.pull.base),
    _links: {
      self: { href: url },
      html: { href: html },
      issue: { href: issueUrl },
      comments: { href: `${issueUrl}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${apiUrl(world, repository)}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses },
    },
    author_association: authorAssociation(repository, pull.author),
    auto_merge: null,
    active_lock_reason: null,
  };
}

/** After a merge the merge commit; before it the test merge, when there is one. */
export function mergeCommitSha(pull: PullIssue): string | null {
  if (pull.pull.mergeCommitSha) return pull.pull.mergeCommitSha;
  return pull.pull.mergeability.state === "clean" ? pull.pull.mergeability.mergeCommit : null;
}

/** The commits and files of a pull request: what its head has and its base has not. */
export async function pullRange(world: World, pull: PullIssue) {
  const git = world.git(pull.repository);
  const { head, base } = pull.pull;
  const start = (await mergeBase(git, base.sha, head.sha)) ?? base.sha;
  return { git, start, head: head.sha };
}

/** `pull-request` */
export async function fullPull(world: World, pull: PullIssue) {
  const { state: mergeability } = pull.pull.mergeability;
  const { git, start, head } = await pullRange(world, pull);
  const [commits, files, state] = await Promise.all([
    commitsBetween(git, start, head),
    diffFiles(git, start, head),
    mergeableState(world, pull, { state: mergeability }),
  ]);
  const known = pull.pull.mergedAt === null && (mergeability === "clean" || mergeability === "conflict");
  const mergeable = known ? mergeability === "clean" : null;
  return {
    ...simplePull(world, pull),
    merged: pull.pull.mergedAt !== null,
    mergeable,
    rebaseable: mergeable,
    mergeable_state: state,
    merged_by: pull.pull.mergedBy && simpleUser(world, pull.pull.mergedBy),
    comments: pull.comments.length,
    review_comments: pull.pull.reviewComments.length,
    maintainer_can_modify: false,
    commits: commits.length,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changed_files: files.length,
  };
}

/** `pull-request-review` */
export function reviewJson(world: World, pull: PullIssue, review: ReviewRecord) {
  const html = `${issueHtmlUrl(world, pull)}#pullrequestreview-${review.id}`;
  const url = pullApiUrl(world, pull);
  return {
    id: review.id,
    node_id: nodeId("PullRequestReview", review.id),
    user: simpleUser(world, review.user),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: url,
    author_association: authorAssociation(pull.repository, review.user),
    _links: { html: { href: html }, pull_request: { href: url } },
    ...(review.submittedAt ? { submitted_at: review.submittedAt } : {}),
    commit_id: review.commitId,
  };
}

/** `pull-request-review-comment` */
export function reviewCommentJson(world: World, pull: PullIssue, comment: ReviewCommentRecord) {
  const url = `${apiUrl(world, pull.repository)}/pulls/comments/${comment.id}`;
  const html = `${issueHtmlUrl(world, pull)}#discussion_r${comment.id}`;
  return {
    url,
    pull_request_review_id: comment.review.id,
    id: comment.id,
    node_id: nodeId("PullRequestReviewComment", comment.id),
    diff_hunk: comment.diffHunk,
    path: comment.path,
    commit_id: comment.commitId,
    original_commit_id: comment.commitId,
    user: simpleUser(world, comment.user),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    html_url: html,
    pull_request_url: pullApiUrl(world, pull),
    author_association: authorAssociation(pull.repository, comment.user),
    _links: { self: { href: url }, html: { href: html }, pull_request: { href: pullApiUrl(world, pull) } },
    reactions: reactionRollup(url, comment.reactions),
    start_line: comment.startLine,
    original_start_line: comment.startLine,
    start_side: comment.startLine === null ? null : comment.side,
    ...(comment.line === null ? {} : { line: comment.line, original_line: comment.line }),
    side: comment.side,
    ...(comment.position === null ? {} : { position: comment.position, original_position: comment.position }),
    ...(comment.inReplyTo === null ? {} : { in_reply_to_id: comment.inReplyTo }),
    subject_type: comment.subjectType,
  };
}
