/** A review that was paid for before a pause is not paid for again after it. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { agentOf, CONTENT_REVIEWER, openStages, type Stages } from "./stages.ts";

let stages: Stages;
beforeAll(async () => {
  const fixtures = [...agentOf("T1", "echo Goodbye. > farewell.txt"), CONTENT_REVIEWER];
  stages = await openStages({ policy: "qa: { test: grep -q Hello greeting.txt }\n", fixtures });
}, 60_000);
afterAll(() => stages?.stop());

test("paused while QA is at work, after the review was made: the review is kept", async () => {
  const halt = stages.halt("T1 / Integrate / QA / QA", "git upload-pack");
  const runId = await stages.start();
  await halt.reached;
  // Specification, plan, three turns of the agent, and the review, which runs beside QA.
  while (stages.bench.modelCalls() < 6) await new Promise((resolve) => setTimeout(resolve, 25));
  await stages.send("pause", { runId });
  await stages.until(runId, "run.paused", 1);
  halt.release();
  await stages.quiet();
  await stages.send("resume", { runId });
  await stages.quiet();
  expect(await stages.name(runId)).toBe("DONE");
  expect(stages.bench.modelCalls()).toBe(6);
}, 240_000);
