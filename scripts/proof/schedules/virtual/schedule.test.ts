import { describe, expect, test } from "@jest/globals";
import { NO_USAGE } from "@slipway/model";
import { SPEC } from "../../../../packages/model/src/testing/samples.ts";
import { added, NO_SUM, sumOf, totalLine } from "../sum.ts";
import type { Steps } from "./clock.ts";
import type { Flow, Job } from "./flow.ts";
import { pay } from "./handed.ts";
import { jobsOf } from "./jobs.ts";
import { runSchedule } from "./schedule.ts";
import { append, nextNumber, type World } from "./world.ts";

const SEEDS = Array.from({ length: 150 }, (_, index) => index + 1);

test("whatever order things reach a run in, nothing is lost, doubled or unnamed", () => {
  const sum = SEEDS.map((seed) => sumOf(runSchedule(seed))).reduce(added, NO_SUM);
  expect(sum.problems).toEqual([]);
  expect(totalLine(sum)).toBe("150 schedules: 0 lost, 0 doubled, 0 unnamed");
  for (const kind of [
    "dispatch doubled",
    "dispatch dropped",
    "dispatch delayed",
    "two turns at the same moment",
    "recorded after the lease had expired",
    "failed jobs run again",
    "whole workflow run again",
    "workflow run cancelled by a person",
    "handed-over work gone on from",
    "ledger push refused and decided again",
  ])
    expect([kind, sum.kinds[kind]?.times]).toEqual([kind, expect.any(Number)]);
});

test("the same seed is the same schedule", () => {
  expect(runSchedule(7)).toEqual(runSchedule(7));
  expect(runSchedule(7).events).not.toBe(runSchedule(8).events);
});

describe("bites", () => {
  /** What is found in some schedules when one job works otherwise. */
  const foundWith = (
    name: string,
    work: (world: World, job: Job, flow: Flow) => Steps<string>,
    seeds = SEEDS.slice(0, 40),
  ) => {
    const otherwise = (world: World, flow: Flow) =>
      jobsOf(world, flow).map((job) =>
        job.name === name ? { ...job, work: (own: Flow) => work(world, job, own) } : job,
      );
    return seeds.flatMap((seed) =>
      runSchedule(seed, otherwise).problems.map(({ kind, text }) => `${kind}: ${text}`),
    );
  };

  test("a late job that records what is no longer its own", () => {
    const found = foundWith("record", function* (world, job, flow) {
      yield* job.work(flow);
      yield* append(world, () => [{ type: "spec.recorded", claim: 1, spec: SPEC, usage: NO_USAGE }]);
      return "";
    });
    expect(found.join("\n")).toMatch(/doubled: spec\.recorded was recorded 2 times/);
  });

  test("an effect that is not looked up before it is made", () => {
    const found = foundWith("release", function* (world, job, flow) {
      world.releases.push(`again ${nextNumber(world)}`);
      return yield* job.work(flow);
    });
    expect(found.join("\n")).toMatch(/doubled: It was released \d+ times/);
  });

  test("work that was handed over and is paid for again", () => {
    const found = foundWith("draft", function* (world, job, flow) {
      const end = yield* job.work(flow);
      pay(world, "spec");
      return end;
    });
    expect(found.join("\n")).toMatch(/doubled: spec is paid for again, though spec#1 was handed over/);
  });

  test("a sweep that does not see what was lost", () => {
    const blind = function* (_world: World, job: Job, flow: Flow) {
      return flow.asked.kind === "sweep" ? "" : yield* job.work(flow);
    };
    // Seldom: mostly something else asks for a turn in time.
    const found = foundWith("decide", blind, SEEDS);
    expect(found.join("\n")).toMatch(/lost: Nobody takes up what can go on/);
  });
});
