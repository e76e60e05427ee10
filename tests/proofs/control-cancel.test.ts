/** Cancel in each stage: nothing begins any more, and what is there stays. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { git } from "../e2e/support.ts";
import { openScene, type Scene } from "./people.ts";

const POLICY = `
qa: { test: grep -q Hello greeting.txt, timeoutMinutes: 2 }
review: { required: false }
`;

let scene: Scene;
beforeAll(async () => {
  scene = await openScene({ policy: POLICY });
}, 60_000);
afterAll(() => scene?.stop());

test.each([
  "Spec / Draft",
  "Plan / Draft",
  "Issues / Sync",
  "T1 / Execute / Execute",
  "T1 / Integrate / QA / QA",
])(
  "cancelled while %s is at work",
  async (job) => {
    const main = git(scene.bench.bare, "rev-parse", "main");
    const going = scene.working(job);
    const runId = await scene.start();
    await going;
    await scene.bench.dispatch("orchestrator.cancel", { runId });
    await scene.quiet();
    expect(await scene.name(runId)).toBe("CANCELLED");
    const types = await scene.types(runId);
    const after = types.slice(types.indexOf("run.cancelled"));
    expect(after.filter((type) => /claimed|merged|completed|failed/.test(type))).toEqual([]);
    expect(git(scene.bench.bare, "rev-parse", "main")).toBe(main);
    const { nodes } = await scene.state(runId);
    for (const { branch } of nodes)
      if (branch !== null)
        expect(git(scene.bench.bare, "rev-parse", `refs/heads/${branch}`)).toHaveLength(40);
  },
  120_000,
);
