/** Workflow runs in which everything was killed, and that a person starts again as a whole. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { git } from "../e2e/support.ts";
import { agentOf, openStages, type Stages } from "./stages.ts";

const POLICY = "qa: { test: grep -q Hello greeting.txt }\nreview: { required: false }\n";
const LIMIT_MS = 400_000;

let stages: Stages;
let runId: string;
beforeAll(async () => {
  stages = await openStages({ policy: POLICY, fixtures: agentOf("T1", "echo Goodbye. > farewell.txt") });
}, 60_000);
afterAll(() => stages?.stop());

/** "Re-run all jobs" in the page. */
async function runAgain(lease: { readonly workflowRunId: number } | null | undefined): Promise<void> {
  await stages.bench.post(`actions/runs/${lease?.workflowRunId}/rerun`, {});
  await stages.bench.turns();
}

test(
  "what was handed over and not recorded is recorded, and not paid for again",
  async () => {
    const struck = [
      stages.strike("Spec / Record", "git receive-pack"),
      stages.strike("slipway / Settle", "git receive-pack"),
    ];
    runId = await stages.start();
    await Promise.all(struck);
    await stages.bench.turns();
    const { spec } = (await stages.state(runId)).stages;
    expect([spec.status, stages.bench.modelCalls()]).toEqual(["open", 1]);

    // The gate reads, judges, merges, and is killed as it records that; what would give the claim back, too.
    const next = [
      stages.strike("T1 / Integrate / Gate / Gate", "git receive-pack", 3),
      stages.strike("T1 / Settle", "git receive-pack"),
    ];
    await runAgain(spec.lease);
    await Promise.all(next);
    await stages.bench.turns();
    // Specification, plan, three turns of the agent.
    expect(stages.bench.modelCalls()).toBe(5);
  },
  LIMIT_MS,
);

test(
  "what was merged and not recorded is taken as merged: not published, judged or merged again",
  async () => {
    const before = await stages.node(runId, "T1");
    expect(before).toMatchObject({ status: "QA", mergeSha: null });
    await runAgain(before.lease);
    expect(await stages.name(runId)).toBe("DONE");
    expect(stages.bench.modelCalls()).toBe(5);
    const ofT1 = (await stages.events(runId)).filter((event) => "nodeId" in event && event.nodeId === "T1");
    // Noticed in the repository, as what a person merges is.
    const told = ["node.claimed", "node.published", "node.judged", "pull.merged"];
    expect(ofT1.map(({ type }) => type)).toEqual(told);
    const made = stages.made(runId);
    for (const list of [made.issues, made.pulls, made.checks, made.comments])
      expect(new Set(list).size).toBe(list.length);
    const commits = git(stages.bench.bare, "log", "--no-merges", "--format=%s", "main").split("\n");
    expect(commits.filter((subject) => subject.includes("farewell"))).toHaveLength(1);
  },
  LIMIT_MS,
);
