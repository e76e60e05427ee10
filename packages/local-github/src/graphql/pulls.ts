/** Pull requests and their reviews. */

import { commitsBetween, diffFiles, type FileChange } from "../git/diff.ts";
import { closedByText } from "../pulls/keywords.ts";
import { mergeableState, startMergeability } from "../pulls/mergeability.ts";
import { rulesOf, standingReviews } from "../pulls/rules.ts";
import { issueHtmlUrl } from "../serialize/issues.ts";
import { pullRange } from "../serialize/pulls.ts";
import { fullName } from "../serialize/repositories.ts";
import { nodeId } from "../store/node-id.ts";
import type { PullIssue, RepositoryRecord, ReviewRecord, UserRecord } from "../store/records.ts";
import { pullsOf } from "../store/store.ts";
import { rollupView } from "./checks.ts";
import { commitView } from "./commits.ts";
import { connection, type Order, type PageArguments } from "./connections.ts";
import { type Graph, isViewer, type View } from "./graph.ts";
import { issueView } from "./issues.ts";
import { repositoryView } from "./repository.ts";
import { hasLabel, sorted, subjectView, textView } from "./subjects.ts";
import { userView } from "./users.ts";

export interface PullArguments extends PageArguments {
  readonly orderBy?: Order;
  readonly states?: readonly string[] | null;
  readonly labels?: readonly string[] | null;
  readonly baseRefName?: string | null;
  readonly headRefName?: string | null;
}

const stateOf = ({ state, pull }: PullIssue) => (pull.mergedAt ? "MERGED" : state.toUpperCase());

export function pullsMatching(repository: RepositoryRecord, args: PullArguments): readonly PullIssue[] {
  const found = pullsOf(repository).filter(
    (one) =>
      (!args.states || args.states.includes(stateOf(one))) &&
      hasLabel(one, args.labels) &&
      (args.baseRefName == null || one.pull.base.ref === args.baseRefName) &&
      (args.headRefName == null || one.pull.head.ref === args.headRefName),
  );
  return sorted(found, args.orderBy);
}

const MERGEABLE = {
  clean: "MERGEABLE",
  conflict: "CONFLICTING",
  unknown: "UNKNOWN",
  computing: "UNKNOWN",
} as const;

/** What stands of the reviews; null where none is asked for and none was given. */
function reviewDecision(pull: PullIssue): string | null {
  const standing = standingReviews(pull).map(({ state }) => state);
  if (standing.includes("CHANGES_REQUESTED")) return "CHANGES_REQUESTED";
  const rule = rulesOf(pull.repository, pull.pull.base.ref).pullRequest;
  const approvals = standing.filter((state) => state === "APPROVED").length;
  if (!rule || rule.approvals === 0) return approvals > 0 ? "APPROVED" : null;
  return approvals >= rule.approvals ? "APPROVED" : "REVIEW_REQUIRED";
}

const CHANGE: Readonly<Record<FileChange["status"], string>> = {
  added: "ADDED",
  removed: "DELETED",
  modified: "MODIFIED",
  renamed: "RENAMED",
  copied: "COPIED",
  changed: "CHANGED",
  unchanged: "MODIFIED",
};

