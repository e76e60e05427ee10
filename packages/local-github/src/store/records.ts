/** The records of the store: what GitHub keeps in its database. Dates are ISO 8601 strings in UTC, to the second. */

import type { Conclusion, EngineEvent, RunStatus, StepRecord } from "@slipway/model";
import type { AppRecord, TeamRecord } from "./identities.ts";

export type {
  AppPermissions,
  AppRecord,
  InstallationRecord,
  TeamRecord,
  TokenRecord,
} from "./identities.ts";

export type Role = "read" | "triage" | "write" | "maintain" | "admin";

export interface UserRecord {
  readonly id: number;
  readonly login: string;
  readonly type: "User" | "Organization" | "Bot";
  readonly name: string | null;
  readonly createdAt: string;
}

export interface RepositorySettings {
  allowMergeCommit: boolean;
  allowSquashMerge: boolean;
  allowRebaseMerge: boolean;
  allowUpdateBranch: boolean;
  deleteBranchOnMerge: boolean;
  /** "Allow GitHub Actions to create and approve pull requests". */
  actionsCanCreatePullRequests: boolean;
  hasIssues: boolean;
  description: string | null;
}

export interface RequiredCheck {
  readonly context: string;
  /** Only a check of this App counts. */
  readonly integrationId?: number;
}

export type MergeMethod = "merge" | "squash" | "rebase";

export interface MergeQueueRules {
  /** Default `merge`. */
  readonly method?: MergeMethod;
  /** How long a group's required checks may take before it counts as failed, in milliseconds. Default an hour. */
  readonly timeoutMs?: number;
}

/** The effective rules of a branch. Absent means not asked for. */
export interface BranchRules {
  readonly requiredStatusChecks?: { readonly checks: readonly RequiredCheck[]; readonly strict: boolean };
  readonly pullRequest?: {
    readonly approvals: number;
    readonly dismissStaleReviews?: boolean;
    /** Default: all that the repository's settings allow. */
    readonly mergeMethods?: readonly MergeMethod[];
  };
  /** No commit with several parents comes in, by whatever way. */
  readonly requiredLinearHistory?: boolean;
  /** No forced update. */
  readonly nonFastForward?: boolean;
  /** No deletion. */
  readonly deletion?: boolean;
  /** Every commit that comes in by a merge must be verified. */
  readonly requiredSignatures?: boolean;
  /** Pull requests are merged by the queue alone. */
  readonly mergeQueue?: MergeQueueRules;
}

export interface LabelRecord {
  readonly id: number;
  name: string;
  color: string;
  description: string | null;
  readonly isDefault: boolean;
}

export interface IssueTypeRecord {
  readonly id: number;
  readonly name: string;
  readonly description: string | null;
  readonly color: "gray" | "blue" | "green" | "yellow" | "orange" | "red" | "pink" | "purple" | null;
}

export const REACTIONS = ["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"] as const;
export type ReactionContent = (typeof REACTIONS)[number];

export interface ReactionRecord {
  readonly id: number;
  readonly user: UserRecord;
  readonly content: ReactionContent;
  readonly createdAt: string;
}

export interface CommentRecord {
  readonly id: number;
  readonly issue: IssueRecord;
  readonly author: UserRecord;
  /** The App whose token wrote it. */
  readonly app: AppRecord | null;
  body: string;
  readonly createdAt: string;
  updatedAt: string;
  readonly reactions: ReactionRecord[];
}

export interface IssueEventRecord {
  readonly id: number;
  readonly event: string;
  readonly actor: UserRecord;
  readonly app: AppRecord | null;
  readonly createdAt: string;
  readonly commitId: string | null;
  /** What this kind of event adds (`label`, `assignee`, `rename`, …), in GitHub's shape. */
  readonly extra: Readonly<Record<string, unknown>>;
}

export type StateReason = "completed" | "not_planned" | "reopened" | "duplicate";

