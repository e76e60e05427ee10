/** Workflow runs, jobs, workflows and artifacts in GitHub's shapes. */

import type { ArtifactRecord } from "../artifacts/store.ts";
import type { WorkflowInfo } from "../engine/workflows.ts";
import { readCommit } from "../git/objects.ts";
import { nodeId } from "../store/node-id.ts";
import type { JobRecord, RepositoryRecord, WorkflowRunRecord } from "../store/records.ts";
import type { World } from "../world.ts";
import { apiUrl, htmlUrl, minimalRepository } from "./repositories.ts";
import { simpleUser } from "./users.ts";

export const runHtmlUrl = (world: World, run: WorkflowRunRecord) =>
  `${htmlUrl(world, run.repository)}/actions/runs/${run.id}`;

/** `workflow-run` */
export async function runJson(world: World, run: WorkflowRunRecord) {
  const { repository } = run;
  const api = apiUrl(world, repository);
  const url = `${api}/actions/runs/${run.id}`;
  const commit = await readCommit(world.git(repository), run.headSha);
  return {
    id: run.id,
    name: run.workflowName,
    node_id: nodeId("WorkflowRun", run.id),
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.workflowPath,
    display_title: run.displayTitle,
    run_number: run.runNumber,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: run.workflowId,
    check_suite_id: run.checkSuiteId,
    check_suite_node_id: nodeId("CheckSuite", run.checkSuiteId),
    url,
    html_url: runHtmlUrl(world, run),
    pull_requests: [],
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    actor: simpleUser(world, run.actor),
    run_attempt: run.runAttempt,
    referenced_workflows: [],
    run_started_at: run.runStartedAt,
    triggering_actor: simpleUser(world, run.triggeringActor),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${api}/check-suites/${run.checkSuiteId}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: run.runAttempt > 1 ? `${url}/attempts/${run.runAttempt - 1}` : null,
    workflow_url: `${api}/actions/workflows/${run.workflowId}`,
    head_commit: commit
      ? {
          id: commit.sha,
          tree_id: commit.tree,
          message: commit.message,
          timestamp: commit.committer.date,
          author: { name: commit.author.name, email: commit.author.email },
          committer: { name: commit.committer.name, email: commit.committer.email },
        }
      : null,
    repository: minimalRepository(world, repository),
    head_repository: minimalRepository(world, repository),
  };
}

/** `job` */
export function jobJson(world: World, job: JobRecord) {
  const { run } = job;
  const api = apiUrl(world, run.repository);
  return {
    id: job.id,
    run_id: run.id,
    workflow_name: run.workflowName,
    head_branch: run.headBranch,
    run_url: `${api}/actions/runs/${run.id}`,
    run_attempt: job.runAttempt,
    node_id: nodeId("CheckRun", job.id),
    head_sha: run.headSha,
    url: `${api}/actions/jobs/${job.id}`,
    html_url: `${runHtmlUrl(world, run)}/job/${job.id}`,
    status: job.status,
    conclusion: job.conclusion === "startup_failure" ? "failure" : job.conclusion,
    created_at: job.createdAt,
    started_at: job.startedAt ?? job.createdAt,
    completed_at: job.completedAt,
    name: job.name,
    steps: job.steps.map((step) => ({
      name: step.name,
      status: step.status,
      conclusion: step.conclusion,
      number: step.number,
      started_at: step.startedAt,
      completed_at: step.completedAt,
    })),
    check_run_url: `${api}/check-runs/${job.id}`,
    labels: ["ubuntu-latest"],
    runner_id: job.startedAt ? 1 : null,
    runner_name: job.startedAt ? "local" : null,
    runner_group_id: job.startedAt ? 1 : null,
    runner_group_name: job.startedAt ? "local" : null,
  };
}

/** `workflow` */
export function workflowJson(world: World, repository: RepositoryRecord, workflow: WorkflowInfo) {
  const html = htmlUrl(world, repository);
  return {
    id: workflow.id,
    node_id: nodeId("Workflow", workflow.id),
    name: workflow.name,
    path: workflow.path,
    state: "active",
    created_at: repository.createdAt,
    updated_at: repository.updatedAt,
    url: `${apiUrl(world, repository)}/actions/workflows/${workflow.id}`,
    html_url: `${html}/blob/${repository.defaultBranch}/${workflow.path}`,
    badge_url: `${html}/workflows/${encodeURIComponent(workflow.name)}/badge.svg`,
  };
}

/** `artifact` */
export function artifactJson(world: World, repository: RepositoryRecord, artifact: ArtifactRecord) {
  const url = `${apiUrl(world, repository)}/actions/artifacts/${artifact.id}`;
  const run = world.store.run(artifact.runId);
  return {
    id: artifact.id,
    node_id: nodeId("Artifact", artifact.id),
    name: artifact.name,
    size_in_bytes: artifact.size,
    url,
    archive_download_url: `${url}/zip`,
    expired: Date.parse(artifact.expiresAt) <= world.now().getTime(),
    created_at: artifact.createdAt,
    updated_at: artifact.createdAt,
    expires_at: artifact.expiresAt,
    digest: artifact.digest,
    workflow_run: run
      ? {
          id: run.id,
          repository_id: repository.id,
          head_repository_id: repository.id,
          head_branch: run.headBranch ?? repository.defaultBranch,
          head_sha: run.headSha,
        }
      : null,
  };
}
