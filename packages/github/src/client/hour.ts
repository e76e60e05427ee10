/**
 * How long an hour of the server's limits is. GitHub publishes its limits by the hour; a GitHub on one machine may
 * count a shorter one, so the length is taken from the answers and never held longer than they show.
 */
export interface LimitHour {
  /** Learns from the `x-ratelimit-reset` (whole epoch seconds) of an answer that arrived at `now` (epoch ms). */
  observe(reset: string | undefined, now: number): void;
  /** In milliseconds; {@link HOUR_MS} until the answers have shown a shorter one. */
  readonly ms: number;
}

export const HOUR_MS = 3_600_000;
/** Resets of one window differ by a second between servers. */
const JITTER_MS = 1_000;

export function createLimitHour(): LimitHour {
  let ms = HOUR_MS;
  let last = 0;
  return {
    observe(reset, now) {
      const at = Number(reset) * 1_000;
      if (reset === undefined || !Number.isFinite(at) || at <= 0) return;
      // A window starts at or after the end of the one before it, so that the ends of two windows are at least one
      // window apart. Ends that are seen while the first is still ahead are the same window's.
      if (last > 0 && last <= now && at - last > JITTER_MS) ms = Math.min(ms, at - last);
      last = Math.max(last, at);
    },
    get ms() {
      return ms;
    },
  };
}
