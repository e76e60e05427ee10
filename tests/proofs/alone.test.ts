/** Stages asked for by themselves while a run is paused: what they hand out, that they write nothing, what they refuse. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { NodeState } from "@slipway/model";
import { startRequest } from "../../packages/cli/src/start/dispatch.ts";
import { openBench, type TestBench } from "../e2e/bench.ts";
import { type Place, repositoryFrom } from "../e2e/repositories.ts";
import { ROOT } from "../e2e/support.ts";
import { artifactsOf, ask, stateOf, writesSince } from "./alone.ts";

const SECOND = join(ROOT, "examples/second");

let place: Place;
let bench: TestBench;
let runId: string;
let node: NodeState;
beforeAll(async () => {
  place = repositoryFrom(join(SECOND, "repository"));
  bench = await openBench({
    repo: place.repo,
    policy: join(SECOND, "slipway.yml"),
    fixtures: join(SECOND, "fixtures"),
  });
  const idea = readFileSync(join(SECOND, "idea.md"), "utf8").trim();
  const request = startRequest(idea, new Date());
  runId = request.runId;
  await bench.dispatch("orchestrator.start", { version: 1, dispatchId: request.dispatchId, idea });
  await bench.until(runId, "node.published");
  await bench.dispatch("orchestrator.pause", { runId });
  await bench.turns();
  const state = await stateOf(bench, runId);
  expect(state.control).toBe("PAUSED");
  node = state.nodes.find((item) => item.pull !== null) as NodeState;
}, 240_000);
afterAll(async () => {
  await bench?.stop();
  place?.remove();
});

test("stages that only read hand out what they made, and write nothing", async () => {
  const nodeId = node.plan.id;
  const before = {
    written: bench.written(),
    events: await bench.events(runId),
    at: bench.github.journal.length,
  };
  const turns = await ask(bench, [
    ["ai.spec.request", { idea: "Add up the shopping of a week." }],
    ["ai.plan.request", { runId }],
    ["agent.execute.request", { runId, nodeId }],
    ["agent.review.request", { runId, nodeId }],
    ["qa.run.request", { runId, nodeId }],
    ["sec.scan.request", { runId, nodeId, headSha: node.subject?.headSha, baseSha: node.subject?.baseSha }],
    ["release.notes.request", { runId }],
    ["audit.emit.request", { runId }],
  ]);
  expect(turns.flatMap(({ errors }) => errors)).toEqual([]);
  expect(turns.map(({ conclusion }) => conclusion)).toEqual(Array(8).fill("success"));
  expect(await artifactsOf(bench)).toEqual(
    expect.arrayContaining([
      "spec.alone",
      "plan.alone",
      `change.${nodeId}.alone`,
      `evidence.review.${nodeId}.alone`,
      `evidence.qa.${nodeId}.alone`,
      `evidence.scan.${nodeId}.alone`,
      "release.alone",
      `audit.${runId}`,
    ]),
  );
  const told = turns.map(({ summary }) => summary).join("\n");
  expect(told.match(/Asked for alone/g)).toHaveLength(8);
  expect(told).toMatch(/\*\*Plan: (PASS|CONCERNS)\.\*\*/);
  expect(writesSince(bench, before.at)).toEqual([]);
  expect(bench.written()).toEqual(before.written);
  expect(await bench.events(runId)).toEqual(before.events);
}, 240_000);

test("the issues are drawn again: nothing differs, nothing is written", async () => {
  const before = { written: bench.written(), at: bench.github.journal.length };
  const turns = await ask(bench, [["issues.sync.request", { runId }]]);
  expect(turns.flatMap(({ errors }) => errors)).toEqual([]);
  expect(turns.map(({ summary }) => summary).join("\n")).toMatch(/### \d+ issues: \d+ as they should be/);
  expect(writesSince(bench, before.at)).toEqual([]);
  expect(bench.written()).toEqual(before.written);
}, 120_000);

test("what is wrong is refused with a sentence, and nothing is written", async () => {
  const nodeId = node.plan.id;
  const nobody = "r-20261120-zzzzzz";
  const refused: readonly (readonly [string, object, string])[] = [
    ["ai.spec.request", {}, "give either an idea"],
    ["ai.spec.request", { idea: "x".repeat(60_001) }, "the idea is longer than"],
    ["ai.plan.request", { runId: nobody }, `There is no run ${nobody}`],
    ["ai.plan.request", { runId, claim: 99 }, "is not held by claim 99"],
    ["agent.execute.request", { runId, nodeId: "T99" }, `Run ${runId} has no node T99`],
    ["agent.execute.request", { runId, nodeId: "E1" }, "E1 has children"],
    ["agent.review.request", { runId, nodeId, headSha: "a".repeat(40) }, "give both or neither"],
    ["qa.run.request", { runId, nodeId: "T3" }, "T3 has no branch yet"],
    ["qa.run.request", { runId, nodeId, claim: 98 }, `${nodeId} is not held by claim 98`],
    ["merge.gate.request", { runId, nodeId, claim: 97 }, `${nodeId} is not held by claim 97`],
    ["sec.scan.request", { runId, nodeId, surprise: true }, "surprise"],
    ["branch.manage.request", { runId, nodeId }, "is paused"],
    ["node.run.request", { runId, nodeId: "T99" }, "is paused"],
  ];
  const before = { written: bench.written(), events: await bench.events(runId), calls: bench.modelCalls() };
  const turns = await ask(
    bench,
    refused.map(([type, payload]) => [type, payload] as const),
  );
  expect(turns.map(({ conclusion }) => conclusion)).toEqual(refused.map(() => "failure"));
  const errors = turns.flatMap((turn) => turn.errors).join("\n");
  for (const [, , words] of refused) expect(errors).toContain(words);
  expect(bench.written()).toEqual(before.written);
  expect(await bench.events(runId)).toEqual(before.events);
  expect(bench.modelCalls()).toBe(before.calls);
}, 240_000);
