/** Runs and jobs as the engine reports them. */

import type { EngineEvent, JobChange, NewRun } from "@slipway/model";
import { z } from "zod";
import type { JobRecord, RepositoryRecord, WorkflowRunRecord } from "../store/records.ts";
import type { World } from "../world.ts";
import { workflowId } from "./workflows.ts";

/** A log longer than this keeps its start; the rest is told by one line. */
const LOG_LIMIT = 32 * 1024 * 1024;

const pullPayload = z.object({
  pull_request: z.object({
    head: z.object({ ref: z.string(), sha: z.string() }),
    base: z.object({ ref: z.string() }),
  }),
});

/** A pull request's run works on the test merge, and counts for the pull request's head: there its checks are shown. */
function pullOf(event: Pick<EngineEvent, "name" | "payload">) {
  if (event.name !== "pull_request" && event.name !== "pull_request_review") return undefined;
  const parsed = pullPayload.safeParse(event.payload);
  return parsed.success ? parsed.data.pull_request : undefined;
}

const runPayload = z.object({ workflow_run: z.object({ id: z.number() }) });

function chainOf(world: World, event: Pick<EngineEvent, "name" | "payload">): number {
  if (event.name !== "workflow_run") return 0;
  const before = runPayload.safeParse(event.payload).data;
  return 1 + ((before && world.store.run(before.workflow_run.id)?.chain) ?? 0);
}

export function createRun(
  world: World,
  repository: RepositoryRecord,
  input: Pick<NewRun, "workflowPath" | "workflowName" | "displayTitle"> & {
    event: Omit<EngineEvent, "deliveryId">;
  },
): WorkflowRunRecord {
  const { store } = world;
  const id = workflowId(world, repository, input.workflowPath);
  const at = store.timestamp();
  const actor = store.user(input.event.actor) ?? store.bot;
  const pull = pullOf(input.event);
  const branch = pull?.head.ref ?? /^refs\/(?:heads|tags)\/(.+)$/.exec(input.event.ref)?.[1];
  const run: WorkflowRunRecord = {
    id: store.nextId(),
    repository,
    workflowId: id,
    workflowPath: input.workflowPath,
    workflowName: input.workflowName,
    displayTitle: input.displayTitle,
    event: input.event.name,
    headBranch: branch ?? null,
    headSha: pull?.head.sha ?? input.event.sha,
    ref: input.event.ref,
    sha: input.event.sha,
    pull: pull ? { head: pull.head.ref, base: pull.base.ref } : null,
    actor,
    triggeringActor: actor,
    runNumber: repository.runs.filter((run) => run.workflowId === id).length + 1,
    runAttempt: 1,
    status: "queued",
    conclusion: null,
    checkSuiteId: store.nextId(),
    createdAt: at,
    runStartedAt: at,
    updatedAt: at,
    chain: chainOf(world, input.event),
    held: null,
    jobs: [],
  };
  store.addRun(run);
  world.bus.emit("run", run);
  return run;
}

export function createJob(
  world: World,
  run: WorkflowRunRecord,
  job: { name: string; needs: readonly string[] },
): JobRecord {
  const record: JobRecord = {
    id: world.store.nextId(),
    run,
    name: job.name,
    needs: job.needs,
    runAttempt: run.runAttempt,
    status: "queued",
    conclusion: null,
    createdAt: world.store.timestamp(),
    startedAt: null,
    completedAt: null,
    steps: [],
    log: "",
    summaries: new Map(),
  };
  world.store.addJob(record);
  world.bus.emit("job", record);
  return record;
}

export function changeJob(world: World, job: JobRecord, change: JobChange): void {
  const at = world.store.timestamp();
  if (change.status) job.status = change.status;
  if (change.conclusion) job.conclusion = change.conclusion;
  if (change.startedAt) job.startedAt = change.startedAt;
  if (change.completedAt) job.completedAt = change.completedAt;
  if (change.steps) job.steps = change.steps;
  if (job.status === "in_progress") job.startedAt ??= at;
  if (job.status === "completed") {
    job.startedAt ??= at;
    job.completedAt ??= at;
  }
  job.run.updatedAt = at;
  world.bus.emit("job", job);
  world.bus.emit("checks", { repository: job.run.repository, sha: job.run.headSha });
}

export function appendLog(world: World, job: JobRecord, text: string): void {
  if (job.log.length >= LOG_LIMIT) return;
  job.log += text;
  if (job.log.length >= LOG_LIMIT)
    job.log = `${job.log.slice(0, LOG_LIMIT)}\n##[warning]The log was cut here: it is too long.\n`;
  world.bus.emit("log", { job, text });
}

/** Makes a run ready for another attempt; the engine then starts it. */
export function beginAttempt(world: World, run: WorkflowRunRecord): void {
  run.runAttempt += 1;
  run.status = "queued";
  run.conclusion = null;
  run.runStartedAt = world.store.timestamp();
  run.updatedAt = run.runStartedAt;
  world.bus.emit("run", run);
}
