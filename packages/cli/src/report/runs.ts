/** Workflow runs as the local GitHub keeps them, made into files and into sentences. Pure. */
import type { Readable } from "node:stream";
import type { BadRun } from "../follow/ending.ts";
import { type RunFiles, uniqueFileNames } from "./folder.ts";

/** What is needed of a workflow run. */
export interface RunRecordLike {
  readonly id: number;
  readonly runNumber: number;
  readonly runAttempt: number;
  readonly workflowPath: string;
  readonly workflowName: string;
  readonly displayTitle: string;
  readonly event: string;
  readonly headSha: string;
  readonly actor: { readonly login: string };
  readonly status: string;
  readonly conclusion: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly jobs: readonly JobRecordLike[];
}

export interface JobRecordLike {
  readonly id: number;
  readonly name: string;
  readonly runAttempt: number;
  readonly status: string;
  readonly conclusion: string | null;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  readonly steps: readonly unknown[];
  readonly log: string;
  readonly summaries: ReadonlyMap<number, string>;
}

export interface ArtifactLike {
  readonly id: number;
  readonly name: string;
}

/** What jobs of a workflow run have handed over, oldest first. */
export interface ArtifactsLike {
  list(runId: number): readonly ArtifactLike[];
  read(id: number): Buffer | Readable | undefined;
}

/** Oldest first; their place in that order names their folders. */
export function runFiles(runs: readonly RunRecordLike[], artifacts: ArtifactsLike): RunFiles[] {
  return runs.map((run, index) => {
    const names = uniqueFileNames(run.jobs.map((job) => job.name));
    const jobs = run.jobs.map((job, at) => {
      const { id, name, runAttempt, status, conclusion, startedAt, completedAt, steps } = job;
      const summary = [...job.summaries]
        .sort(([a], [b]) => a - b)
        .map(([, text]) => text.trimEnd())
        .join("\n\n");
      const file = names[at] ?? "job";
      return {
        file,
        log: job.log,
        summary: summary === "" ? "" : `${summary}\n`,
        record: { id, name, runAttempt, status, conclusion, startedAt, completedAt, file, steps },
      };
    });
    const handed = artifacts.list(run.id).flatMap(({ id, name }) => {
      const zip = artifacts.read(id);
      return zip === undefined ? [] : [{ name, zip }];
    });
    const zips = uniqueFileNames(handed.map(({ name }) => name));
    const { actor, jobs: _, ...rest } = run;
    return {
      index: index + 1,
      run: { ...facts(rest), actor: actor.login, jobs: jobs.map(({ record }) => record) },
      jobs,
      artifacts: handed.map(({ zip }, at) => ({ file: zips[at] ?? "artifact", zip })),
    };
  });
}

function facts(run: Omit<RunRecordLike, "actor" | "jobs">) {
  const { id, runNumber, runAttempt, workflowPath, workflowName, displayTitle, event, headSha } = run;
  const { status, conclusion, createdAt, updatedAt } = run;
  return {
    id,
    runNumber,
    runAttempt,
    workflowPath,
    workflowName,
    displayTitle,
    event,
    headSha,
    status,
    conclusion,
    createdAt,
    updatedAt,
  };
}

const BAD = new Set(["failure", "startup_failure", "timed_out", "action_required"]);
const ERRORS_MAX = 10;

export function badRuns(runs: readonly RunRecordLike[]): BadRun[] {
  return runs.flatMap((run) => {
    if (run.conclusion === null || !BAD.has(run.conclusion)) return [];
    const errors = run.jobs.flatMap((job) => errorLines(job.log));
    return [
      {
        number: run.runNumber,
        name: run.displayTitle || run.workflowName,
        conclusion: run.conclusion,
        errors: [...new Set(errors)].slice(0, ERRORS_MAX),
      },
    ];
  });
}

/** What a job's log marks as an error, without the time before it. */
export function errorLines(log: string): string[] {
  return log.split("\n").flatMap((line) => {
    const found = /##\[error(?: [^\]]*)?\](.*)$/.exec(line)?.[1]?.trim();
    return found ? [found] : [];
  });
}
