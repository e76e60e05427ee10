/** `x-ratelimit-*`: a window per subject. Job tokens share 1,000 requests an hour per repository, people have 5,000. */

import type { Actor } from "../world.ts";

export interface RateLimitOptions {
  /** Refuse requests beyond the limit. Default: only count. */
  readonly enforce?: boolean;
  /** Length of a window in milliseconds of the given clock. Default: an hour. Shorter windows make waits testable. */
  readonly windowMs?: number;
  /** Requests per window for job tokens of one repository. Default 1,000. */
  readonly jobLimit?: number;
}

export interface RateState {
  readonly limit: number;
  readonly remaining: number;
  readonly used: number;
  /** Unix seconds. */
  readonly reset: number;
  readonly exceeded: boolean;
}

export interface RateLimiter {
  /** Counts one request. */
  count(actor: Actor): RateState;
  peek(actor: Actor): RateState;
}

const HOUR = 3_600_000;

export function createRateLimiter(now: () => Date, options: RateLimitOptions = {}): RateLimiter {
  const windowMs = options.windowMs ?? HOUR;
  const windows = new Map<string, { used: number; resetAt: number }>();

  const step = (actor: Actor, add: number): RateState => {
    const [key, limit] =
      actor.kind === "job"
        ? [`repository:${actor.repositoryId}`, options.jobLimit ?? 1000]
        : actor.kind === "user"
          ? [`user:${actor.user.id}`, 5000]
          : ["anonymous", 60];
    const at = now().getTime();
    const found = windows.get(key);
    const window = found && found.resetAt > at ? found : { used: 0, resetAt: at + windowMs };
    windows.set(key, window);
    const exceeded = (options.enforce ?? false) && window.used >= limit;
    if (!exceeded) window.used += add;
    return {
      limit,
      used: window.used,
      remaining: Math.max(0, limit - window.used),
      reset: Math.ceil(window.resetAt / 1000),
      exceeded,
    };
  };
  return { count: (actor) => step(actor, 1), peek: (actor) => step(actor, 0) };
}

export function rateHeaders(state: RateState): Record<string, string> {
  return {
    "x-ratelimit-limit": String(state.limit),
    "x-ratelimit-remaining": String(state.remaining),
    "x-ratelimit-reset": String(state.reset),
    "x-ratelimit-used": String(state.used),
    "x-ratelimit-resource": "core",
  };
}
