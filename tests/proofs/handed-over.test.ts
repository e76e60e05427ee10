/** Jobs that are killed after others have handed over what they were paid for: it is gone on from, and not paid for again. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { git } from "../e2e/support.ts";
import { agentOf, CONTENT_REVIEWER, openStages, type Stages } from "./stages.ts";

const POLICY = "qa: { test: grep -q Hello greeting.txt }\n";
/** Specification, plan, three turns of the agent, one review. */
const CALLS = 6;
const LIMIT_MS = 400_000;

let stages: Stages;
beforeAll(async () => {
  const fixtures = [...agentOf("T1", "echo Goodbye. > farewell.txt"), CONTENT_REVIEWER];
  stages = await openStages({ policy: POLICY, fixtures });
}, 60_000);
afterAll(() => stages?.stop());

async function endsAsEver(runId: string, calls: number): Promise<void> {
  expect(await stages.name(runId)).toBe("DONE");
  expect(stages.bench.modelCalls()).toBe(calls);
  // On the account once, too.
  expect((await stages.state(runId)).usage.calls).toBe(CALLS);
  expect(git(stages.bench.bare, "show", "main:farewell.txt")).toBe("Goodbye.");
  const made = stages.made(runId);
  for (const list of [made.issues, made.pulls, made.checks, made.reviews, made.comments])
    expect(new Set(list).size).toBe(list.length);
}

test(
  "a process killed before it could record or publish what was handed over, or judge it",
  async () => {
    const struck = Promise.all([
      stages.strike("Spec / Record", "git receive-pack"),
      stages.strike("Plan / Record", "git receive-pack"),
      stages.strike("T1 / Integrate / Publish / Publish", "POST /repos/{owner}/{repo}/git/trees"),
      stages.strike("T1 / Integrate / Gate / Gate", "git receive-pack"),
    ]);
    const runId = await stages.start();
    await struck;
    await stages.bench.turns();
    await endsAsEver(runId, CALLS);
    const events = await stages.events(runId);
    const broke = events.filter((event) => "brokeOff" in event && event.brokeOff);
    expect(
      broke.map((event) => ("stage" in event ? event.stage : "nodeId" in event && event.nodeId)),
    ).toEqual(["spec", "plan", "T1", "T1"]);
    const commits = git(
      stages.bench.bare,
      "log",
      "--no-merges",
      "--format=%(trailers:key=Slipway-Node,valueonly)",
      "main",
    );
    expect(commits.split("\n").filter(Boolean)).toEqual(["T1"]);
  },
  LIMIT_MS,
);
