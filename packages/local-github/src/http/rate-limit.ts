/**
 * GitHub's limits on requests, counted for each identity and enforced when asked to.
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */

import type { Actor } from "../world.ts";
import { ApiError } from "./errors.ts";

export interface RateLimits {
  /** Requests an hour of all job tokens of one repository. 1,000 */
  readonly job: number;
  /** Requests an hour of one App's installation. 5,000 */
  readonly app: number;
  /** Requests an hour of one person. 5,000 */
  readonly user: number;
  /** Requests an hour without credentials. 60 */
  readonly anonymous: number;
  /** Requests at once. 100 */
  readonly concurrent: number;
  /** Points a minute: a read is 1, a write 5. 900 */
  readonly points: number;
  /** Requests a minute, and an hour, that create content (`content-routes.ts`). 80 and 500 */
  readonly contentPerMinute: number;
  readonly contentPerHour: number;
}

export interface RateLimitOptions {
  /** Refuse requests beyond the limits. Default: only count. */
  readonly enforce?: boolean;
  /**
   * How long an hour takes, in milliseconds of the given clock; a minute is a sixtieth of it. Default 3,600,000.
   * What the answers say (`x-ratelimit-reset`, `retry-after`) is in real seconds, rounded up.
   */
  readonly hourMs?: number;
  /** Other numbers than the published ones. */
  readonly limits?: Partial<RateLimits>;
}

/** Why a request was refused: the hourly budget, or one of the secondary limits. */
export type RateRefusal = "primary" | "concurrent" | "points" | "content-minute" | "content-hour";

export interface RateState {
  readonly limit: number;
  readonly remaining: number;
  readonly used: number;
  /** Unix seconds. */
  readonly reset: number;
}

export interface Admission {
  /** Why the request must be refused; undefined when it may go on. */
  readonly refused: { readonly kind: RateRefusal; readonly error: ApiError } | undefined;
  /** To be called once, when the answer is known. `free`: it costs nothing of the hourly budget. */
  end(free: boolean): RateState;
}

export interface RateLimiter {
  /** Counts a request in. `requestId` is named in a refusal; `cost` is what it takes of the hourly budget, by default 1. */
  admit(actor: Actor, method: string, content: boolean, requestId: string, cost?: number): Admission;
  peek(actor: Actor): RateState;
}

const HOUR = 3_600_000;
const PUBLISHED: RateLimits = {
  job: 1000,
  app: 5000,
  user: 5000,
  anonymous: 60,
  concurrent: 100,
  points: 900,
  contentPerMinute: 80,
  contentPerHour: 500,
};
const DOCS = "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api";

/** How much of a limit one identity has used since its window began. */
interface Window {
  used: number;
  resetAt: number;
}

interface Identity {
  /** As the refusal names it. */
  readonly name: string;
  readonly limit: number;
  readonly windows: Map<"hour" | "points" | "content-minute" | "content-hour", Window>;
  running: number;
}

function identify(actor: Actor, limits: RateLimits): { key: string; name: string; limit: number } {
  switch (actor.kind) {
    case "job":
      return {
        key: `repository:${actor.repositoryId}`,
        name: `installation ID ${actor.repositoryId}`,
        limit: limits.job,
      };
    case "app": {
      const { id } = actor.installation;
      return { key: `installation:${id}`, name: `installation ID ${id}`, limit: limits.app };
    }
    case "jwt":
      return { key: `app:${actor.app.id}`, name: `integration ID ${actor.app.id}`, limit: limits.app };
    case "user":
      return { key: `user:${actor.user.id}`, name: `user ID ${actor.user.id}`, limit: limits.user };
    case "anonymous":
      return { key: "anonymous", name: "127.0.0.1", limit: limits.anonymous };
  }
}

