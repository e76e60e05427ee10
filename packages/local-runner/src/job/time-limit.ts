import type { JobLog } from "./log.ts";
import type { JobControl, JobRequest } from "./types.ts";

/**
 * Puts a job under its limits: cancelled when its time is up, and killed when a cancelled job still runs
 * after `cancel-timeout-minutes`. A job whose time is up ends as cancelled, as on GitHub.
 */
export function limitTime(
  request: JobRequest,
  outer: JobControl,
  log: JobLog,
): { readonly control: JobControl; readonly end: () => void } {
  const cancel = new AbortController();
  const kill = new AbortController();
  const timers: NodeJS.Timeout[] = [];
  const onKill = (): void => {
    cancel.abort();
    kill.abort();
  };
  const onCancel = (): void => {
    cancel.abort();
    timers.push(setTimeout(() => kill.abort(), request.cancelTimeoutMinutes * 60_000));
  };
  timers.push(
    setTimeout(
      () => {
        if (cancel.signal.aborted) return;
        log.annotate(
          "error",
          `The job has exceeded the maximum execution time of ${request.timeoutMinutes} minutes.`,
        );
        onCancel();
      },
      Math.min(request.timeoutMinutes * 60_000, 0x7fffffff),
    ),
  );
  outer.cancel.addEventListener("abort", onCancel, { once: true });
  outer.kill.addEventListener("abort", onKill, { once: true });
  if (outer.cancel.aborted) onCancel();
  if (outer.kill.aborted) onKill();
  return {
    control: { cancel: cancel.signal, kill: kill.signal },
    end: () => {
      for (const timer of timers) clearTimeout(timer);
      outer.cancel.removeEventListener("abort", onCancel);
      outer.kill.removeEventListener("abort", onKill);
    },
  };
}
