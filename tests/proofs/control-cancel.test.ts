/** Cancel in each stage: nothing begins any more, nothing is merged or released, and what is there stays. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { git } from "../e2e/support.ts";
import { agentOf, CONTENT_REVIEWER, openStages, type Stages } from "./stages.ts";

const LIMIT_MS = 480_000;
const GATE = "T1 / Integrate / Gate / Gate";

let stages: Stages;
/** Everything that a person could miss afterwards. */
const standing = (runId: string) => {
  const { bare } = stages.bench;
  const { issues, pulls, releases } = stages.made(runId);
  return { main: git(bare, "rev-parse", "main"), issues, pulls, releases, calls: stages.bench.modelCalls() };
};

/** Halts the job there, cancels, lets it go on, and says what is there once all is quiet. */
async function cancelledAt(job: string, request: string): Promise<string> {
  const halt = stages.halt(job, request);
  const runId = await stages.start();
  await halt.reached;
  await stages.send("cancel", { runId });
  await stages.until(runId, "run.cancelled", 1);
  const then = standing(runId);
  halt.release();
  await stages.quiet();
  expect(await stages.name(runId)).toBe("CANCELLED");
  const types = await stages.types(runId);
  const after = types.slice(types.indexOf("run.cancelled"));
  expect(after.filter((type) => /claimed|merged|completed|failed|blocked|release\./.test(type))).toEqual([]);

  const now = standing(runId);
  expect({ ...now, issues: [], pulls: [] }).toEqual({ ...then, issues: [], pulls: [] });
  const state = await stages.state(runId);
  const held = [...state.nodes, ...Object.values(state.stages)].filter(({ lease }) => lease !== null);
  expect(held).toEqual([]);
  for (const { branch } of state.nodes)
    if (branch !== null) expect(git(stages.bench.bare, "rev-parse", `refs/heads/${branch}`)).toHaveLength(40);
  return runId;
}

describe("a run whose change passes", () => {
  const runs = new Map<string, string>();
  beforeAll(async () => {
    const policy = "qa: { test: grep -q Hello greeting.txt }\nreview: { required: false }\n";
    stages = await openStages({ policy });
  }, 60_000);
  afterAll(() => stages?.stop());

  test.each([
    ["Spec / Draft", "artifact CreateArtifact"],
    ["Plan / Draft", "artifact CreateArtifact"],
    ["Issues / Sync", "POST /repos/{owner}/{repo}/issues"],
    ["T1 / Execute / Execute", "artifact CreateArtifact"],
    ["T1 / Integrate / Publish / Publish", "POST /repos/{owner}/{repo}/pulls"],
    ["T1 / Integrate / QA / QA", "artifact CreateArtifact"],
    ["T1 / Integrate / Scan / Scan", "artifact CreateArtifact"],
    [GATE, "POST /repos/{owner}/{repo}/check-runs"],
    ["Release / Release", "git upload-pack"],
  ])(
    "cancelled while %s is at work",
    async (job, request) => {
      runs.set(job, await cancelledAt(job, request));
    },
    LIMIT_MS,
  );

  test(
    "what is asked of it after that is refused, and changes nothing",
    async () => {
      const runId = runs.get(GATE) ?? "";
      const { subject } = await stages.node(runId, "T1");
      const events = await stages.events(runId);
      // A job that ends late may ask for a turn in good faith: it shows what is there now.
      await stages.send("advance", { runId });
      await stages.quiet();
      const before = stages.bench.written();
      const asked = [
        ["pause", {}],
        ["resume", {}],
        ["retry", { nodeId: "T1" }],
        ["approve", { nodeId: "T1", headSha: subject?.headSha }],
        ["cancel", {}],
      ] as const;
      for (const [command, payload] of asked) await stages.send(command, { runId, ...payload });
      const turns = await stages.bench.turns();
      // Whoever cancels twice has what they want.
      const ended = ["failure", "failure", "failure", "failure", "success"];
      expect(turns.map(({ conclusion }) => conclusion)).toEqual(ended);
      for (const { errors } of turns.slice(0, 4))
        expect(errors.join("\n")).toContain(`Run ${runId} was cancelled: start a new one.`);
      expect(turns.flatMap(({ ran }) => ran).filter((name) => !/Decide|Audit/.test(name))).toEqual([]);
      expect(await stages.events(runId)).toEqual(events);
      expect(stages.bench.written()).toEqual(before);
    },
    LIMIT_MS,
  );
});

describe("a run whose change fails", () => {
  beforeAll(async () => {
    const policy = "qa: { test: '! grep -qs Never farewell.txt' }\nexecute: { commands: [] }\n";
    const fixtures = [...agentOf("T1", "echo Never. > farewell.txt"), CONTENT_REVIEWER];
    stages = await openStages({ policy, fixtures });
  }, 60_000);
  afterAll(() => stages?.stop());

  test.each([
    ["T1 / Integrate / Review / Review", "artifact CreateArtifact"],
    ["T1 / Integrate / Defect / File", "POST /repos/{owner}/{repo}/issues"],
  ])(
    "cancelled while %s is at work",
    async (job, request) => {
      await cancelledAt(job, request);
    },
    LIMIT_MS,
  );
});
