/**
 * Keeps one process under GitHub's secondary limits, without slowing the usual job of a few requests.
 * Several jobs share the limits, so an answer that says "too fast" must still be obeyed (`policy.ts`).
 */

interface Window {
  readonly name: string;
  readonly spanMs: number;
  readonly limit: number;
  cost(method: string): number;
}

const MINUTE = 60_000;

/**
 * Source: GitHub REST API, "Rate limits": 900 points a minute (reads 1, writes 5), 80 content-creating requests a
 * minute and 500 an hour. A tenth is left for others.
 */
export const WINDOWS: readonly Window[] = [
  { name: "points a minute", spanMs: MINUTE, limit: 810, cost: (method) => (isRead(method) ? 1 : 5) },
  { name: "creations a minute", spanMs: MINUTE, limit: 72, cost: (method) => (method === "POST" ? 1 : 0) },
  {
    name: "creations an hour",
    spanMs: 60 * MINUTE,
    limit: 450,
    cost: (method) => (method === "POST" ? 1 : 0),
  },
];

export interface Pacer {
  /** Milliseconds to wait before a request of this method may be sent; it is counted as sent after that wait. */
  reserve(method: string, now: number): number;
}

/** Sliding windows over the requests of one process. */
export function createPacer(windows: readonly Window[] = WINDOWS): Pacer {
  const kept = windows.map((window) => ({ window, sent: [] as { at: number; cost: number }[] }));
  return {
    reserve(method, now) {
      let at = now;
      for (const { window, sent } of kept) {
        const cost = window.cost(method);
        if (cost > 0) at = Math.max(at, earliest(sent, window, cost, now));
      }
      for (const { window, sent } of kept) {
        const cost = window.cost(method);
        if (cost === 0) continue;
        sent.push({ at, cost });
        while (sent[0] && sent[0].at <= now - window.spanMs) sent.shift();
      }
      return at - now;
    },
  };
}

/** The first moment at which the last `spanMs` have room for `cost`. */
function earliest(
  sent: readonly { at: number; cost: number }[],
  window: Window,
  cost: number,
  now: number,
): number {
  let room = window.limit - cost;
  for (let index = sent.length - 1; index >= 0; index--) {
    const entry = sent[index];
    if (!entry || entry.at <= now - window.spanMs) break;
    room -= entry.cost;
    if (room < 0) return entry.at + window.spanMs;
  }
  return now;
}

function isRead(method: string): boolean {
  return method === "GET" || method === "HEAD" || method === "OPTIONS";
}
