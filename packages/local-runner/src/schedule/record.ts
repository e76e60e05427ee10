import { createJobLog } from "../job/log.ts";
import { createMasker } from "../job/mask.ts";
import type { Attempt, Result } from "./attempt.ts";

/** Records a job that ends without having run; with a message, its log says why. */
export function recordEnd(
  attempt: Attempt,
  name: string,
  needs: readonly string[],
  result: Result,
  message?: string,
): void {
  endJob(attempt, attempt.machine.host.createJob(attempt.runId, { name, needs }).id, result, message);
}

/** Ends a job that was recorded, but does not run. */
export function endJob(attempt: Attempt, jobId: number, result: Result, message?: string): void {
  const { host, now } = attempt.machine;
  if (message !== undefined) {
    createJobLog({
      append: (text) => host.appendLog(jobId, text),
      masker: createMasker(attempt.hidden),
      now,
      showDebug: false,
    }).annotate("error", message);
  }
  const at = now().toISOString();
  host.updateJob(jobId, { status: "completed", conclusion: result, startedAt: at, completedAt: at });
}