export function createRateLimiter(now: () => Date, options: RateLimitOptions = {}): RateLimiter {
  const hourMs = options.hourMs ?? HOUR;
  const enforce = options.enforce ?? false;
  const limits: RateLimits = { ...PUBLISHED, ...options.limits };
  const identities = new Map<string, Identity>();

  const identityOf = (actor: Actor): Identity => {
    const { key, name, limit } = identify(actor, limits);
    const known = identities.get(key) ?? { name, limit, windows: new Map(), running: 0 };
    identities.set(key, known);
    return known;
  };
  const windowOf = (
    identity: Identity,
    kind: "hour" | "points" | "content-minute" | "content-hour",
  ): Window => {
    const at = now().getTime();
    const found = identity.windows.get(kind);
    // Where nothing is refused nobody is told that there is no room: the window begins anew.
    const isFull = !enforce && kind === "hour" && found && found.used >= identity.limit;
    if (found && found.resetAt > at && !isFull) return found;
    const length = kind === "hour" || kind === "content-hour" ? hourMs : hourMs / 60;
    const fresh: Window = { used: 0, resetAt: at + length };
    identity.windows.set(kind, fresh);
    return fresh;
  };
  const stateOf = (identity: Identity): RateState => {
    const { used, resetAt } = windowOf(identity, "hour");
    const { limit } = identity;
    return { limit, used, remaining: Math.max(0, limit - used), reset: Math.ceil(resetAt / 1000) };
  };

  function refuse(
    identity: Identity,
    method: string,
    content: boolean,
    cost: number,
  ): { kind: RateRefusal; until: number } | undefined {
    const over = (
      kind: "hour" | "points" | "content-minute" | "content-hour",
      limit: number,
      add: number,
    ) => {
      const window = windowOf(identity, kind);
      return window.used + add > limit ? window.resetAt : undefined;
    };
    const checks: [RateRefusal, number | undefined][] = [
      ["primary", over("hour", identity.limit, cost)],
      ["concurrent", identity.running >= limits.concurrent ? now().getTime() + hourMs / 60 : undefined],
      ["points", over("points", limits.points, pointsOf(method))],
      ["content-minute", content ? over("content-minute", limits.contentPerMinute, 1) : undefined],
      ["content-hour", content ? over("content-hour", limits.contentPerHour, 1) : undefined],
    ];
    for (const [kind, until] of checks) if (until !== undefined) return { kind, until };
    return undefined;
  }

  return {
    peek: (actor) => stateOf(identityOf(actor)),
    admit(actor, method, content, requestId, cost = 1) {
      const identity = identityOf(actor);
      const refusal = enforce ? refuse(identity, method, content, cost) : undefined;
      if (refusal) {
        const wait = Math.max(1, Math.ceil((refusal.until - now().getTime()) / 1000));
        const stamp = `${now().toISOString().slice(0, 19).replace("T", " ")} UTC`;
        const error = refusalOf(refusal.kind, identity.name, wait, requestId, stamp);
        return { refused: { kind: refusal.kind, error }, end: () => stateOf(identity) };
      }
      const hour = windowOf(identity, "hour");
      hour.used += cost;
      windowOf(identity, "points").used += pointsOf(method);
      if (content)
        for (const kind of ["content-minute", "content-hour"] as const) windowOf(identity, kind).used++;
      identity.running++;
      return {
        refused: undefined,
        end(free) {
          identity.running--;
          if (free) hour.used -= cost;
          return stateOf(identity);
        },
      };
    },
  };
}

function pointsOf(method: string): number {
  return method === "GET" || method === "HEAD" || method === "OPTIONS" ? 1 : 5;
}

/** Refusals in GitHub's words. Only a secondary limit says how long to wait; the hourly one has its reset. */
function refusalOf(
  kind: RateRefusal,
  name: string,
  wait: number,
  requestId: string,
  stamp: string,
): ApiError {
  const support = `If you reach out to GitHub Support for help, please include the request ID ${requestId} and timestamp ${stamp}.`;
  if (kind === "primary") {
    return new ApiError(403, `API rate limit exceeded for ${name}. ${support}`, { documentation_url: DOCS });
  }
  const content = kind === "content-minute" || kind === "content-hour";
  const message = content
    ? `You have exceeded a secondary rate limit and have been temporarily blocked from content creation. Please retry your request again later. ${support}`
    : `You have exceeded a secondary rate limit. Please wait a few minutes before you try again. ${support}`;
  const more = { documentation_url: `${DOCS}#about-secondary-rate-limits` };
  return new ApiError(kind === "concurrent" ? 429 : 403, message, more, { "retry-after": String(wait) });
}

/** Requests that GraphQL takes a minute, by points. https://docs.github.com/graphql/overview/rate-limits-and-node-limits-for-the-graphql-api */
export const GRAPHQL_POINTS = 2000;

export function rateHeaders(state: RateState, resource: "core" | "graphql" = "core"): Record<string, string> {
  return {
    "x-ratelimit-limit": String(state.limit),
    "x-ratelimit-remaining": String(state.remaining),
    "x-ratelimit-reset": String(state.reset),
    "x-ratelimit-used": String(state.used),
    "x-ratelimit-resource": resource,
  };
}