export function pullView(graph: Graph, issue: PullIssue): View {
  const { repository, pull } = issue;
  const { world } = graph;
  const files = async () => {
    const { git, start, head } = await pullRange(world, issue);
    return diffFiles(git, start, head);
  };
  const sum = async (key: "additions" | "deletions") =>
    (await files()).reduce((total, file) => total + file[key], 0);
  const commit = (sha: string | null) => () => (sha === null ? null : commitView(graph, repository, sha));
  const url = issueHtmlUrl(world, issue);
  const reviews = (name: string, list: readonly ReviewRecord[]) => (args: ReviewArguments) => {
    const shown = list.filter(
      (review) =>
        (review.state !== "PENDING" || isViewer(graph, review.user)) &&
        (args.author == null || review.user.login === args.author) &&
        (!args.states || args.states.includes(review.state)),
    );
    return connection(name, shown, args, (review) => reviewView(graph, issue, review));
  };
  // One look at it, so that what is shown beside each other agrees.
  const mergeability = pull.mergeability;
  if (issue.state === "open") startMergeability(world, issue);
  return {
    __typename: "PullRequest",
    id: nodeId("PullRequest", pull.id),
    ...subjectView(graph, issue),
    state: stateOf(issue),
    isDraft: pull.draft,
    merged: pull.mergedAt !== null,
    mergedAt: pull.mergedAt,
    mergedBy: () => pull.mergedBy && userView(graph, pull.mergedBy),
    mergeable: pull.mergedAt ? "UNKNOWN" : MERGEABLE[mergeability.state],
    mergeStateStatus: async () => (await mergeableState(world, issue, mergeability)).toUpperCase(),
    mergeCommit: commit(pull.mergeCommitSha),
    potentialMergeCommit: commit(
      mergeability.state === "clean" && !pull.mergedAt ? mergeability.mergeCommit : null,
    ),
    permalink: url,
    checksUrl: `${url}/checks`,
    baseRefName: pull.base.ref,
    baseRefOid: pull.base.sha,
    headRefName: pull.head.ref,
    headRefOid: pull.head.sha,
    baseRef: async () => refOf(graph, repository, pull.base.ref),
    headRef: async () => refOf(graph, repository, pull.head.ref),
    baseRepository: () => repositoryView(graph, repository),
    headRepository: () => repositoryView(graph, repository),
    headRepositoryOwner: () => userView(graph, repository.owner),
    // There are no forks here.
    isCrossRepository: false,
    maintainerCanModify: false,
    autoMergeRequest: null,
    isInMergeQueue: false,
    isMergeQueueEnabled: rulesOf(repository, pull.base.ref).mergeQueue !== undefined,
    additions: () => sum("additions"),
    deletions: () => sum("deletions"),
    changedFiles: async () => (await files()).length,
    files: async (args: PageArguments) =>
      connection("files", await files(), args, (file) => ({
        __typename: "PullRequestChangedFile",
        path: file.path,
        additions: file.additions,
        deletions: file.deletions,
        changeType: CHANGE[file.status],
        viewerViewedState: "UNVIEWED",
      })),
    commits: async (args: PageArguments) => {
      const { git, start, head } = await pullRange(world, issue);
      return connection("commits", (await commitsBetween(git, start, head)).slice(0, 250), args, (sha) => ({
        __typename: "PullRequestCommit",
        id: nodeId("Commit", `${pull.id}:${sha}`),
        commit: commit(sha),
        pullRequest: () => pullView(graph, issue),
        url: `${url}/commits/${sha}`,
        resourcePath: new URL(`${url}/commits/${sha}`).pathname,
      }));
    },
    statusCheckRollup: () => rollupView(graph, repository, pull.head.sha),
    reviewDecision: reviewDecision(issue),
    reviews: reviews("reviews", pull.reviews),
    latestReviews: reviews("latestReviews", newestOf(pull.reviews)),
    latestOpinionatedReviews: reviews("latestOpinionatedReviews", standingReviews(issue)),
    reviewRequests: (args: PageArguments) =>
      connection("reviewRequests", pull.requestedReviewers, args, (user: UserRecord) => ({
        __typename: "ReviewRequest",
        id: nodeId("PullRequestReview", `${pull.id}:${user.id}`),
        asCodeOwner: false,
        pullRequest: () => pullView(graph, issue),
        requestedReviewer: () => userView(graph, user),
      })),
    closingIssuesReferences: (args: PageArguments) => {
      const numbers = closedByText(issue.body ?? "", fullName(repository));
      const closed = numbers
        .flatMap((number) => repository.issues.get(number) ?? [])
        .filter((one) => !one.pull);
      return connection("closingIssuesReferences", closed, args, (one) => issueView(graph, one));
    },
    totalCommentsCount: issue.comments.length + pull.reviewComments.length,
  };
}

interface ReviewArguments extends PageArguments {
  readonly author?: string | null;
  readonly states?: readonly string[] | null;
}

/** The last review of each person. */
function newestOf(reviews: readonly ReviewRecord[]): ReviewRecord[] {
  const last = new Map<number, ReviewRecord>();
  for (const review of reviews) if (review.state !== "PENDING") last.set(review.user.id, review);
  return [...last.values()];
}

async function refOf(graph: Graph, repository: RepositoryRecord, branch: string): Promise<unknown> {
  const ref = repositoryView(graph, repository).ref as (args: { qualifiedName: string }) => unknown;
  return ref({ qualifiedName: `refs/heads/${branch}` });
}

export function reviewView(graph: Graph, issue: PullIssue, review: ReviewRecord): View {
  const { repository } = issue;
  const at = review.submittedAt ?? issue.updatedAt;
  const text = { author: review.user, body: review.body, createdAt: at, updatedAt: at, reactions: [] };
  const url = `${issueHtmlUrl(graph.world, issue)}#pullrequestreview-${review.id}`;
  return {
    __typename: "PullRequestReview",
    id: nodeId("PullRequestReview", review.id),
    fullDatabaseId: String(review.id),
    ...textView(graph, repository, text, url),
    state: review.state,
    submittedAt: review.submittedAt,
    isMinimized: false,
    minimizedReason: null,
    commit: () => commitView(graph, repository, review.commitId),
    pullRequest: () => pullView(graph, issue),
  };
}
