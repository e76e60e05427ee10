/** Pause in each stage, and resume: what was paid for is kept, nothing new begins meanwhile, and nothing is doubled. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { agentOf, CONTENT_REVIEWER, openStages, type Stages } from "./stages.ts";

/** What T1 writes first does not pass, so that a defect is filed. */
const POLICY = "qa: { test: '! grep -qs Never farewell.txt' }\nexecute: { commands: [] }\n";
const LIMIT_MS = 480_000;

let stages: Stages;
beforeAll(async () => {
  const fixtures = [
    ...agentOf("T1", "echo Never. > farewell.txt"),
    ...agentOf("D1", "echo Goodbye. > farewell.txt"),
    CONTENT_REVIEWER,
  ];
  stages = await openStages({ policy: POLICY, fixtures });
}, 60_000);
afterAll(() => stages?.stop());

/** After a pause, when all is quiet: nobody holds anything, nothing was begun. */
async function isPaused(runId: string, times: number, { tries = 0 } = {}): Promise<void> {
  expect(await stages.name(runId)).toBe("PAUSED");
  const types = await stages.types(runId);
  expect(types.filter((type) => type === "run.paused")).toHaveLength(times);
  const since = types.slice(types.lastIndexOf("run.paused"));
  expect(since.filter((type) => /claimed|merged|completed/.test(type))).toEqual([]);
  expect(since.filter((type) => /failed/.test(type))).toHaveLength(tries);
  // What was in hand is saved, or given back.
  const state = await stages.state(runId);
  const held = [...state.nodes, ...Object.values(state.stages)].filter(({ lease }) => lease !== null);
  expect(held).toEqual([]);
}

/**
 * Starts a run, or resumes it, pauses it in the midst of a job, for the so-manyth time, and sees that it comes to rest.
 *
 * @param known the run; empty: none yet
 * @returns the run, and the model calls there were when it was paused
 */
async function pausedAt(
  known: string,
  times: number,
  job: string,
  request: string,
): Promise<{ runId: string; calls: number }> {
  const halt = stages.halt(job, request);
  const runId = known || (await stages.start());
  if (known) await stages.send("resume", { runId });
  await halt.reached;
  const calls = stages.bench.modelCalls();
  await stages.send("pause", { runId });
  await stages.until(runId, "run.paused", times);
  halt.release();
  await stages.quiet();
  await isPaused(runId, times);
  return { runId, calls };
}

const twice = (list: readonly string[]) => list.filter((item, index) => list.indexOf(item) !== index);

describe("one run, all the way", () => {
  let runId = "";
  let pauses = 0;

  test.each([
    ["Spec / Draft", "artifact CreateArtifact"],
    ["Plan / Draft", "artifact CreateArtifact"],
    ["Issues / Sync", "POST /repos/{owner}/{repo}/issues"],
    ["T1 / Execute / Execute", "artifact CreateArtifact"],
    ["T1 / Integrate / Publish / Publish", "artifact ListArtifacts"],
    ["T1 / Integrate / Review / Review", "artifact CreateArtifact"],
    ["T1 / Integrate / Defect / File", "POST /repos/{owner}/{repo}/issues"],
    ["D1 / Integrate / QA / QA", "artifact CreateArtifact"],
    ["D1 / Integrate / Gate / Gate", "POST /repos/{owner}/{repo}/check-runs"],
    ["E1 / Integrate / Scan / Scan", "artifact CreateArtifact"],
    ["Release / Release", "git upload-pack"],
  ])(
    "paused while %s is at work",
    async (job, request) => {
      pauses++;
      ({ runId } = await pausedAt(runId, pauses, job, request));
    },
    LIMIT_MS,
  );

  test(
    "resumed for the last time it is done, and nothing was paid for or made twice",
    async () => {
      await stages.send("resume", { runId });
      const turns = await stages.quiet();
      expect(await stages.name(runId)).toBe("DONE");
      expect(turns.flatMap(({ ran }) => ran).filter((name) => name.endsWith("Audit / Emit"))).toHaveLength(1);
      const types = await stages.types(runId);
      const once = ["spec.recorded", "plan.recorded", "issues.synced", "defect.filed", "release.recorded"];
      expect(types.filter((type) => once.includes(type))).toEqual(once);
      const { nodes } = await stages.state(runId);
      expect(nodes.map(({ failures, status }) => [failures, status])).toEqual(nodes.map(() => [0, "DONE"]));

      const made = stages.made(runId);
      expect(made.issues).toHaveLength(nodes.length);
      expect(made.pulls).toHaveLength(nodes.length);
      for (const list of [made.pulls, made.checks, made.reviews, made.comments])
        expect(twice(list)).toEqual([]);
      expect(made.releases).toEqual(["v0.1.0"]);
      // Specification, plan, three turns of each agent; the reviews of T1, of D1, and of T1 with D1 in it.
      expect(stages.bench.modelCalls()).toBe(1 + 1 + 3 + 3 + 3);
    },
    LIMIT_MS,
  );

  test(
    "a run that is over is not paused",
    async () => {
      const before = stages.bench.written();
      await stages.send("pause", { runId });
      const [turn] = await stages.bench.turns();
      expect(turn?.conclusion).toBe("failure");
      expect(turn?.errors.join("\n")).toContain(`Run ${runId} is done: there is nothing to pause.`);
      expect(stages.bench.written()).toEqual(before);
    },
    LIMIT_MS,
  );
});

