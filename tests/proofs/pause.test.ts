/** A pause in the midst of work: it ends quietly, what was done is kept, and the next one goes on from there. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { foldEvents, type RunState, runStateOf } from "@slipway/model";
import { startRequest } from "../../packages/cli/src/start/dispatch.ts";
import { openBench, type TestBench } from "../e2e/bench.ts";
import { ONE_TASK, type Place, repositoryFrom } from "../e2e/repositories.ts";
import { git } from "../e2e/support.ts";

/** Longer than an execution waits between two looks at the control flag. */
const SECONDS = 22;
/** What the agent does first is there when it is stopped; told to go on, it finds that and does the rest. */
const COMMAND = `if [ -f farewell.txt ]; then echo Later. > later.txt; else echo Goodbye. > farewell.txt && sleep ${SECONDS}; fi`;

let place: Place;
let bench: TestBench;
beforeAll(async () => {
  place = repositoryFrom(join(ONE_TASK, "repository"));
  const fixtures = join(place.folder, "fixtures.json");
  const text = readFileSync(join(ONE_TASK, "fixtures.json"), "utf8");
  writeFileSync(fixtures, text.replace("echo Goodbye. > farewell.txt", COMMAND));
  bench = await openBench({ repo: place.repo, fixtures });
}, 60_000);
afterAll(async () => {
  await bench?.stop();
  place?.remove();
});

const stateOf = async (runId: string): Promise<RunState> => foldEvents(null, await bench.events(runId));
const typesOf = async (runId: string) => (await bench.events(runId)).map(({ event }) => event.type);
const start = async () => {
  const { runId, dispatchId } = startRequest("Say goodbye.", new Date());
  await bench.dispatch("orchestrator.start", { version: 1, dispatchId, idea: "Say goodbye." });
  return runId;
};
async function quiet(): Promise<string> {
  const turns = await bench.turns();
  expect(turns.flatMap(({ errors }) => errors)).toEqual([]);
  expect(turns.filter(({ conclusion }) => conclusion !== "success")).toEqual([]);
  return turns.map(({ summary }) => summary).join("\n");
}

test("an agent that is stopped half-way leaves its work on the branch, and the next one ends it", async () => {
  const runId = await start();
  // Specification, plan, and the agent's first turn: its command is at work now.
  while (bench.modelCalls() < 3) await sleep(50);
  await bench.dispatch("orchestrator.pause", { runId });
  expect(await quiet()).toContain("The run was paused.");
  const paused = await stateOf(runId);
  const task = paused.nodes.find((node) => node.plan.id === "T1");
  expect(runStateOf(paused)).toBe("PAUSED");
  // Given back, paid for, not counted as a failure, and kept.
  expect(task).toMatchObject({ lease: null, failures: 0, pull: null });
  expect(task?.usage.calls).toBeGreaterThan(0);
  expect(git(bench.bare, "show", `${task?.branch}:farewell.txt`)).toBe("Goodbye.");

  await bench.dispatch("orchestrator.resume", { runId });
  await quiet();
  expect(runStateOf(await stateOf(runId))).toBe("DONE");
  expect(git(bench.bare, "show", "main:farewell.txt")).toBe("Goodbye.");
  expect(git(bench.bare, "show", "main:later.txt")).toBe("Later.");
  expect((await typesOf(runId)).filter((type) => type === "node.failed")).toEqual([]);
}, 240_000);
