/** Writing stages asked for by themselves while a run waits for a person: each claims the node and does its part. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { NodeState } from "@slipway/model";
import { startRequest } from "../../packages/cli/src/start/dispatch.ts";
import { openBench, type TestBench, type Turn } from "../e2e/bench.ts";
import { ONE_TASK, type Place, repositoryFrom } from "../e2e/repositories.ts";
import { ask, stateOf } from "./alone.ts";

let place: Place;
let bench: TestBench;
let runId: string;
/** So many looks for pull requests are refused. */
let refusals = 0;
beforeAll(async () => {
  place = repositoryFrom(join(ONE_TASK, "repository"), (repo) => {
    const policy = join(repo, ".github/slipway.yml");
    writeFileSync(policy, `${readFileSync(policy, "utf8")}approval: write\n`);
  });
  bench = await openBench({
    repo: place.repo,
    fixtures: join(ONE_TASK, "fixtures.json"),
    faults: ({ method, path }) => {
      if (refusals === 0 || method !== "GET" || !/\/pulls(\/\d+)?$/.test(path)) return undefined;
      refusals--;
      return { kind: "respond", status: 403, body: { message: "Forbidden for a moment" } };
    },
  });
  const request = startRequest("Say goodbye.", new Date());
  runId = request.runId;
  await bench.dispatch("orchestrator.start", {
    version: 1,
    dispatchId: request.dispatchId,
    idea: "Say goodbye.",
  });
  await bench.turns();
  expect((await root()).verdict?.outcome).toBe("waiting");
}, 240_000);
afterAll(async () => {
  await bench?.stop();
  place?.remove();
});

const root = async () => (await stateOf(bench, runId)).nodes[0] as NodeState;
const calm = (turns: readonly Turn[]) => {
  expect(turns.flatMap(({ errors }) => errors)).toEqual([]);
  expect(turns.filter(({ conclusion }) => conclusion !== "success")).toEqual([]);
};

test.each([
  ["merge.gate.request", "node.judged"],
  ["branch.manage.request", "node.published"],
  ["node.integrate.request", "node.judged"],
  ["node.run.request", "node.judged"],
])(
  "%s claims the node, does its part, and the run waits as before",
  async (type, event) => {
    const before = await bench.events(runId);
    calm(await ask(bench, [[type, { runId, nodeId: "E1" }]]));
    const after = (await bench.events(runId)).slice(before.length).map((record) => record.event.type);
    expect(after[0]).toBe("node.claimed");
    expect(after).toContain(event);
    expect(await root()).toMatchObject({ lease: null, verdict: { outcome: "waiting" } });
  },
  180_000,
);

test("node.integrate.request that breaks off gives its claim back, and the run goes on from there", async () => {
  const before = await bench.events(runId);
  refusals = 1;
  const turns = await ask(bench, [["node.integrate.request", { runId, nodeId: "E1" }]]);
  expect(refusals).toBe(0);
  expect(turns.filter(({ conclusion }) => conclusion !== "success")).toHaveLength(1);
  expect(turns.flatMap(({ ran }) => ran)).toContain("slipway / Stage / Integrate / Settle");
  const after = (await bench.events(runId)).slice(before.length).map((record) => record.event.type);
  expect(after[0]).toBe("node.claimed");
  expect(after).toContain("node.failed");
  expect(await root()).toMatchObject({ lease: null, verdict: { outcome: "waiting" } });
}, 180_000);

test("what the node is not ready for is refused, and nothing is written", async () => {
  const before = { written: bench.written(), events: await bench.events(runId) };
  const turns = await ask(bench, [
    ["qa.defect.file.request", { runId, nodeId: "E1" }],
    ["node.run.request", { runId, nodeId: "T1" }],
  ]);
  const errors = turns.flatMap((turn) => turn.errors).join("\n");
  expect(errors).toContain("E1 has no refused verdict");
  expect(errors).toContain("T1 is DONE");
  expect(bench.written()).toEqual(before.written);
  expect(await bench.events(runId)).toEqual(before.events);
}, 120_000);

test("once it is approved, the run goes on to its merge", async () => {
  const { subject } = await root();
  calm(await ask(bench, [["orchestrator.approve", { runId, nodeId: "E1", headSha: subject?.headSha }]]));
  expect((await root()).status).toBe("DONE");
}, 180_000);
