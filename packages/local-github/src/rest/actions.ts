/** Workflows, workflow runs, jobs, logs and artifacts. */

import { beginAttempt } from "../engine/runs.ts";
import { listWorkflows, workflowByIdOrName } from "../engine/workflows.ts";
import { releaseRun } from "../events/approvals.ts";
import { hasRole } from "../http/auth.ts";
import { type Call, causeOf, numberParam, ok, param, type Route, route } from "../http/call.ts";
import type { Downloads } from "../http/downloads.ts";
import { ApiError, conflict, notAccessible, notFound } from "../http/errors.ts";
import { pagedUnder } from "../http/paginate.ts";
import { fullName } from "../serialize/repositories.ts";
import { artifactJson, jobJson, runJson, workflowJson } from "../serialize/runs.ts";
import type { JobRecord, WorkflowRunRecord } from "../store/records.ts";

function runOf(call: Call): WorkflowRunRecord {
  const run = call.world.store.run(numberParam(call, "run_id"));
  if (run?.repository !== call.repository) throw notFound();
  return run;
}

function jobOf(call: Call): JobRecord {
  const job = call.world.store.job(numberParam(call, "job_id"));
  if (job?.run.repository !== call.repository) throw notFound();
  return job;
}

async function workflowOf(call: Call) {
  const workflow = await workflowByIdOrName(call.world, call.repository, param(call, "workflow_id"));
  if (!workflow) throw notFound();
  return workflow;
}

/**
 * Whether a date fits `created`, in the form of a search qualifier: `2026-11-20`, `>=2026-11-20T10:00:00Z`,
 * `2026-11-01..2026-11-20`, `*..2026-11-20`. A day without a time means all of it.
 * https://docs.github.com/search-github/getting-started-with-searching-on-github/understanding-the-search-syntax
 */
function inRange(date: string, range: string): boolean {
  const at = Date.parse(date);
  const first = (text: string) => (text === "*" ? Number.NEGATIVE_INFINITY : Date.parse(text));
  const last = (text: string) => {
    if (text === "*") return Number.POSITIVE_INFINITY;
    return Date.parse(text) + (/^\d{4}-\d\d-\d\d$/.test(text) ? 86_400_000 - 1 : 999);
  };
  const [from, to] = range.split("..");
  if (from !== undefined && to !== undefined) return at >= first(from) && at <= last(to);
  const [, operator = "", text = ""] = /^(>=|<=|>|<)?(.*)$/.exec(range) ?? [];
  switch (operator) {
    case ">=":
      return at >= first(text);
    case ">":
      return at > last(text);
    case "<=":
      return at <= last(text);
    case "<":
      return at < first(text);
    default:
      return at >= first(text) && at <= last(text);
  }
}

function listRuns(call: Call, workflowId?: number) {
  const wanted = (name: string) => call.query.get(name);
  const created = wanted("created");
  const status = wanted("status");
  const found = call.repository.runs.filter(
    (run) =>
      (workflowId === undefined || run.workflowId === workflowId) &&
      (!status || run.status === status || run.conclusion === status) &&
      (!wanted("event") || run.event === wanted("event")) &&
      (!wanted("branch") || run.headBranch === wanted("branch")) &&
      (!wanted("actor") || run.actor.login === wanted("actor")) &&
      (!created || inRange(run.createdAt, created)) &&
      (!wanted("check_suite_id") || run.checkSuiteId === Number(wanted("check_suite_id"))) &&
      (!wanted("head_sha") || run.headSha === wanted("head_sha")),
  );
  return pagedUnder(call, "workflow_runs", found.toReversed(), (run) => runJson(call.world, run));
}

function jobsOf(call: Call, run: WorkflowRunRecord, attempt: number | "latest" | "all") {
  const wanted = attempt === "latest" ? run.runAttempt : attempt;
  const jobs = run.jobs.filter((job) => wanted === "all" || job.runAttempt === wanted);
  return pagedUnder(call, "jobs", jobs, (job) => jobJson(call.world, job));
}

function cancel(call: Call) {
  const run = runOf(call);
  if (run.status === "completed") throw conflict("Cannot cancel a workflow run that is completed.");
  call.world.engine?.cancelRun(run.id);
  return { status: 202, json: {} };
}

