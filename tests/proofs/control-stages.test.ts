/** Pause in each stage, and resume; what was paid for is kept, and nothing new begins meanwhile. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { openScene, type Scene } from "./people.ts";

const POLICY = `
qa: { test: grep -q Hello greeting.txt, timeoutMinutes: 2 }
review: { required: false }
`;

let scene: Scene;
let runId: string;
beforeAll(async () => {
  scene = await openScene({ policy: POLICY });
}, 60_000);
afterAll(() => scene?.stop());

/** Jobs by the end of their names, in the order in which a run comes by them. */
const JOBS = [
  "Spec / Draft",
  "Plan / Draft",
  "Issues / Sync",
  "T1 / Execute / Execute",
  "T1 / Integrate / QA / QA",
  "T1 / Integrate / Gate / Gate",
  "E1 / Integrate / Publish / Publish",
  "Release / Release",
];

test.each(JOBS)(
  "paused while %s is at work",
  async (job) => {
    const going = scene.working(job);
    if (job === JOBS[0]) runId = await scene.start();
    else await scene.bench.dispatch("orchestrator.resume", { runId });
    await going;
    await scene.bench.dispatch("orchestrator.pause", { runId });
    await scene.quiet();
    expect(await scene.name(runId)).toBe("PAUSED");
    const types = await scene.types(runId);
    const paused = types.lastIndexOf("run.paused");
    expect(types.slice(paused).filter((type) => type === "stage.claimed" || type === "node.claimed")).toEqual(
      [],
    );
    // Nobody holds anything: what was in hand is saved, or given back.
    const state = await scene.state(runId);
    const held = [...state.nodes, ...Object.values(state.stages)].filter(({ lease }) => lease !== null);
    expect(held).toEqual([]);
  },
  120_000,
);

test("resumed for the last time it is done, and nothing was paid for twice", async () => {
  await scene.bench.dispatch("orchestrator.resume", { runId });
  await scene.quiet();
  expect(await scene.name(runId)).toBe("DONE");
  const types = await scene.types(runId);
  const once = ["spec.recorded", "plan.recorded", "issues.synced", "release.recorded", "run.completed"];
  expect(types.filter((type) => once.includes(type))).toEqual(once);
  expect(types.filter((type) => type === "run.paused")).toHaveLength(JOBS.length);
  const state = await scene.state(runId);
  expect(state.nodes.map(({ failures }) => failures)).toEqual([0, 0]);
}, 120_000);
