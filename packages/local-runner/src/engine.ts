import { setMaxListeners } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Engine, type EngineEvent, type EngineHost, errorText, type RunRecord } from "@slipway/model";
import type { GracePeriods } from "./job/process.ts";
import type { Machine } from "./job/types.ts";
import { basicEnvironment } from "./job/variables.ts";
import { createLibrary } from "./load/library.ts";
import { createConcurrencyGroups } from "./schedule/concurrency.ts";
import { type RunMachinery, type RunningAttempt, type RunSource, startAttempt } from "./schedule/run.ts";
import { createSlots } from "./schedule/slots.ts";
import { startRuns } from "./schedule/start.ts";

/** How the engine runs. */
export interface LocalRunnerOptions {
  /** Folder for jobs and downloaded actions; made when missing. Job folders are removed as jobs end. */
  readonly workDir: string;
  /** Jobs that run at once; 4 when not given. */
  readonly maxParallelJobs?: number;
  /** An environment from which PATH, HOME, LANG and proxies are passed on to jobs; nothing else of it is. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Executes JavaScript actions (`node24` and `node20`); this process's own when not given. */
  readonly nodePath?: string;
  readonly now?: () => Date;
  /** Told of what goes wrong in the engine itself, in a sentence. */
  readonly onDiagnostic?: (message: string) => void;
  /** How long processes are waited for when they are stopped, in milliseconds. */
  readonly grace?: Partial<GracePeriods>;
}

const GRACE: GracePeriods = { interruptMs: 3000, terminateMs: 2000, outputMs: 1000 };

interface KnownRun {
  readonly source: RunSource;
  number: number;
  attempt: RunningAttempt;
  running: boolean;
}

/** What executes the jobs of a run. */
export interface Executor {
  readonly name: string;
  /** Jobs that run at once, when the options do not say. */
  readonly slots: number;
  /** Starts an attempt: enters its concurrency group before it returns. */
  readonly start: typeof startAttempt;
  /** Whether what runs in a job can be killed by itself. */
  readonly kills: boolean;
}

/** An engine that executes GitHub Actions workflow files on this machine. */
export function createLocalRunner(options: LocalRunnerOptions): Engine {
  return createEngine(options, { name: "local-runner", slots: 4, start: startAttempt, kills: true });
}

/** What engines have in common: which runs an event starts, and all that is asked of runs. */
export function createEngine(options: LocalRunnerOptions, executor: Executor): Engine {
  const kill = new AbortController();
  // Every job listens to it.
  setMaxListeners(0, kill.signal);
  const slots = createSlots(options.maxParallelJobs ?? executor.slots);
  const groups = createConcurrencyGroups();
  const runs = new Map<number, KnownRun>();
  const counts = new Map<string, number>();
  /** Runs that were cancelled after GitHub made them and before they started here. */
  const cancelledEarly = new Set<number>();
  const activities = new Set<Promise<unknown>>();
  const tempDir = join(options.workDir, "temp");
  const onDiagnostic = options.onDiagnostic ?? (() => undefined);
  let attached: RunMachinery | undefined;
  /** Events are looked at one after another, so that runs are recorded and queued in the order of events. */
  let intake: Promise<void> = Promise.resolve();

  function attach(host: EngineHost): void {
    if (attached !== undefined)
      throw new Error("This engine is attached already: make one engine for each GitHub.");
    for (const folder of [options.workDir, tempDir]) mkdirSync(folder, { recursive: true });
    const machine: Machine = {
      host,
      library: createLibrary(host, join(options.workDir, "actions")),
      jobsDir: join(options.workDir, "jobs"),
      env: basicEnvironment(options.env ?? process.env),
      nodePath: options.nodePath ?? process.execPath,
      grace: { ...GRACE, ...options.grace },
      now: options.now ?? (() => new Date()),
      onDiagnostic,
      running: new Map(),
      afterwards: (work) => void track(work),
    };
    attached = { machine, groups, slots, kill: kill.signal };
  }

  function machinery(): RunMachinery {
    if (attached === undefined) throw new Error("Attach this engine to a GitHub before it is given events.");
    return attached;
  }

  function track<T>(promise: Promise<T>): Promise<T> {
    const settled = promise.then(
      () => undefined,
      () => undefined,
    );
    activities.add(settled);
    void settled.then(() => activities.delete(settled));
    return promise;
  }

  /** Runs of one workflow are numbered in the order of their creation, those that GitHub made included. */
  function record(run: { path: string; name: string; title: string; event: EngineEvent }): RunRecord {
    const { event } = run;
    const key = `${event.repository.owner}/${event.repository.name}/${run.path}`.toLowerCase();
    let made: RunRecord;
    if (event.runId !== undefined) {
      made = { id: event.runId, runNumber: (counts.get(key) ?? 0) + 1, runAttempt: 1 };
    } else {
      made = machinery().machine.host.createRun({
        repository: event.repository,
        event,
        workflowPath: run.path,
        workflowName: run.name,
        displayTitle: run.title,
      });
    }
    counts.set(key, made.runNumber);
    return made;
  }

  function start(known: KnownRun): void {
    known.running = true;
    const done = known.attempt.done.then(
      () => {
        known.running = false;
      },
      (error: unknown) => {
        known.running = false;
        onDiagnostic(`Run ${known.source.runId} ended, but this could not be recorded: ${String(error)}`);
      },
    );
    void track(done);
  }

  async function take(event: EngineEvent): Promise<void> {
    if (kill.signal.aborted) return;
    try {
      const shared = machinery();
      for (const source of await startRuns(shared.machine, event, tempDir, record)) {
        if (kill.signal.aborted) return;
        const attempt = executor.start(shared, source, 1, new Map());
        const known: KnownRun = { source, number: 1, attempt, running: true };
        runs.set(source.runId, known);
        start(known);
        if (cancelledEarly.delete(source.runId)) attempt.scope.cancel();
      }
    } catch (error) {
      const { owner, name } = event.repository;
      const message = errorText(error);
      onDiagnostic(
        `The event ${event.name} (${event.deliveryId}) on ${owner}/${name} could not be handled: ${message}`,
      );
    }
  }

  async function idle(): Promise<void> {
    while (activities.size > 0) await Promise.all(activities);
  }

  return {
    name: executor.name,
    attach,
    deliver: (event) => {
      machinery();
      intake = track(intake.then(() => take(event)));
    },
    cancelRun: (runId) => {
      const known = runs.get(runId);
      if (known?.running === true) known.attempt.scope.cancel();
      else if (known === undefined && activities.size > 0) cancelledEarly.add(runId);
      else onDiagnostic(`Run ${runId} cannot be cancelled: it is not in progress.`);
    },
    rerun: (runId, which) => {
      const known = runs.get(runId);
      if (known === undefined || known.running || kill.signal.aborted) {
        onDiagnostic(
          `Run ${runId} cannot be run again: ${known === undefined ? "it is not known here" : "it is in progress"}.`,
        );
        return;
      }
      const shared = machinery();
      void shared.machine.host.updateRun(runId, { status: "queued" });
      known.number += 1;
      known.attempt = executor.start(
        shared,
        known.source,
        known.number,
        which === "all" ? new Map() : known.attempt.memory,
      );
      start(known);
    },
    ...(executor.kills ? { killJob: (jobId, part) => attached?.machine.running.get(jobId)?.(part) } : {}),
    idle,
    stop: async () => {
      kill.abort();
      for (const known of runs.values()) if (known.running) known.attempt.scope.cancel();
      await idle();
    },
  };
}