export interface IssueRecord {
  readonly id: number;
  readonly number: number;
  readonly repository: RepositoryRecord;
  title: string;
  body: string | null;
  state: "open" | "closed";
  stateReason: StateReason | null;
  readonly author: UserRecord;
  readonly app: AppRecord | null;
  labels: LabelRecord[];
  assignees: UserRecord[];
  type: IssueTypeRecord | null;
  locked: boolean;
  readonly createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  closedBy: UserRecord | null;
  readonly comments: CommentRecord[];
  readonly reactions: ReactionRecord[];
  readonly events: IssueEventRecord[];
  /** Sub-issues in their order. */
  readonly children: IssueRecord[];
  parent: IssueRecord | null;
  /** Issues that must be done first. */
  readonly blockedBy: IssueRecord[];
  /** Set when the issue is a pull request. */
  pull: PullRecord | null;
}

/** An issue that is a pull request. */
export type PullIssue = IssueRecord & { pull: PullRecord };

export type Mergeability =
  | { readonly state: "unknown" }
  /** Being computed; the promise never rejects. */
  | { readonly state: "computing"; readonly done: Promise<void> }
  /** `mergeCommit`: the test merge at `refs/pull/N/merge`. */
  | { readonly state: "clean"; readonly mergeCommit: string }
  | { readonly state: "conflict"; readonly files: readonly string[] };

export interface PullRecord {
  /** Database id of the pull request, other than its issue's. */
  readonly id: number;
  base: { ref: string; sha: string };
  /** `sha` is kept when the branch is gone. */
  head: { ref: string; sha: string };
  draft: boolean;
  mergedAt: string | null;
  mergedBy: UserRecord | null;
  mergeCommitSha: string | null;
  mergeability: Mergeability;
  readonly reviews: ReviewRecord[];
  readonly reviewComments: ReviewCommentRecord[];
  requestedReviewers: UserRecord[];
}

export type ReviewState = "PENDING" | "COMMENTED" | "APPROVED" | "CHANGES_REQUESTED" | "DISMISSED";

export interface ReviewRecord {
  readonly id: number;
  readonly user: UserRecord;
  state: ReviewState;
  body: string;
  commitId: string;
  submittedAt: string | null;
}

export interface ReviewCommentRecord {
  readonly id: number;
  readonly review: ReviewRecord;
  readonly user: UserRecord;
  body: string;
  readonly path: string;
  readonly line: number | null;
  readonly startLine: number | null;
  readonly side: "LEFT" | "RIGHT";
  readonly position: number | null;
  readonly diffHunk: string;
  readonly commitId: string;
  readonly inReplyTo: number | null;
  readonly subjectType: "line" | "file";
  readonly createdAt: string;
  updatedAt: string;
  readonly reactions: ReactionRecord[];
  /** Only the first comment of a thread carries a meaningful value. */
  resolved: boolean;
}

export type CheckStatus = "queued" | "in_progress" | "completed" | "waiting" | "requested" | "pending";
export type CheckConclusion =
  | "success"
  | "failure"
  | "neutral"
  | "cancelled"
  | "skipped"
  | "timed_out"
  | "action_required"
  | "stale";

export interface CheckAnnotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column: number | null;
  readonly end_column: number | null;
  readonly annotation_level: string | null;
  readonly title: string | null;
  readonly message: string | null;
  readonly raw_details: string | null;
  readonly blob_href: string;
}

export interface CheckRunRecord {
  readonly id: number;
  readonly app: AppRecord;
  readonly suiteId: number;
  name: string;
  readonly headSha: string;
  status: CheckStatus;
  conclusion: CheckConclusion | null;
  startedAt: string | null;
  completedAt: string | null;
  externalId: string;
  detailsUrl: string | null;
  output: { title: string | null; summary: string | null; text: string | null };
  readonly annotations: CheckAnnotation[];
}

