/** A person takes hold of a run: pause, resume, cancel, and the same request sent twice. */
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { foldEvents, runStateOf } from "@slipway/model";
import { startRequest } from "../../packages/cli/src/start/dispatch.ts";
import { openBench, type TestBench } from "./bench.ts";
import { ONE_TASK, type Place, repositoryFrom } from "./repositories.ts";
import { git } from "./support.ts";

let place: Place;
let bench: TestBench;
beforeAll(async () => {
  place = repositoryFrom(join(ONE_TASK, "repository"));
  bench = await openBench({ repo: place.repo, fixtures: join(ONE_TASK, "fixtures.json") });
}, 60_000);
afterAll(async () => {
  await bench?.stop();
  place?.remove();
});

const stateOf = async (runId: string) => foldEvents(null, await bench.events(runId));
const typesOf = async (runId: string) => (await bench.events(runId)).map(({ event }) => event.type);

/** Every workflow run since the last time ended well. */
async function quiet() {
  const turns = await bench.turns();
  expect(turns.flatMap(({ errors }) => errors)).toEqual([]);
  expect(turns.filter(({ conclusion }) => conclusion !== "success")).toEqual([]);
  return turns;
}

test("a run that is paused after its specification begins nothing, keeps what it has, and reaches DONE when it is resumed", async () => {
  const { runId, dispatchId } = startRequest("Say goodbye.", new Date());
  const start = { version: 1, dispatchId, idea: "Say goodbye." };
  await bench.dispatch("orchestrator.start", start);
  await bench.until(runId, "spec.recorded");
  await bench.dispatch("orchestrator.pause", { runId });
  await quiet();
  expect(runStateOf(await stateOf(runId))).toBe("PAUSED");
  const before = bench.written();

  // Neither a replayed start nor a stray turn wakes it.
  await bench.dispatch("orchestrator.start", start);
  await bench.dispatch("orchestrator.advance", { runId });
  await bench.dispatch("orchestrator.pause", { runId });
  await quiet();
  expect(bench.written()).toEqual(before);

  await bench.dispatch("orchestrator.resume", { runId });
  await quiet();
  expect(runStateOf(await stateOf(runId))).toBe("DONE");
  const types = await typesOf(runId);
  const [paused, resumed] = [types.indexOf("run.paused"), types.indexOf("run.resumed")];
  expect(types.filter((type) => type === "run.paused" || type === "run.resumed")).toHaveLength(2);
  expect(types.slice(paused, resumed).filter((type) => /claimed/.test(type))).toEqual([]);
  // What was paid for before the pause was not paid for again.
  expect(types.filter((type) => type === "spec.recorded" || type === "plan.recorded")).toEqual([
    "spec.recorded",
    "plan.recorded",
  ]);
  expect(git(bench.bare, "show", "main:farewell.txt")).toBe("Goodbye.");

  const done = bench.written();
  await bench.dispatch("orchestrator.start", start);
  await quiet();
  expect(bench.written()).toEqual(done);
}, 240_000);

test("a run that a person starts by the form, and cancels while an agent works, stops there", async () => {
  const known = bench.runIds();
  const main = git(bench.bare, "rev-parse", "main");
  const form = (inputs: Record<string, string>) =>
    bench.post("actions/workflows/slipway.yml/dispatches", { ref: "main", inputs });
  expect(await form({ command: "start", idea: "Say goodbye." })).toMatchObject({ status: 204 });
  const runId = await bench.newRun(known);
  await bench.until(runId, "node.claimed");
  expect(await form({ command: "cancel", "run-id": runId })).toMatchObject({ status: 204 });
  await quiet();
  const state = await stateOf(runId);
  expect(runStateOf(state)).toBe("CANCELLED");
  const types = await typesOf(runId);
  expect(types).not.toContain("node.published");
  expect(types).not.toContain("node.merged");
  expect(types.slice(types.indexOf("run.cancelled")).filter((type) => /claimed/.test(type))).toEqual([]);
  expect(git(bench.bare, "rev-parse", "main")).toBe(main);
  expect(JSON.stringify(bench.written())).toContain(`## Slipway · CANCELLED`);

  // It stays so, and says so.
  const before = bench.written();
  await bench.dispatch("orchestrator.resume", { runId });
  const [refused] = await bench.turns();
  expect(refused).toMatchObject({ conclusion: "failure" });
  expect(refused?.errors.join("\n")).toContain(`Run ${runId} was cancelled: start a new one.`);
  expect(bench.written()).toEqual(before);
}, 240_000);
