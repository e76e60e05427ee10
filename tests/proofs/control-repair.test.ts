/** What goes wrong on the way: a stage that fails for good, a node that is blocked, a job that is killed. */
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { FaultHook } from "@slipway/local-github";
import { openScene, type Scene } from "./people.ts";

const gate = join(tmpdir(), `slipway-gate-${process.pid}`);
const POLICY = `
execute: { commands: [] }
qa: { test: 'test -e ${gate} && grep -q Hello greeting.txt', timeoutMinutes: 2 }
review: { required: false }
release: { enabled: false }
limits: { defectRounds: 0, attempts: 2 }
`;

/** What the network does to whom; each test sets it anew. */
let fault: FaultHook = () => undefined;
let scene: Scene;
let runId: string;
beforeAll(async () => {
  scene = await openScene({ policy: POLICY, faults: (request) => fault(request) });
}, 60_000);
afterAll(async () => {
  await scene?.stop();
  rmSync(gate, { force: true });
});

const issueOf = async (id: string) => (await scene.node(runId, id)).issue?.number ?? 0;
const labelsOf = (issue: number) =>
  (scene.bench.github.repository(scene.bench.repository).issues.get(issue)?.labels ?? []).map(
    ({ name }) => name,
  );

test("a stage that fails as often as the policy allows fails the run; a retry goes on from there", async () => {
  fault = ({ method, route }) =>
    method === "POST" && route === "/repos/{owner}/{repo}/issues"
      ? { kind: "respond", status: 403, body: { message: "Resource not accessible by integration" } }
      : undefined;
  runId = await scene.start();
  await scene.bench.turns();
  expect(await scene.name(runId)).toBe("FAILED");
  expect((await scene.state(runId)).failure).toContain("The issues stage failed");
  const paid = (await scene.types(runId)).filter(
    (type) => type === "spec.recorded" || type === "plan.recorded",
  );
  expect(paid).toHaveLength(2);

  fault = () => undefined;
  await scene.bench.dispatch("orchestrator.retry", { runId });
  await scene.bench.turns();
  expect(await scene.types(runId)).toContain("issues.synced");
  expect(await scene.node(runId, "T1")).toMatchObject({ status: "BLOCKED" });
}, 240_000);

test("a node that is blocked shows it on its issue, and a comment there has it tried again", async () => {
  const issue = await issueOf("T1");
  expect(labelsOf(issue)).toContain("slipway:blocked");
  writeFileSync(gate, "");
  const retry = await scene.comment("writer", issue, "/slipway retry");
  // The workflow run that takes T1 up again is killed: its jobs can reach nothing any more, and give nothing back.
  const killed = await scene.working("T1 / Integrate / Publish / Publish");
  fault = (request) => (request.runId === killed ? { kind: "cut-before" } : undefined);
  await scene.as("maintainer", "POST", `actions/runs/${killed}/cancel`);
  await scene.bench.turns();
  fault = () => undefined;
  expect(scene.reply(issue, retry).reactions).toEqual(["+1"]);
  expect(labelsOf(issue)).not.toContain("slipway:blocked");
  expect(await scene.node(runId, "T1")).toMatchObject({ lease: { workflowRunId: killed } });
}, 240_000);

test("the next sweep takes the claim over, and the run comes to its end", async () => {
  const lines = await scene.bench.github.fireSchedule(scene.bench.repository);
  expect(lines).toEqual(["17 * * * *"]);
  const turns = await scene.quiet();
  expect(turns.map(({ summary }) => summary).join("\n")).toContain(
    "a workflow run that held work of it has ended",
  );
  const events = (await scene.bench.events(runId)).map(({ event }) => event);
  expect(events).toContainEqual(
    expect.objectContaining({
      type: "node.failed",
      nodeId: "T1",
      reason: expect.stringMatching(/^Workflow run \d+ ended/),
    }),
  );
  expect(await scene.name(runId)).toBe("DONE");
}, 240_000);

test("a sweep of what is done does nothing", async () => {
  const before = JSON.stringify(scene.bench.written());
  await scene.bench.dispatch("orchestrator.sweep");
  const turns = await scene.quiet();
  expect(turns.map(({ summary }) => summary).join("\n")).toContain("No run needs a turn.");
  expect(JSON.stringify(scene.bench.written())).toBe(before);
}, 60_000);