describe("another run, where one job follows another", () => {
  let runId = "";
  let pauses = 0;

  test.each([
    ["Spec / Record", "artifact ListArtifacts"],
    ["Plan / Record", "artifact ListArtifacts"],
  ])(
    "paused while %s is at work",
    async (job, request) => {
      pauses++;
      const paused = await pausedAt(runId, pauses, job, request);
      runId = paused.runId;
      expect(stages.bench.modelCalls()).toBe(paused.calls);
    },
    LIMIT_MS,
  );

  test(
    "what was handed over is recorded all the same, once",
    async () => {
      const types = await stages.types(runId);
      expect(types.filter((type) => type.endsWith(".recorded"))).toEqual(["spec.recorded", "plan.recorded"]);
      expect(types.filter((type) => type === "stage.released")).toEqual([]);
    },
    LIMIT_MS,
  );

  const settled = async (job: string, settle: string, request: string) => {
    const allow = stages.refuse(job, request);
    const halt = stages.halt(settle, "artifact ListArtifacts");
    await stages.send("resume", { runId });
    await halt.reached;
    allow();
    await stages.send("pause", { runId });
    pauses++;
    await stages.until(runId, "run.paused", pauses);
    halt.release();
    const turns = await stages.bench.turns();
    expect(turns.map(({ conclusion }) => conclusion).sort()).toContain("failure");
    await isPaused(runId, pauses, { tries: 1 });
  };

  test(
    "paused while a stage that failed is settled: it is given back, and told",
    async () => {
      await settled("Issues / Sync", "Settle", "POST /repos/{owner}/{repo}/issues");
      const { issues } = (await stages.state(runId)).stages;
      // What only a person can put right is not tried again before somebody asks for it.
      expect(issues).toMatchObject({ status: "failed", failures: 1, lease: null });
      expect(issues.trouble).toMatch(/^The job's token may not do POST \S+\/issues\. /);
      await stages.send("retry", { runId });
      await stages.quiet();
      expect(await stages.name(runId)).toBe("PAUSED");
      expect((await stages.state(runId)).stages.issues).toMatchObject({ status: "open", failures: 0 });
    },
    LIMIT_MS,
  );

  test(
    "paused while a turn is taken: what that turn has claimed is given back, or ends",
    async () => {
      const halt = stages.halt("Decide", "git upload-pack");
      await stages.send("resume", { runId });
      await halt.reached;
      // Turns of one run follow each other: this one waits for the other's end.
      await stages.send("pause", { runId });
      pauses++;
      halt.release();
      await stages.quiet();
      await isPaused(runId, pauses);
    },
    LIMIT_MS,
  );

  test(
    "paused while a node that failed is settled: it is given back, and told",
    async () => {
      await settled("T1 / Execute / Execute", "T1 / Settle", "artifact CreateArtifact");
      const node = await stages.node(runId, "T1");
      expect(node).toMatchObject({ status: "NEW", failures: 1, lease: null });
      expect(node.trouble).toContain("A job of T1 ended without a result");
      expect(stages.made(runId).issues).toEqual(["Say goodbye", "Add a farewell"]);
    },
    LIMIT_MS,
  );
});