/** A person lets a run go on that a job's token has caused; a job's token cannot, else it would start itself. */
function approve(call: Call) {
  const run = runOf(call);
  if (call.actor.kind === "job") throw notAccessible();
  if (!run.held) throw new ApiError(403, "This workflow run is not awaiting approval");
  releaseRun(call.world, run, causeOf(call));
  return { status: 201, json: {} };
}

function rerun(call: Call, which: "all" | "failed") {
  const run = runOf(call);
  if (run.status !== "completed") throw new ApiError(403, "This workflow is already running");
  beginAttempt(call.world, run);
  call.world.engine?.rerun(run.id, which);
  return { status: 201, json: {} };
}

function artifactOf(call: Call) {
  const artifact = call.world.artifacts?.get(numberParam(call, "artifact_id"));
  if (!artifact || artifact.repository !== fullName(call.repository)) throw notFound();
  return artifact;
}

export function actionRoutes(downloads: Downloads): readonly Route[] {
  const redirect = (call: Call, path: string) => ({
    status: 302,
    headers: { location: `${call.world.urls.server}${path}` },
  });
  return [
    // GitHub shows this setting to administrators alone.
    route("GET /repos/{owner}/{repo}/actions/permissions/workflow", (call) => {
      const { actor, repository } = call;
      if (actor.kind !== "user") throw notAccessible();
      if (!hasRole(repository, actor.user.login, "admin")) throw notFound();
      return ok({
        default_workflow_permissions: "read",
        can_approve_pull_request_reviews: repository.settings.actionsCanCreatePullRequests,
      });
    }),
    route("GET /repos/{owner}/{repo}/actions/workflows", async (call) =>
      pagedUnder(call, "workflows", await listWorkflows(call.world, call.repository), (workflow) =>
        workflowJson(call.world, call.repository, workflow),
      ),
    ),
    route("GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}", async (call) =>
      ok(workflowJson(call.world, call.repository, await workflowOf(call))),
    ),
    route("GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs", async (call) =>
      listRuns(call, (await workflowOf(call)).id),
    ),
    route("GET /repos/{owner}/{repo}/actions/runs", (call) => listRuns(call)),
    route("GET /repos/{owner}/{repo}/actions/runs/{run_id}", async (call) =>
      ok(await runJson(call.world, runOf(call))),
    ),
    route("POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel", cancel),
    route("POST /repos/{owner}/{repo}/actions/runs/{run_id}/approve", approve),
    route("POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun", (call) => rerun(call, "all")),
    route("POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs", (call) =>
      rerun(call, "failed"),
    ),
    route("GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs", (call) =>
      jobsOf(call, runOf(call), call.query.get("filter") === "all" ? "all" : "latest"),
    ),
    route("GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/jobs", (call) =>
      jobsOf(call, runOf(call), numberParam(call, "attempt_number")),
    ),
    route("GET /repos/{owner}/{repo}/actions/jobs/{job_id}", (call) => ok(jobJson(call.world, jobOf(call)))),
    route("GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs", (call) => {
      const job = jobOf(call);
      return redirect(call, downloads.offer({ type: "text/plain; charset=utf-8", content: () => job.log }));
    }),
    route("GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts", (call) => {
      const name = call.query.get("name");
      const list = (call.world.artifacts?.list(runOf(call).id) ?? []).filter(
        (artifact) => !name || artifact.name === name,
      );
      return pagedUnder(call, "artifacts", list, (artifact) =>
        artifactJson(call.world, call.repository, artifact),
      );
    }),
    route("GET /repos/{owner}/{repo}/actions/artifacts", (call) => {
      const name = call.query.get("name");
      const list = (call.world.artifacts?.listRepository(fullName(call.repository)) ?? []).filter(
        (artifact) => !name || artifact.name === name,
      );
      return pagedUnder(call, "artifacts", list.toReversed(), (artifact) =>
        artifactJson(call.world, call.repository, artifact),
      );
    }),
    route("GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}", (call) =>
      ok(artifactJson(call.world, call.repository, artifactOf(call))),
    ),
    route("GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}", (call) => {
      const artifact = artifactOf(call);
      if (param(call, "archive_format") !== "zip") throw notFound();
      const content = () => call.world.artifacts?.read(artifact.id);
      return redirect(
        call,
        downloads.offer({ type: "application/zip", fileName: `${artifact.name}.zip`, content }),
      );
    }),
    route("DELETE /repos/{owner}/{repo}/actions/artifacts/{artifact_id}", (call) => {
      call.world.artifacts?.remove(artifactOf(call).id);
      return { status: 204 };
    }),
  ];
}
