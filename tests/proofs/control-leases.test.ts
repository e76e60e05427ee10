/** Workflow runs that are killed in the midst of a stage: what they held is taken over, so often and no more. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { git } from "../e2e/support.ts";
import { agentOf, openStages, type Stages } from "./stages.ts";

const POLICY = `
qa: { test: grep -q Hello greeting.txt }
review: { required: false }
limits: { attempts: 2 }
`;
const LIMIT_MS = 480_000;

let stages: Stages;
beforeAll(async () => {
  // Each run has something to change.
  const fixtures = agentOf("T1", "echo Goodbye. >> farewell.txt");
  stages = await openStages({ policy: POLICY, fixtures });
}, 60_000);
afterAll(() => stages?.stop());

/** The scheduled sweep, and all that comes of it until nothing is in progress or somebody is killed again. */
async function sweep(): Promise<void> {
  await stages.bench.github.fireSchedule(stages.bench.repository);
}

/** Waits for the end of a workflow run that was killed, and makes sure that nothing was given back. */
async function ended(workflowRun: number): Promise<void> {
  await stages.bench.turns();
  const { runs } = stages.bench.github.repository(stages.bench.repository);
  expect(runs.find(({ id }) => id === workflowRun)?.conclusion).toBe("cancelled");
}

const leasesOf = async (runId: string) => {
  const { nodes, stages: named } = await stages.state(runId);
  const all = [...nodes, ...Object.values(named)];
  return all.flatMap(({ lease }) => (lease ? [lease.workflowRunId] : []));
};

describe("killed once in each stage", () => {
  const lost: number[] = [];
  let runId = "";

  test.each([
    // The first issue of two is there, and nobody has heard of it.
    ["Issues / Sync", "POST /repos/{owner}/{repo}/issues", "done"],
    ["T1 / Execute / Execute", "artifact CreateArtifact", undefined],
    // It is merged, and the ledger was not told.
    ["E1 / Integrate / Gate / Gate", "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge-async", "done"],
    ["Release / Release", "POST /repos/{owner}/{repo}/releases", "done"],
  ] as const)(
    "%s",
    async (job, request, how) => {
      const killed = stages.kill(job, request, how);
      if (runId === "") runId = await stages.start();
      else await sweep();
      lost.push(await killed);
      await ended(lost.at(-1) ?? 0);
      // Nothing was given back.
      expect(await leasesOf(runId)).toEqual([lost.at(-1)]);
    },
    LIMIT_MS,
  );

  test(
    "it ends as it would have, with nothing doubled",
    async () => {
      await sweep();
      await stages.quiet();
      expect(await stages.name(runId)).toBe("DONE");
      const events = await stages.events(runId);
      // What the third one had merged was found merged.
      const [sync, execute, , release] = lost.map((id) => `Workflow run ${id} ended without a result.`);
      const failed = events.flatMap((event) =>
        event.type === "stage.failed" || event.type === "node.failed" ? [event.reason] : [],
      );
      expect(failed).toEqual([sync, execute, release]);
      const { mergeSha } = await stages.node(runId, "E1");
      expect(events.filter(({ type }) => type === "pull.merged")).toEqual([
        expect.objectContaining({ nodeId: "E1", by: "github-actions[bot]", mergeSha }),
      ]);
      const made = stages.made(runId);
      expect(made.issues).toEqual(["Say goodbye", "Add a farewell"]);
      expect(made.pulls).toHaveLength(2);
      for (const list of [made.pulls, made.checks, made.reviews, made.comments])
        expect(new Set(list).size).toBe(list.length);
      expect(made.releases).toEqual(["v0.1.0"]);
      const once = ["spec.recorded", "plan.recorded", "issues.synced", "release.recorded", "run.completed"];
      expect(events.map(({ type }) => type).filter((type) => once.includes(type))).toEqual(once);
      const { issues } = stages.bench.github.repository(stages.bench.repository);
      expect([...issues.values()].filter(({ state }) => state !== "closed")).toEqual([]);
      expect(git(stages.bench.bare, "show", "main:farewell.txt")).toBe("Goodbye.");
    },
    LIMIT_MS,
  );
});

test(
  "killed each time, a stage fails the run and a node is BLOCKED, with the reason; a retry goes on from there",
  async () => {
    const first = stages.kill("Spec / Draft", "artifact CreateArtifact");
    const runId = await stages.start();
    await ended(await first);
    const second = stages.kill("Spec / Draft", "artifact CreateArtifact");
    await sweep();
    await ended(await second);
    await sweep();
    await stages.bench.turns();
    expect(await stages.name(runId)).toBe("FAILED");
    const reason = `Workflow run ${await second} ended without a result.`;
    expect((await stages.state(runId)).failure).toBe(
      `The spec stage failed 2 times, the last time: ${reason}`,
    );
    // Nothing is tried any more until a person asks.
    await sweep();
    await stages.quiet();
    expect((await stages.state(runId)).stages.spec.claims).toBe(2);

    const third = stages.kill("T1 / Execute / Execute", "artifact CreateArtifact");
    await stages.send("retry", { runId });
    await ended(await third);
    const fourth = stages.kill("T1 / Execute / Execute", "artifact CreateArtifact");
    await sweep();
    await ended(await fourth);
    await sweep();
    await stages.quiet();
    const blocked = await stages.node(runId, "T1");
    const lost = `Workflow run ${await fourth} ended without a result.`;
    expect(blocked).toMatchObject({ status: "BLOCKED", lease: null, failures: 2, claims: 2, trouble: lost });
    expect(stages.made(runId).pulls).toEqual([]);

    await stages.send("retry", { runId, nodeId: "T1" });
    await stages.quiet();
    expect(await stages.name(runId)).toBe("DONE");
    expect(await stages.node(runId, "T1")).toMatchObject({ status: "DONE", claims: 3, failures: 0 });
  },
  LIMIT_MS,
);
