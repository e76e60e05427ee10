/** A workflow run in which everything was killed once it had merged, and that a person starts again as a whole. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { git } from "../e2e/support.ts";
import { agentOf, openStages, type Stages } from "./stages.ts";

const POLICY = "qa: { test: grep -q Hello greeting.txt }\nreview: { required: false }\n";

let stages: Stages;
beforeAll(async () => {
  stages = await openStages({ policy: POLICY, fixtures: agentOf("T1", "echo Goodbye. > farewell.txt") });
}, 60_000);
afterAll(() => stages?.stop());

test("what was merged and not recorded is taken as merged: not published, judged or merged again", async () => {
  const { bench } = stages;
  const gate = stages.strike("T1 / Integrate / Gate / Gate", "git receive-pack", 3);
  const settle = stages.strike("T1 / Settle", "git receive-pack");
  const runId = await stages.start();
  await Promise.all([gate, settle]);
  await bench.turns();
  expect(await stages.node(runId, "T1")).toMatchObject({ status: "QA", mergeSha: null });
  const before = await stages.node(runId, "T1");
  await bench.post(`actions/runs/${before.lease?.workflowRunId}/rerun`, {});
  await bench.turns();
  expect(await stages.name(runId)).toBe("DONE");
  const ofT1 = (await stages.events(runId)).filter((event) => "nodeId" in event && event.nodeId === "T1");
  // Noticed in the repository, as what a person merges is.
  const told = ["node.claimed", "node.published", "node.judged", "pull.merged"];
  expect(ofT1.map(({ type }) => type)).toEqual(told);
  const made = stages.made(runId);
  for (const list of [made.issues, made.pulls, made.checks, made.comments])
    expect(new Set(list).size).toBe(list.length);
  const commits = git(bench.bare, "log", "--no-merges", "--format=%s", "main").split("\n");
  expect(commits.filter((subject) => subject.includes("farewell"))).toHaveLength(1);
}, 400_000);
