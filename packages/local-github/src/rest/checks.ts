/** Check runs and suites. Only Apps write them; a job's token is an App's. */

import { z } from "zod";
import { deliverCheckRun } from "../events/deliver-checks.ts";
import { objectType } from "../git/refs.ts";
import {
  type Call,
  causeOf,
  created,
  numberParam,
  ok,
  param,
  parseBody,
  type Route,
  route,
} from "../http/call.ts";
import { ApiError, notFound, unprocessable } from "../http/errors.ts";
import { paged, pagedUnder } from "../http/paginate.ts";
import { jobsAt, latestCheckRuns } from "../pulls/checks.ts";
import { newCheckRun } from "../pulls/write-check.ts";
import { checkRunJson, checkSuiteJson, jobAsCheckRun } from "../serialize/checks.ts";
import { apiUrl } from "../serialize/repositories.ts";
import type { AppRecord, CheckAnnotation, CheckRunRecord } from "../store/records.ts";
import { checkRunById } from "../store/store.ts";
import { commitOf } from "./find.ts";
import { BODY_MAX } from "./schemas.ts";

/** https://docs.github.com/rest/checks/runs: annotations per request. */
const MAX_ANNOTATIONS = 50;

const limited = z.string().max(BODY_MAX - 1, "Only 65535 characters are allowed");
const annotation = z.object({
  path: z.string(),
  start_line: z.number().int(),
  end_line: z.number().int(),
  start_column: z.number().int().optional(),
  end_column: z.number().int().optional(),
  annotation_level: z.enum(["notice", "warning", "failure"]),
  message: z.string(),
  title: z.string().optional(),
  raw_details: z.string().optional(),
});
const output = z.object({
  title: z.string().nullish(),
  summary: limited.nullish(),
  text: limited.nullish(),
  annotations: z.array(annotation).max(MAX_ANNOTATIONS).optional(),
});
const conclusion = z.enum([
  "action_required",
  "cancelled",
  "failure",
  "neutral",
  "success",
  "skipped",
  "timed_out",
]);
const fields = z.object({
  details_url: z.string().optional(),
  external_id: z.string().optional(),
  status: z.enum(["queued", "in_progress", "completed"]).optional(),
  started_at: z.string().optional(),
  completed_at: z.string().optional(),
  conclusion: conclusion.optional(),
  output: output.optional(),
});
const newRun = fields.extend({ name: z.string().min(1), head_sha: z.string() });
const runChange = fields.extend({ name: z.string().min(1).optional() });

/** @throws ApiError 403 for a person's token */
function appOf(call: Call): AppRecord {
  const { app } = causeOf(call);
  if (!app) throw new ApiError(403, "You must authenticate via a GitHub App.");
  return app;
}

function apply(call: Call, run: CheckRunRecord, body: z.output<typeof fields>): void {
  const now = call.world.store.timestamp();
  if (body.details_url !== undefined) run.detailsUrl = body.details_url;
  if (body.external_id !== undefined) run.externalId = body.external_id;
  if (body.started_at !== undefined) run.startedAt = body.started_at;
  if (body.status !== undefined) run.status = body.status;
  if (body.status === "completed" && body.conclusion === undefined && run.conclusion === null) {
    throw unprocessable("Invalid request.\n\nconclusion is required when status is completed.");
  }
  if (body.conclusion !== undefined) {
    run.conclusion = body.conclusion;
    run.status = "completed";
  }
  if (run.status === "completed") run.completedAt = body.completed_at ?? run.completedAt ?? now;
  else {
    run.completedAt = null;
    run.conclusion = null;
  }
  if (run.status !== "queued") run.startedAt ??= now;
  if (body.output) {
    const { title, summary, text, annotations = [] } = body.output;
    run.output = {
      title: title === undefined ? run.output.title : title,
      summary: summary === undefined ? run.output.summary : summary,
      text: text === undefined ? run.output.text : text,
    };
    run.annotations.push(
      ...annotations.map(
        (one): CheckAnnotation => ({
          path: one.path,
          start_line: one.start_line,
          end_line: one.end_line,
          start_column: one.start_column ?? null,
          end_column: one.end_column ?? null,
          annotation_level: one.annotation_level,
          title: one.title ?? null,
          message: one.message,
          raw_details: one.raw_details ?? null,
          blob_href: `${apiUrl(call.world, call.repository)}/git/blobs/${run.headSha}`,
        }),
      ),
    );
  }
}

