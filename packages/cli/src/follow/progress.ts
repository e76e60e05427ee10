/** All that is known of a run while it goes on: fed by the ledger and by the local GitHub, read by the views. */
import { type EventRecord, foldEvents, type RunState } from "@slipway/model";
import { differences } from "./differences.ts";
import type { Happening, NewHappening } from "./happening.ts";

export interface WorkflowRun {
  readonly id: number;
  readonly runNumber: number;
  readonly workflowName: string;
  readonly displayTitle: string;
  readonly event: string;
  readonly status: string;
  readonly conclusion: string | null;
}

export interface Job {
  readonly id: number;
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly run: { readonly id: number };
}

/** When a job was seen to begin and end, in milliseconds since `slipway` began. */
export interface JobTimes {
  readonly workflowRunId: number;
  readonly jobId: number;
  readonly name: string;
  createdMs: number;
  startedMs: number | null;
  endedMs: number | null;
  conclusion: string | null;
}

export interface RequestSeen {
  readonly kind: "rest" | "graphql" | "git" | "artifact" | "identity";
}

export interface Snapshot {
  readonly runId: string;
  readonly repository: string;
  readonly state: RunState | null;
  readonly jobs: readonly JobTimes[];
  readonly runningJobs: readonly JobTimes[];
  readonly queuedJobs: number;
  readonly finishedJobs: number;
  readonly workflowRuns: number;
  readonly apiRequests: number;
  readonly requests: number;
}

export interface Progress {
  /** All events of the ledger so far; what is already known is passed over. */
  ledger(records: readonly EventRecord[]): void;
  workflowRun(run: WorkflowRun): void;
  job(job: Job): void;
  request(request: RequestSeen): void;
  tell(happening: NewHappening): void;
  elapsedMs(): number;
  snapshot(): Snapshot;
}

export interface ProgressInput {
  readonly runId: string;
  readonly repository: string;
  readonly now: () => Date;
  readonly startedAt: Date;
  readonly emit: (happening: Happening) => void;
}

export function createProgress(input: ProgressInput): Progress {
  const { now, startedAt, emit } = input;
  let state: RunState | null = null;
  let requests = 0;
  let apiRequests = 0;
  const jobs = new Map<number, JobTimes>();
  const seen = new Map<string, string>();
  const elapsedMs = () => Math.max(0, now().getTime() - startedAt.getTime());
  const tell = (happening: NewHappening) =>
    emit({ at: now().toISOString(), elapsedMs: elapsedMs(), ...happening } as Happening);
  /** Whether this is news about that thing. */
  const isNews = (key: string, value: string) => {
    if (seen.get(key) === value) return false;
    seen.set(key, value);
    return true;
  };

  return {
    tell,
    elapsedMs,
    ledger(records) {
      const fresh = records.slice(state?.seq ?? 0);
      if (fresh.length === 0) return;
      const before = state;
      const after = foldEvents(before, fresh);
      state = after;
      for (const { seq, by, event } of fresh) tell({ type: "event", seq, by, event });
      for (const happening of differences(before, after)) tell(happening);
    },
    workflowRun(run) {
      if (!isNews(`run ${run.id}`, `${run.status} ${run.conclusion}`)) return;
      tell({
        type: "workflow",
        workflowRunId: run.id,
        number: run.runNumber,
        name: run.displayTitle || run.workflowName,
        event: run.event,
        status: run.status,
        conclusion: run.conclusion,
      });
    },
    job(job) {
      const times = jobs.get(job.id) ?? {
        workflowRunId: job.run.id,
        jobId: job.id,
        name: job.name,
        createdMs: elapsedMs(),
        startedMs: null,
        endedMs: null,
        conclusion: null,
      };
      jobs.set(job.id, times);
      if (job.status === "in_progress") times.startedMs ??= elapsedMs();
      if (job.status === "completed") {
        times.endedMs ??= elapsedMs();
        times.conclusion = job.conclusion;
      }
      if (!isNews(`job ${job.id}`, `${job.status} ${job.conclusion}`)) return;
      tell({
        type: "job",
        workflowRunId: job.run.id,
        jobId: job.id,
        name: job.name,
        status: job.status,
        conclusion: job.conclusion,
        durationMs:
          times.startedMs === null || times.endedMs === null ? null : times.endedMs - times.startedMs,
      });
    },
    request({ kind }) {
      requests += 1;
      if (kind === "rest" || kind === "graphql") apiRequests += 1;
    },
    snapshot() {
      const all = [...jobs.values()];
      return {
        runId: input.runId,
        repository: input.repository,
        state,
        jobs: all,
        runningJobs: all.filter((job) => job.startedMs !== null && job.endedMs === null),
        queuedJobs: all.filter((job) => job.startedMs === null && job.endedMs === null).length,
        finishedJobs: all.filter((job) => job.startedMs !== null && job.endedMs !== null).length,
        workflowRuns: [...seen.keys()].filter((key) => key.startsWith("run ")).length,
        apiRequests,
        requests,
      };
    },
  };
}
