import { ConfigurationError } from "@slipway/model";
import type { Clock, Log } from "../context.ts";
import { CutAnswerError, type HttpFailure, httpFailure, LimitReachedError } from "./errors.ts";
import { createLimitHour, HOUR_MS } from "./hour.ts";
import { createPacer } from "./pacer.ts";
import { isLimit, judge } from "./policy.ts";

/** Of GitHub's REST API, sent with each request. */
export const API_VERSION = "2022-11-28";

/** Switches of one request, kept by Octokit on its way. */
export interface Wire {
  repeatable?: boolean;
  signal?: AbortSignal;
}

interface Answer {
  readonly data: unknown;
  readonly headers: Record<string, unknown>;
}

export type Send = <T extends Answer>(
  method: string,
  url: string,
  wire: Wire,
  once: () => Promise<T>,
) => Promise<T>;

/** What a client has met; a job says it in its summary. */
export interface LimitCounts {
  /** Answers that said "too fast". Each was waited for and asked again, or ended the job. */
  refused: number;
  /** Time spent waiting, for limits and before repeats, summed over the requests. */
  waitedMs: number;
}

export interface Sender {
  readonly clock: Clock;
  readonly log: Log;
  /** Longest single wait for a limit. */
  readonly maxWaitMs: number;
  /** No wait may end later than this (epoch ms), asked before each. */
  readonly notAfter: () => number | undefined;
  readonly counts: LimitCounts;
  readonly onRequest: (route: string) => void;
  /** Refusals are explained in the words of a job's token. Default: yes. */
  readonly explains?: boolean;
}

/** An hour is the longest that GitHub's limits ask for; their resets are rounded, and clocks differ. */
export const DEFAULT_MAX_WAIT_MS = HOUR_MS + 60_000;

/** One request is not refused for ever: by then the advised waits have added up to hours. */
const MAX_REFUSALS = 20;

/** Paces, counts, waits and repeats. The one place in the suite that repeats an API request. */
export function createSender({
  clock,
  log,
  maxWaitMs,
  notAfter,
  counts,
  onRequest,
  explains = true,
}: Sender): Send {
  const pacer = createPacer();
  const hour = createLimitHour();
  // While one request waits for a limit, the others of this process wait with it.
  let notBefore = 0;

  /** @throws LimitReachedError when the wait is longer than allowed */
  const pause = async (name: string, ms: number, why: string, cause?: unknown): Promise<void> => {
    const until = clock.now().getTime() + ms;
    const last = notAfter();
    const tooLong =
      ms > maxWaitMs ? `longer than the ${seconds(maxWaitMs)} that one wait may take` : undefined;
    const tooLate =
      last !== undefined && until > last ? `later than this job may wait (${iso(last)})` : undefined;
    const reason = tooLong ?? tooLate;
    if (reason !== undefined) {
      throw new LimitReachedError(
        `${name} was not sent: ${why}, and room comes at ${iso(until)}, ${reason}. ` +
          "What was done stays; run the job again after that time and it goes on from there.",
        { retryAt: new Date(until), cause },
      );
    }
    counts.waitedMs += ms;
    if (ms >= 1_000)
      log.info(`${name}: ${why}; waiting ${seconds(ms)} (${seconds(counts.waitedMs)} so far).`);
    await clock.sleep(ms);
  };
  const learn = (headers: Readonly<Record<string, unknown>>): void => {
    // Others (search, GraphQL) have windows of their own, of other lengths.
    if ((headers["x-ratelimit-resource"] ?? "core") !== "core") return;
    const now = clock.now().getTime();
    const reset = headers["x-ratelimit-reset"];
    hour.observe(reset === undefined ? undefined : String(reset), now);
    // The next request would be refused: it waits instead. One second more, because the reset is in whole seconds.
    if (String(headers["x-ratelimit-remaining"]) === "0" && Number(reset) * 1_000 > now)
      notBefore = Math.max(notBefore, Number(reset) * 1_000 + 1_000);
  };

  return async (method, url, wire, once) => {
    const name = `${method} ${url}`;
    let repeats = 0;
    let limits = 0;
    for (;;) {
      const now = clock.now().getTime();
      if (notBefore > now) await pause(name, notBefore - now, "GitHub's rate limit is used up");
      const ahead = pacer.reserve(method, url, clock.now().getTime(), hour.ms);
      if (ahead > 0) await pause(name, ahead, "more would pass GitHub's limits on writing");
      onRequest(name);
      try {
        const answer = await once();
        learn(answer.headers);
        if (isCut(answer)) throw new CutAnswerError({ method, url });
        return answer;
      } catch (error) {
        const failure = httpFailure(error);
        if (failure === undefined) throw error;
        const verdict = judge({
          failure,
          repeatable: wire.repeatable ?? method !== "POST",
          repeats,
          limits,
          now: clock.now(),
          random: clock.random(),
        });
        if (verdict.kind === "fail") throw explains ? explain(error, failure) : error;
        if (verdict.kind === "limited") {
          limits++;
          counts.refused++;
          learn(failure.headers);
          notBefore = Math.max(notBefore, clock.now().getTime() + verdict.waitMs);
          const why = `GitHub's ${verdict.limit} rate limit is reached`;
          if (limits > MAX_REFUSALS) {
            throw new LimitReachedError(
              `${name} was refused ${limits} times: ${why}. What was done stays; run the job again later and it goes on from there.`,
              { retryAt: new Date(notBefore), cause: error },
            );
          }
          await pause(name, verdict.waitMs, why, error);
        } else {
          repeats++;
          const until = clock.now().getTime() + verdict.waitMs;
          if (verdict.waitMs > maxWaitMs || until > (notAfter() ?? until)) throw error;
          await pause(name, verdict.waitMs, `it failed (${failure.message})`, error);
        }
      }
    }
  };
}

/** Octokit hands on a JSON body that ended early as text, as though nothing had happened. */
function isCut(answer: Answer): boolean {
  return typeof answer.data === "string" && /\bjson\b/i.test(String(answer.headers["content-type"] ?? ""));
}

/** A refusal that only a person can lift becomes a {@link ConfigurationError} that says how. */
function explain(error: unknown, failure: HttpFailure): unknown {
  const what = `${failure.method} ${failure.path}`;
  if (failure.status === 401) {
    return new ConfigurationError(
      `GitHub did not accept the token for ${what}: it has expired, was revoked, or is not one.`,
      { cause: error },
    );
  }
  if (failure.status === 403 && /must authenticate via a GitHub App/i.test(failure.message)) {
    return new ConfigurationError(
      `${what} takes the token of a job (GITHUB_TOKEN) or of a GitHub App, not a person's token.`,
      { cause: error },
    );
  }
  if (failure.status === 403 && !isLimit(failure) && /not accessible by/i.test(failure.message)) {
    const needed = failure.headers["x-accepted-github-permissions"];
    const hint = needed
      ? `Give the job \`permissions:\` with ${needed.replaceAll("=", ": ").replaceAll(/;\s*/g, " or ")}.`
      : "Give the job the `permissions:` that the workflow files of the suite list.";
    return new ConfigurationError(`The job's token may not do ${what}. ${hint}`, { cause: error });
  }
  return error;
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 100) / 10} s`;
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, "Z");
}
