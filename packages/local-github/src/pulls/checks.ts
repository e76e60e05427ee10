/** Checks and statuses of a commit, seen as one list. */

import type { CheckRunRecord, CommitStatusRecord, JobRecord, RepositoryRecord } from "../store/records.ts";
import { ACTIONS_APP_ID } from "../store/store.ts";

export interface CommitContext {
  readonly name: string;
  readonly state: "success" | "pending" | "failure";
  /** undefined: a commit status that a person wrote. */
  readonly appId: number | undefined;
}

/** Workflow jobs of the newest attempt of each run on a commit. */
export function jobsAt(repository: RepositoryRecord, sha: string): JobRecord[] {
  return repository.runs.filter((run) => run.headSha === sha).flatMap((run) => latestJobs(run.jobs));
}

/** Of the jobs with one name, the newest attempt's. Matrix jobs have names of their own. */
export function latestJobs(jobs: readonly JobRecord[]): JobRecord[] {
  const attempts = new Map<string, number>();
  for (const job of jobs) attempts.set(job.name, Math.max(attempts.get(job.name) ?? 0, job.runAttempt));
  return jobs.filter((job) => attempts.get(job.name) === job.runAttempt);
}

/** The newest status of each context on a commit. */
export function latestStatuses(repository: RepositoryRecord, sha: string): CommitStatusRecord[] {
  const last = new Map<string, CommitStatusRecord>();
  for (const status of repository.statuses) if (status.sha === sha) last.set(status.context, status);
  return [...last.values()];
}

/** The newest check run of each App and name on a commit. */
export function latestCheckRuns(repository: RepositoryRecord, sha: string): CheckRunRecord[] {
  const last = new Map<string, CheckRunRecord>();
  for (const run of repository.checkRuns) if (run.headSha === sha) last.set(`${run.app.id}:${run.name}`, run);
  return [...last.values()];
}

const PASSING = new Set(["success", "neutral", "skipped"]);

function stateOf(status: string, conclusion: string | null): CommitContext["state"] {
  if (status !== "completed") return "pending";
  return PASSING.has(conclusion ?? "") ? "success" : "failure";
}

/** Everything that reports on a commit. A check and a status of one name are two entries: both count. */
export function contextsOf(repository: RepositoryRecord, sha: string): CommitContext[] {
  return [
    ...latestStatuses(repository, sha).map((status) => ({
      name: status.context,
      state: status.state === "success" || status.state === "pending" ? status.state : ("failure" as const),
      appId: status.app?.id,
    })),
    ...latestCheckRuns(repository, sha).map((run) => ({
      name: run.name,
      state: stateOf(run.status, run.conclusion),
      appId: run.app.id,
    })),
    ...jobsAt(repository, sha).map((job) => ({
      name: job.name,
      state: stateOf(job.status, job.conclusion),
      appId: ACTIONS_APP_ID,
    })),
  ];
}
