/** Check runs, suites and commit statuses in GitHub's shapes. */

import { nodeId } from "../store/node-id.ts";
import type { CheckRunRecord, CommitStatusRecord, JobRecord, RepositoryRecord } from "../store/records.ts";
import { pullsOf } from "../store/store.ts";
import type { World } from "../world.ts";
import { appJson } from "./apps.ts";
import { apiUrl, htmlUrl, minimalRepository } from "./repositories.ts";
import { simpleUser } from "./users.ts";

/** Open pull requests whose head is this commit, as checks and runs list them. */
export function pullStubs(world: World, repository: RepositoryRecord, sha: string) {
  const api = apiUrl(world, repository);
  const repo = { id: repository.id, url: api, name: repository.name };
  return pullsOf(repository)
    .filter((pull) => pull.state === "open" && pull.pull.head.sha === sha)
    .map((pull) => ({
      id: pull.pull.id,
      number: pull.number,
      url: `${api}/pulls/${pull.number}`,
      head: { ref: pull.pull.head.ref, sha: pull.pull.head.sha, repo },
      base: { ref: pull.pull.base.ref, sha: pull.pull.base.sha, repo },
    }));
}

/** `check-run` */
export function checkRunJson(world: World, repository: RepositoryRecord, run: CheckRunRecord) {
  const url = `${apiUrl(world, repository)}/check-runs/${run.id}`;
  const html = `${htmlUrl(world, repository)}/runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId("CheckRun", run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: html,
    details_url: run.detailsUrl ?? html,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      ...run.output,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suiteId },
    app: appJson(world, run.app),
    pull_requests: pullStubs(world, repository, run.headSha),
  };
}

/** A workflow job is a check run of its own, under the job's id. */
export function jobAsCheckRun(world: World, job: JobRecord): CheckRunRecord {
  const conclusion = job.conclusion === "startup_failure" ? "failure" : job.conclusion;
  return {
    id: job.id,
    app: world.store.actionsApp,
    suiteId: job.run.checkSuiteId,
    name: job.name,
    headSha: job.run.headSha,
    status: job.status,
    conclusion,
    startedAt: job.startedAt ?? job.createdAt,
    completedAt: job.completedAt,
    externalId: "",
    detailsUrl: null,
    output: { title: null, summary: null, text: null },
    annotations: [],
  };
}

/** `check-suite` */
export function checkSuiteJson(
  world: World,
  repository: RepositoryRecord,
  suite: { id: number; sha: string; runs: readonly CheckRunRecord[]; branch: string | null },
) {
  const done = suite.runs.length > 0 && suite.runs.every((run) => run.status === "completed");
  const bad = suite.runs.find((run) => !["success", "neutral", "skipped"].includes(run.conclusion ?? ""));
  const url = `${apiUrl(world, repository)}/check-suites/${suite.id}`;
  const at = suite.runs[0]?.startedAt ?? repository.createdAt;
  return {
    id: suite.id,
    node_id: nodeId("CheckSuite", suite.id),
    head_branch: suite.branch,
    head_sha: suite.sha,
    status: done
      ? "completed"
      : suite.runs.some((run) => run.status === "in_progress")
        ? "in_progress"
        : "queued",
    conclusion: done ? (bad?.conclusion ?? "success") : null,
    url,
    before: null,
    after: suite.sha,
    pull_requests: pullStubs(world, repository, suite.sha),
    app: appJson(world, suite.runs[0]?.app ?? world.store.actionsApp),
    repository: minimalRepository(world, repository),
    created_at: at,
    updated_at: suite.runs.at(-1)?.completedAt ?? at,
    head_commit: {
      id: suite.sha,
      tree_id: suite.sha,
      message: "",
      timestamp: at,
      author: null,
      committer: null,
    },
    latest_check_runs_count: suite.runs.length,
    check_runs_url: `${url}/check-runs`,
  };
}

/** `status` */
export function statusJson(world: World, repository: RepositoryRecord, status: CommitStatusRecord) {
  return {
    ...simpleStatus(world, repository, status),
    creator: simpleUser(world, status.creator),
  };
}

/** `simple-commit-status` */
export function simpleStatus(world: World, repository: RepositoryRecord, status: CommitStatusRecord) {
  return {
    url: `${apiUrl(world, repository)}/statuses/${status.sha}`,
    avatar_url: `${world.urls.server}/avatars/u/${status.creator.id}`,
    id: status.id,
    node_id: nodeId("StatusContext", status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
  };
}