export interface CommitStatusRecord {
  readonly id: number;
  readonly sha: string;
  readonly state: "error" | "failure" | "pending" | "success";
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: UserRecord;
  /** The App whose token wrote it: a required check that names an App takes it from there. */
  readonly app: AppRecord | null;
  readonly createdAt: string;
}

export interface ReleaseRecord {
  readonly id: number;
  tagName: string;
  targetCommitish: string;
  name: string | null;
  body: string | null;
  draft: boolean;
  prerelease: boolean;
  readonly author: UserRecord;
  readonly createdAt: string;
  updatedAt: string;
  publishedAt: string | null;
}

export interface WorkflowRunRecord {
  readonly id: number;
  readonly repository: RepositoryRecord;
  readonly workflowId: number;
  readonly workflowPath: string;
  workflowName: string;
  displayTitle: string;
  readonly event: string;
  readonly headBranch: string | null;
  readonly headSha: string;
  /** `github.ref` and `github.sha` in its jobs. */
  readonly ref: string;
  readonly sha: string;
  /** Branches of the pull request that it is about. */
  readonly pull: { readonly head: string; readonly base: string } | null;
  readonly actor: UserRecord;
  triggeringActor: UserRecord;
  readonly runNumber: number;
  runAttempt: number;
  status: RunStatus;
  conclusion: Conclusion | null;
  readonly checkSuiteId: number;
  readonly createdAt: string;
  runStartedAt: string;
  updatedAt: string;
  /** How many runs started each other by `workflow_run` before this one. */
  readonly chain: number;
  /** What started it, while a person has to approve that it runs; null otherwise. */
  held: Omit<EngineEvent, "deliveryId"> | null;
  /** Every attempt's jobs, in the order of their creation. */
  readonly jobs: JobRecord[];
}

export interface JobRecord {
  readonly id: number;
  readonly run: WorkflowRunRecord;
  readonly name: string;
  readonly needs: readonly string[];
  readonly runAttempt: number;
  status: RunStatus;
  conclusion: Conclusion | null;
  readonly createdAt: string;
  startedAt: string | null;
  completedAt: string | null;
  steps: readonly StepRecord[];
  /** Text of the log so far. */
  log: string;
  /** Markdown by step number. */
  readonly summaries: Map<number, string>;
}

export interface RepositoryRecord {
  readonly id: number;
  readonly owner: UserRecord;
  readonly name: string;
  defaultBranch: string;
  readonly visibility: "public" | "private";
  readonly settings: RepositorySettings;
  /** The bare git repository on disk. */
  readonly gitDir: string;
  readonly createdAt: string;
  updatedAt: string;
  pushedAt: string;
  /** By login in lower case. */
  readonly collaborators: Map<string, Role>;
  /** What teams, and the owning organization's members, may do here. */
  readonly teams: { readonly team: TeamRecord; readonly role: Role }[];
  /** The organization's owners, who may do everything; its members, who are named as such. By login in lower case. */
  readonly members: ReadonlyMap<string, "owner" | "member">;
  readonly secrets: Map<string, string>;
  readonly variables: Map<string, string>;
  /** By branch name, or by a pattern with `*` (no slash) and `**`. */
  readonly rules: Map<string, BranchRules>;
  /** By name in lower case. */
  readonly labels: Map<string, LabelRecord>;
  /** Issues and pull requests by number. */
  readonly issues: Map<number, IssueRecord>;
  readonly checkRuns: CheckRunRecord[];
  /** `App id:sha` to check suite id. */
  readonly checkSuites: Map<string, number>;
  readonly statuses: CommitStatusRecord[];
  readonly releases: ReleaseRecord[];
  readonly runs: WorkflowRunRecord[];
  /** Workflow id by file path. */
  readonly workflowIds: Map<string, number>;
  /** Commits written by the API in GitHub's own name: shown as verified. */
  readonly verifiedCommits: Set<string>;
}
