import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import type { Engine, EngineEvent, EngineHost, RunStatus } from "@slipway/model";
import { diceOf } from "../dice.ts";
import { disturbed } from "./disturb.ts";

const workDir = mkdtempSync(join(tmpdir(), "slipway-disturb-"));
afterAll(() => rmSync(workDir, { recursive: true }));

/** What reached the engine, and what it was asked to do. */
function seen(intensity: number, branch?: { ref: string; sha: string }) {
  const done: string[] = [];
  let host: EngineHost | undefined;
  const inner: Engine = {
    name: "noted",
    attach(given) {
      host = given;
    },
    deliver: (event) => void done.push(`${event.name} ${event.deliveryId}`),
    cancelRun: (id) => void done.push(`cancel ${id}`),
    rerun: (id, which) => void done.push(`rerun ${id} ${which}`),
    killJob: (id, part) => void done.push(`kill ${id} ${part}`),
    idle: async () => undefined,
    stop: async () => undefined,
  };
  const { engine, tally, calm } = disturbed({
    seed: 1,
    dice: diceOf(1),
    intensity,
    aBranch: () => branch,
    make: () => inner,
    pace: 0,
  });
  const made = engine({ workDir, env: {}, now: () => new Date(), onDiagnostic: () => undefined });
  const given = {
    createRun: () => ({ id: 7, runNumber: 1, runAttempt: 1 }),
    createJob: () => ({ id: 8 }),
    updateJob: () => undefined,
    updateRun: async () => undefined,
  } as unknown as EngineHost;
  made.attach(given);
  return { done, engine: made, tally, calm, host: () => host as EngineHost };
}

const event = (number: number, action = "orchestrator.advance"): EngineEvent => ({
  deliveryId: `d${number}`,
  name: "repository_dispatch",
  repository: { owner: "o", name: "r" },
  payload: { action, repository: {} },
  ref: "refs/heads/main",
  sha: "a".repeat(40),
  actor: "developer",
});

const BRANCH = { ref: "refs/heads/task/2-x", sha: "b".repeat(40) };
const MANY = 400;

describe("events", () => {
  test("reach the engine as they are while nothing is disturbed", async () => {
    const { done, engine, tally } = seen(0, BRANCH);
    for (let number = 0; number < 20; number += 1) engine.deliver(event(number));
    await engine.idle();
    expect(done).toEqual(
      Array.from({ length: 20 }, (_, number) =>
        `repository_dispatch d${number}-${number + 1}`.replace("d0-1", "d0"),
      ),
    );
    expect([...tally]).toEqual([]);
  });

  test("are dropped, doubled, delayed and met by others, as counted, and idle waits for all of them", async () => {
    const { done, engine, tally } = seen(1, BRANCH);
    for (let number = 0; number < MANY; number += 1) engine.deliver(event(number));
    await engine.idle();
    const times = (kind: string) => tally.get(kind) ?? 0;
    for (const kind of [
      "dispatch dropped",
      "dispatch doubled",
      "dispatch delayed",
      "two turns at the same moment",
    ])
      expect([kind, times(kind)]).toEqual([kind, expect.any(Number)]);
    expect(times("dispatch delayed")).toBeGreaterThan(10);
    const dispatches = done.filter((line) => line.startsWith("repository_dispatch"));
    expect(dispatches).toHaveLength(MANY - times("dispatch dropped") + times("dispatch doubled"));
    expect(done.filter((line) => line.startsWith("push"))).toHaveLength(
      times("two turns at the same moment"),
    );
    const numbers = dispatches.map((line) => Number(/ d(\d+)/.exec(line)?.[1]));
    expect(numbers).not.toEqual(numbers.toSorted((a, b) => a - b));
    expect(new Set(done).size).toBe(done.length);
  });

  test("that start a run are never dropped; after the calm nothing is", async () => {
    const { done, engine, calm } = seen(1);
    for (let number = 0; number < MANY; number += 1) engine.deliver(event(number, "orchestrator.start"));
    await engine.idle();
    expect(new Set(done.map((line) => / d(\d+)/.exec(line)?.[1])).size).toBe(MANY);
    calm();
    done.length = 0;
    for (let number = 0; number < MANY; number += 1) engine.deliver(event(number));
    expect(done).toHaveLength(MANY);
  });
});

describe("workflow runs", () => {
  const end = async (host: EngineHost, conclusion: "failure" | "success") => {
    await host.updateRun(7, { status: "in_progress" });
    await host.updateRun(7, { status: "completed" as RunStatus, conclusion });
  };

  test("that failed are run again, their failed jobs alone; those that went well seldom, as a whole", async () => {
    const { done, engine, tally, host } = seen(1);
    for (let times = 0; times < 100; times += 1) {
      await end(host(), times % 2 === 0 ? "failure" : "success");
      await engine.idle();
    }
    expect(tally.get("failed jobs run again")).toBeGreaterThan(10);
    expect(done.filter((line) => line === "rerun 7 failed")).toHaveLength(
      tally.get("failed jobs run again") ?? 0,
    );
    expect(done.filter((line) => line === "rerun 7 all")).toHaveLength(
      tally.get("whole workflow run again") ?? 0,
    );
  });

  test("are cancelled, and their jobs killed, only while they are at it", async () => {
    const { done, engine, tally, host } = seen(2);
    for (let times = 0; times < 100; times += 1) {
      host().createRun({} as never);
      await host().updateRun(7, { status: "in_progress" });
      host().updateJob(8, { status: "in_progress" });
      await engine.idle();
      host().updateJob(8, { status: "completed" });
      await host().updateRun(7, { status: "completed", conclusion: "success" });
    }
    expect(tally.get("job killed")).toBeGreaterThan(0);
    expect(done.filter((line) => line === "kill 8 machine")).toHaveLength(tally.get("job killed") ?? 0);
    expect(done.filter((line) => line === "cancel 7")).toHaveLength(
      tally.get("workflow run cancelled by a person") ?? 0,
    );
  });
});
