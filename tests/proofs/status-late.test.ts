/** A status comment that no turn could draw: the sweep draws it, also of a run that is over. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { agentOf, openStages, type Stages } from "./stages.ts";

const POLICY = "qa: { test: grep -q Hello greeting.txt }\nreview: { required: false }\n";

let stages: Stages;
beforeAll(async () => {
  stages = await openStages({ policy: POLICY, fixtures: agentOf("T1", "echo Goodbye. > farewell.txt") });
}, 60_000);
afterAll(() => stages?.stop());

const statuses = () => {
  const { issues } = stages.bench.github.repository(stages.bench.repository);
  return [...issues.values()]
    .flatMap(({ comments }) => comments.map(({ body }) => body))
    .filter((body) => body.includes("<!-- slipway:status "));
};

test("it is there after the next sweep, once, and further sweeps write nothing", async () => {
  const list = "GET /repos/{owner}/{repo}/issues/{issue_number}/comments";
  const allow = stages.refuse("Decide", list);
  const runId = await stages.start();
  await stages.bench.turns();
  expect(await stages.name(runId)).toBe("DONE");
  expect(statuses()).toEqual([]);
  allow();
  for (const _ of [1, 2]) {
    await stages.send("sweep");
    await stages.bench.turns();
  }
  expect(statuses()).toEqual([expect.stringContaining("## Slipway · DONE")]);
  const { journal } = stages.bench.github;
  const last = journal.slice(journal.findLastIndex(({ path }) => path.endsWith("/dispatches")));
  expect(last.filter(({ method, path }) => method !== "GET" && path.includes("/issues"))).toEqual([]);
}, 400_000);
