/**
 * Keeps one process under GitHub's secondary limits, without slowing the usual job of a few requests.
 * Several jobs share the limits, so an answer that says "too fast" must still be obeyed (`policy.ts`).
 */

import { HOUR_MS } from "./hour.ts";

interface Window {
  readonly name: string;
  /** By the published limits; shorter where the server's hour is shorter. */
  readonly spanMs: number;
  readonly limit: number;
  cost(method: string, route: string): number;
}

const MINUTE_MS = 60_000;

/**
 * Source: GitHub REST API, "Rate limits": 900 points a minute (reads 1, writes 5), 80 content-creating requests a
 * minute and 500 an hour. A tenth is left for others.
 */
export const WINDOWS: readonly Window[] = [
  { name: "points a minute", spanMs: MINUTE_MS, limit: 810, cost: (method) => (isRead(method) ? 1 : 5) },
  { name: "creations a minute", spanMs: MINUTE_MS, limit: 72, cost: creations },
  { name: "creations an hour", spanMs: HOUR_MS, limit: 450, cost: creations },
];

export interface Pacer {
  /**
   * Milliseconds to wait before a request may be sent; it is counted as sent after that wait.
   *
   * @param route as given to Octokit, or a whole URL
   * @param hourMs length of the server's hour; the windows shrink with it
   */
  reserve(method: string, route: string, now: number, hourMs?: number): number;
}

/** Sliding windows over the requests of one process. */
export function createPacer(windows: readonly Window[] = WINDOWS): Pacer {
  const kept = windows.map((window) => ({ window, sent: [] as { at: number; cost: number }[] }));
  return {
    reserve(method, route, now, hourMs = HOUR_MS) {
      const scale = hourMs / HOUR_MS;
      const priced = kept.flatMap(({ window, sent }) => {
        const cost = window.cost(method, route);
        return cost > 0 ? [{ cost, sent, limit: window.limit, spanMs: window.spanMs * scale }] : [];
      });
      const at = Math.max(now, ...priced.map((one) => earliest(one, now)));
      for (const { sent, cost, spanMs } of priced) {
        sent.push({ at, cost });
        while (sent[0] && sent[0].at <= now - spanMs) sent.shift();
      }
      return at - now;
    },
  };
}

interface Priced {
  readonly sent: readonly { at: number; cost: number }[];
  readonly cost: number;
  readonly limit: number;
  readonly spanMs: number;
}

/** The first moment at which the last `spanMs` have room for `cost`. */
function earliest({ sent, cost, limit, spanMs }: Priced, now: number): number {
  let room = limit - cost;
  for (let index = sent.length - 1; index >= 0; index--) {
    const entry = sent[index];
    if (!entry || entry.at <= now - spanMs) break;
    room -= entry.cost;
    if (room < 0) return entry.at + spanMs;
  }
  return now;
}

/**
 * GitHub publishes no list of what creates content. Counted is what its reference warns of with "creating content too
 * quickly", or says to trigger notifications. Git objects, labels, checks and dispatches are none.
 */
function creations(method: string, route: string): number {
  return CREATING.test(`${method} ${route}`) ? 1 : 0;
}
const CREATING = new RegExp(
  [
    "^POST .*/(issues|comments|blocked_by|sub_issues|pulls|replies|requested_reviewers|reviews|releases)$",
    "^PATCH .*/sub_issues/priority$",
    "^DELETE .*/(blocked_by/[^/]+|sub_issue)$",
    "^PUT .*/merge(-async)?$",
  ].join("|"),
);

function isRead(method: string): boolean {
  return method === "GET" || method === "HEAD" || method === "OPTIONS";
}
