import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { HttpFailure } from "./errors.ts";
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

describe("the pacer", () => {
  test("property: no window is ever over its limit", () => {
    const step = fc.record({ method: fc.constantFrom("GET", "POST", "PATCH"), pause: fc.nat(400) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const pacer = createPacer();
        const sent: { at: number; method: string }[] = [];
        let at = 0;
        for (const { method, pause } of steps) {
          at += pause;
          at += pacer.reserve(method, at);
          sent.push({ at, method });
        }
        for (const window of WINDOWS) {
          for (const { at: end } of sent) {
            const cost = sent
              .filter((one) => one.at <= end && one.at > end - window.spanMs)
              .reduce((sum, one) => sum + window.cost(one.method), 0);
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
      Array.from({ length: 40 }, (_, index) => pacer.reserve(index % 2 ? "POST" : "GET", index)),
    ).toEqual(Array(40).fill(0));
  });
});
