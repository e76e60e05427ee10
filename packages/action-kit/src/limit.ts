/**
 * GitHub's request limits, where a job meets them. A short wait is waited for in the job; a long one would be paid for
 * by the minute and outlive the job's time, so that the job ends, its claim is given back, and the ledger says until
 * when nothing is begun. The sweep goes on then. Git is under no such limit: the ledger can be written all the same.
 */
import { LimitReachedError } from "@slipway/github";
import { isLimited, type LedgerEvent, type RunState } from "@slipway/model";

/**
 * Longest single wait for a limit in an ordinary job. GitHub's secondary limits ask for a minute, and for more when
 * they are met again; the shortest of our jobs has ten minutes.
 */
export const LIMIT_PATIENCE_MS = 5 * 60_000;

/** What the ledger is told when a limit stopped a job: nothing, when it was another reason or is known already. */
export function limitEvents(error: unknown, { limitedUntil }: RunState): LedgerEvent[] {
  if (!(error instanceof LimitReachedError)) return [];
  const until = error.retryAt;
  return limitedUntil !== null && Date.parse(limitedUntil) >= until.getTime()
    ? []
    : [{ type: "run.limited", until: until.toISOString() }];
}

/** What a job that broke off is to be told of: a limit is nobody's failure, and costs no attempt. */
export function limitReason(state: RunState, now: Date): string | undefined {
  return isLimited(state, now.toISOString())
    ? `GitHub's request limit is used up until ${state.limitedUntil}; the work is taken up again then.`
    : undefined;
}
