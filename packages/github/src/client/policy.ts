/**
 * What to do about a failed request. Pure: the client (`create.ts`) waits and repeats as it is told here.
 *
 * `@octokit/plugin-retry` is left out: by default it repeats POSTs, which doubles issues and comments, and
 * 405 and 409, which are GitHub's answers to a merge that cannot be. `@octokit/plugin-throttling` is left
 * out: it spaces writes by one second and creations by three, whether or not a limit is near, which a job
 * billed by the minute pays for. Both rest on bottleneck, unreleased since 2019. The limits that they guard
 * are kept by `pacer.ts` and by the waits below.
 */

import type { HttpFailure } from "./errors.ts";

export type Verdict =
  /** GitHub did nothing because a limit was reached; repeat any request after the wait. */
  | { readonly kind: "limited"; readonly waitMs: number; readonly limit: "primary" | "secondary" }
  /** Nobody knows whether it happened, but repeating it does no harm. */
  | { readonly kind: "repeat"; readonly waitMs: number }
  | { readonly kind: "fail" };

export interface Attempt {
  readonly failure: HttpFailure;
  /** Whether the request may be repeated after an unclear failure. */
  readonly repeatable: boolean;
  /** Times that this request has been repeated after an unclear failure. */
  readonly repeats: number;
  /** Times that this request has met a rate limit. */
  readonly limits: number;
  readonly now: Date;
  /** In [0, 1). */
  readonly random: number;
}

const MAX_REPEATS = 4;
const REPEAT_BASE_MS = 500;
const REPEAT_CAP_MS = 15_000;
/** GitHub's advice for a secondary limit without `retry-after`: at least a minute, then exponentially more. */
const SECONDARY_BASE_MS = 60_000;
const SECONDARY_CAP_MS = 480_000;

/** Rule: GitHub REST API, "Rate limits" and "Best practices" (retry-after, else reset, else a minute). */
export function judge({ failure, repeatable, repeats, limits, now, random }: Attempt): Verdict {
  if (isLimit(failure)) {
    const after = retryAfterMs(failure.headers["retry-after"], now);
    if (after !== undefined) return { kind: "limited", waitMs: after, limit: "secondary" };
    const reset = Number(failure.headers["x-ratelimit-reset"]);
    if (failure.headers["x-ratelimit-remaining"] === "0" && Number.isFinite(reset)) {
      // One second more: the reset is rounded down to whole seconds.
      return {
        kind: "limited",
        waitMs: Math.max(0, reset * 1_000 - now.getTime()) + 1_000,
        limit: "primary",
      };
    }
    const backoff = Math.min(SECONDARY_CAP_MS, SECONDARY_BASE_MS * 2 ** limits);
    return { kind: "limited", waitMs: backoff + Math.round(random * 5_000), limit: "secondary" };
  }
  const unclear = !failure.answered || failure.status >= 500;
  if (!unclear || !repeatable || repeats >= MAX_REPEATS) return { kind: "fail" };
  const asked = retryAfterMs(failure.headers["retry-after"], now);
  const backoff = Math.min(REPEAT_CAP_MS, REPEAT_BASE_MS * 2 ** repeats);
  return { kind: "repeat", waitMs: asked ?? Math.round(backoff * (0.5 + random / 2)) };
}

/** A refusal that says "too fast", as opposed to the 403 that says "not allowed". */
export function isLimit(failure: HttpFailure): boolean {
  if (!failure.answered) return false;
  if (failure.status === 429) return true;
  if (failure.status !== 403) return false;
  return (
    failure.headers["retry-after"] !== undefined ||
    failure.headers["x-ratelimit-remaining"] === "0" ||
    /rate limit|abuse detection/i.test(failure.message)
  );
}

/** `retry-after` in milliseconds: whole seconds, or an HTTP date (RFC 9110, section 10.2.3). */
export function retryAfterMs(value: string | undefined, now: Date): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1_000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}
