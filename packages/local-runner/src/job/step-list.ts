import type { Conclusion, StepRecord } from "@slipway/model";
import type { JobSession } from "./session.ts";
import type { StepEnd } from "./steps.ts";

/** The steps of a job as its record shows them. */
export interface StepList {
  /** Names of the steps to come, shown as queued. */
  announce(names: readonly string[]): void;
  /**
   * Runs a step and keeps its record and its summary. Once the job is to be killed, no step runs.
   * @param announced whether it is the first of the steps that were announced
   * @throws what the step throws, after it is recorded as failed
   */
  run(name: string, step: () => Promise<StepEnd>, announced?: boolean): Promise<void>;
}

export function createStepList(session: JobSession): StepList {
  const { host, now } = session.machine;
  const { jobId } = session.request;
  const done: StepRecord[] = [];
  let queued: readonly string[] = [];

  function publish(current?: StepRecord): void {
    const before = current === undefined ? done : [...done, current];
    const after = queued.map(
      (name, index): StepRecord => ({
        name,
        number: before.length + index + 1,
        status: "queued",
        conclusion: null,
        startedAt: null,
        completedAt: null,
      }),
    );
    host.updateJob(jobId, { steps: [...before, ...after] });
  }

  return {
    announce: (names) => {
      queued = names;
    },
    run: async (name, step, announced = false) => {
      if (session.control.kill.aborted) return;
      if (announced) queued = queued.slice(1);
      const number = done.length + 1;
      const startedAt = now().toISOString();
      publish({ name, number, status: "in_progress", conclusion: null, startedAt, completedAt: null });
      session.summaries.length = 0;
      let conclusion: Conclusion = "failure";
      try {
        conclusion = (await step()).conclusion;
      } finally {
        done.push({
          name,
          number,
          status: "completed",
          conclusion,
          startedAt,
          completedAt: now().toISOString(),
        });
        publish();
        if (session.summaries.length > 0) host.addSummary(jobId, number, session.summaries.join("\n"));
      }
    },
  };
}
