import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { HttpFailure } from "./errors.ts";
import { createLimitHour, HOUR_MS } from "./hour.ts";
import { createPacer, WINDOWS } from "./pacer.ts";
import { judge, retryAfterMs } from "./policy.ts";

const now = new Date("2026-11-20T10:00:00Z");
const failure = (part: Partial<HttpFailure>): HttpFailure => ({
  status: 500,
  message: "",
  headers: {},
  answered: true,
  method: "GET",
  path: "/",
  ...part,
});
const attempt = { repeatable: true, repeats: 0, limits: 0, now, random: 0 };

describe("what to do about a failure", () => {
  test.each<[string, Partial<HttpFailure>, number]>([
    ["429 with retry-after", { status: 429, headers: { "retry-after": "3" } }, 3_000],
    [
      "403 with an HTTP date",
      { status: 403, headers: { "retry-after": "Fri, 20 Nov 2026 10:00:09 GMT" } },
      9_000,
    ],
    [
      "403 with nothing left",
      {
        status: 403,
        headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(now.getTime() / 1_000 + 5) },
      },
      6_000,
    ],
    [
      "403 that says so in words",
      { status: 403, message: "You have exceeded a secondary rate limit" },
      60_000,
    ],
  ])("%s is a limit", (_, part, waitMs) => {
    expect(judge({ ...attempt, repeatable: false, failure: failure(part) })).toMatchObject({
      kind: "limited",
      waitMs,
    });
  });

  test("a plain 403 is a refusal", () => {
    expect(
      judge({
        ...attempt,
        failure: failure({
          status: 403,
          message: "Resource not accessible by integration",
          headers: { "x-ratelimit-remaining": "55" },
        }),
      }),
    ).toEqual({ kind: "fail" });
  });

  test("property: what is not repeatable is repeated after limits only; 4xx never", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 400, max: 599 }),
        fc.boolean(),
        fc.nat(10),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (status, repeatable, repeats, random) => {
          const verdict = judge({ ...attempt, repeatable, repeats, random, failure: failure({ status }) });
          if (status === 429) expect(verdict.kind).toBe("limited");
          else if (status < 500 || !repeatable || repeats >= 4) expect(verdict.kind).toBe("fail");
          else expect(verdict.kind).toBe("repeat");
        },
      ),
    );
  });

  test("retry-after that nobody can read is ignored", () => {
    expect(retryAfterMs("soon", now)).toBeUndefined();
    expect(retryAfterMs("Fri, 20 Nov 2026 09:00:00 GMT", now)).toBe(0);
  });
});

const ISSUES = "/repos/{owner}/{repo}/issues";

describe("the pacer", () => {
  const creations = (count: number, route: string, hourMs?: number) => {
    const pacer = createPacer();
    let at = 0;
    for (let index = 0; index < count; index++) at += pacer.reserve("POST", route, at, hourMs);
    return at;
  };

  test("waits at the hourly limit on creations instead of passing it", () => {
    expect(creations(450, ISSUES)).toBe(6 * 60_000);
    expect(creations(451, ISSUES)).toBe(60 * 60_000);
    expect(creations(900, ISSUES)).toBe(66 * 60_000);
  });

  test("what is no content is not counted as such", () => {
    for (const route of ["git/blobs", "labels", "dispatches", "issues/{issue_number}/labels", "check-runs"])
      expect(creations(150, `/repos/{owner}/{repo}/${route}`)).toBe(0);
    expect(creations(150, "https://api.github.com/repos/octo/clock/issues/7/comments")).toBe(2 * 60_000);
    const pacer = createPacer();
    const merges = Array.from({ length: 73 }, (_, at) =>
      pacer.reserve("PUT", "/pulls/{pull_number}/merge-async", at),
    );
    expect(merges.at(-1)).toBe(60_000 - 72);
  });

  test("windows are as long as the server's hour", () => {
    expect(creations(900, ISSUES, 60_000)).toBe(66 * 1_000);
  });

  test("property: no window is ever over its limit", () => {
    const step = fc.record({ method: fc.constantFrom("GET", "POST", "PATCH"), pause: fc.nat(400) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const pacer = createPacer();
        const sent: { at: number; method: string }[] = [];
        let at = 0;
        for (const { method, pause } of steps) {
          at += pause;
          at += pacer.reserve(method, ISSUES, at);
          sent.push({ at, method });
        }
        for (const window of WINDOWS) {
          for (const { at: end } of sent) {
            const cost = sent
              .filter((one) => one.at <= end && one.at > end - window.spanMs)
              .reduce((sum, one) => sum + window.cost(one.method, ISSUES), 0);
            expect(cost).toBeLessThanOrEqual(window.limit);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  test("the requests of an ordinary job do not wait", () => {
    const pacer = createPacer();
    expect(
      Array.from({ length: 40 }, (_, index) => pacer.reserve(index % 2 ? "POST" : "GET", ISSUES, index)),
    ).toEqual(Array(40).fill(0));
  });
});

describe("the hour of the limits", () => {
  test("is learned from two windows, whatever was idle between them", () => {
    const hour = createLimitHour();
    const seen: readonly [reset: number, now: number][] = [
      [60, 10_000],
      [60, 50_000],
      [200, 145_000],
      [260, 205_000],
      [999_999, 250_000],
    ];
    expect(
      seen.map(([reset, now]) => {
        hour.observe(String(reset), now);
        return hour.ms;
      }),
    ).toEqual([HOUR_MS, HOUR_MS, 140_000, 60_000, 60_000]);
  });

  test("property: it is never shorter than GitHub's own, however resets are rounded and jobs are idle", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 30_000, max: HOUR_MS }),
        fc.array(fc.tuple(fc.nat(3_000_000), fc.nat(1)), { maxLength: 60 }),
        (windowMs, steps) => {
          const hour = createLimitHour();
          let now = 1_700_000_000_000;
          let end = 0;
          for (const [pause, jitter] of steps) {
            now += pause;
            if (now >= end) end = now + windowMs;
            hour.observe(String(Math.ceil(end / 1_000) + jitter), now);
            expect(hour.ms).toBeGreaterThanOrEqual(windowMs - 2_000);
          }
        },
      ),
    );
  });

  test("answers without the header teach nothing", () => {
    const hour = createLimitHour();
    for (const reset of [undefined, "", "soon", "0"]) hour.observe(reset, 1);
    expect(hour.ms).toBe(HOUR_MS);
  });
});
