/** All logs of a run as GitHub packs them: one file for each job, and one for each of its steps. */

import { strToU8, zipSync } from "fflate";
import { type Call, param, type Route, route } from "../http/call.ts";
import type { Downloads } from "../http/downloads.ts";
import { notFound } from "../http/errors.ts";
import { latestJobs } from "../pulls/checks.ts";
import type { JobRecord, WorkflowRunRecord } from "../store/records.ts";

/** A step's part of its job's log: from the moment it began to that of the next. By step number. */
export function stepLogs({ log, steps }: Pick<JobRecord, "log" | "steps">): ReadonlyMap<number, string> {
  const begun = steps.flatMap(({ number, startedAt }) =>
    startedAt ? [{ number, at: Date.parse(startedAt) }] : [],
  );
  const lines = new Map<number, string>();
  let step = begun[0]?.number;
  for (const line of log.split(/(?<=\n)/)) {
    // A line without a time goes on with the one before.
    const at = Date.parse(/^\d{4}-\d\d-\d\dT[\d:.]+Z/.exec(line)?.[0] ?? "");
    if (!Number.isNaN(at)) step = begun.findLast((one) => one.at <= at)?.number ?? step;
    if (step !== undefined) lines.set(step, (lines.get(step) ?? "") + line);
  }
  return lines;
}

/** A name as a file's, without what no file system takes. */
const fileName = (name: string) => name.replaceAll(/[<>:"/\\|?*]/g, "");

function pack(jobs: readonly JobRecord[]): Buffer {
  const files: Record<string, Uint8Array> = {};
  jobs.forEach((job, index) => {
    const name = fileName(job.name);
    files[`${index}_${name}.txt`] = strToU8(job.log);
    for (const [number, text] of stepLogs(job)) {
      const step = job.steps.find((one) => one.number === number);
      files[`${name}/${number}_${fileName(step?.name ?? "")}.txt`] = strToU8(text);
    }
  });
  return Buffer.from(zipSync(files));
}

const ran = (job: JobRecord) => job.startedAt !== null && job.conclusion !== "skipped";

export function runLogRoutes(downloads: Downloads): readonly Route[] {
  const offer = (call: Call, select: (run: WorkflowRunRecord) => readonly JobRecord[]) => {
    const run = call.world.store.run(Number(param(call, "run_id")));
    if (run?.repository !== call.repository) throw notFound();
    const jobs = select(run).filter(ran);
    if (jobs.length === 0) throw notFound();
    const path = downloads.offer({
      type: "application/zip",
      fileName: "logs.zip",
      content: () => pack(jobs),
    });
    return { status: 302, headers: { location: `${call.world.urls.server}${path}` } };
  };
  return [
    route("GET /repos/{owner}/{repo}/actions/runs/{run_id}/logs", (call) =>
      offer(call, (run) => latestJobs(run.jobs)),
    ),
    route("GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/logs", (call) =>
      offer(call, (run) =>
        run.jobs.filter((job) => job.runAttempt === Number(param(call, "attempt_number"))),
      ),
    ),
  ];
}