async function create(call: Call) {
  const app = appOf(call);
  const { world, repository } = call;
  const body = parseBody(call, newRun);
  const sha = body.head_sha.toLowerCase();
  if ((await objectType(call.git, sha)) !== "commit")
    throw unprocessable(`No commit found for SHA: ${body.head_sha}`);
  const run = newCheckRun(world, repository, { app, name: body.name, sha });
  apply(call, run, body);
  repository.checkRuns.push(run);
  await deliverCheckRun(world, repository, run, run.conclusion ? "completed" : "created", causeOf(call));
  return created(checkRunJson(world, repository, run));
}

/** A check run made by the API, or a workflow job under its id. */
function find(call: Call): CheckRunRecord {
  const id = numberParam(call, "check_run_id");
  const run = checkRunById(call.repository, id);
  if (run) return run;
  const job = call.world.store.job(id);
  if (job?.run.repository === call.repository) return jobAsCheckRun(call.world, job);
  throw notFound();
}

async function update(call: Call) {
  const app = appOf(call);
  const run = checkRunById(call.repository, numberParam(call, "check_run_id"));
  if (!run) throw notFound();
  if (run.app.id !== app.id) {
    throw new ApiError(
      403,
      `Invalid app_id \`${app.id}\` - check run can only be modified by the GitHub App that created it.`,
    );
  }
  const body = parseBody(call, runChange);
  const before = run.conclusion;
  apply(call, run, body);
  if (body.name !== undefined) run.name = body.name;
  if (run.conclusion !== before) {
    await deliverCheckRun(call.world, call.repository, run, "completed", causeOf(call));
  }
  return ok(checkRunJson(call.world, call.repository, run));
}

function select(call: Call, runs: readonly CheckRunRecord[]) {
  const { query } = call;
  const name = query.get("check_name");
  const status = query.get("status");
  const app = query.get("app_id");
  const found = runs.filter(
    (run) =>
      (!name || run.name === name) &&
      (!status || run.status === status) &&
      (!app || Number(app) === run.app.id),
  );
  return pagedUnder(call, "check_runs", found, (run) => checkRunJson(call.world, call.repository, run));
}

async function runsAt(call: Call, sha: string): Promise<CheckRunRecord[]> {
  const own =
    call.query.get("filter") === "all"
      ? call.repository.checkRuns.filter((run) => run.headSha === sha)
      : latestCheckRuns(call.repository, sha);
  return [...jobsAt(call.repository, sha).map((job) => jobAsCheckRun(call.world, job)), ...own];
}

async function suitesAt(call: Call, sha: string) {
  const bySuite = new Map<number, CheckRunRecord[]>();
  for (const run of await runsAt(call, sha))
    bySuite.set(run.suiteId, [...(bySuite.get(run.suiteId) ?? []), run]);
  return [...bySuite].map(([id, runs]) => ({
    id,
    sha,
    runs,
    branch: call.repository.runs.find((run) => run.checkSuiteId === id)?.headBranch ?? null,
  }));
}

async function suiteById(call: Call) {
  const id = numberParam(call, "check_suite_id");
  const sha =
    call.repository.checkRuns.find((run) => run.suiteId === id)?.headSha ??
    call.repository.runs.find((run) => run.checkSuiteId === id)?.headSha;
  const suite = sha ? (await suitesAt(call, sha)).find((one) => one.id === id) : undefined;
  if (!suite) throw notFound();
  return suite;
}

const R = "/repos/{owner}/{repo}";

export const checkRoutes: readonly Route[] = [
  route(`POST ${R}/check-runs`, create),
  route(`GET ${R}/check-runs/{check_run_id}`, (call) =>
    ok(checkRunJson(call.world, call.repository, find(call))),
  ),
  route(`PATCH ${R}/check-runs/{check_run_id}`, update),
  route(`GET ${R}/check-runs/{check_run_id}/annotations`, (call) =>
    paged(call, find(call).annotations, (one) => one),
  ),
  route(`GET ${R}/commits/{ref}/check-runs`, async (call) =>
    select(call, await runsAt(call, await commitOf(call, param(call, "ref")))),
  ),
  route(`GET ${R}/commits/{ref}/check-suites`, async (call) => {
    const suites = await suitesAt(call, await commitOf(call, param(call, "ref")));
    return pagedUnder(call, "check_suites", suites, (suite) =>
      checkSuiteJson(call.world, call.repository, suite),
    );
  }),
  route(`GET ${R}/check-suites/{check_suite_id}`, async (call) =>
    ok(checkSuiteJson(call.world, call.repository, await suiteById(call))),
  ),
  route(`GET ${R}/check-suites/{check_suite_id}/check-runs`, async (call) =>
    select(call, (await suiteById(call)).runs),
  ),
];
