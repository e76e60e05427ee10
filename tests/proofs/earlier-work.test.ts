/** What an agent did without getting through is kept, and the next attempt goes on from it. */
import { afterEach, expect, test } from "@jest/globals";
import { git } from "../e2e/support.ts";
import { agentOf, CONTENT_REVIEWER, openStages, type Stages } from "./stages.ts";

const LIMIT_MS = 480_000;

let stages: Stages;
afterEach(() => stages?.stop());

/** The turns of one attempt. */
function attempt(number: number, command: string) {
  return agentOf("T1", command).map((fixture) => ({
    ...fixture,
    match: { ...fixture.match, userMessage: `Slipway attempt: ${number}\n` },
  }));
}

test(
  "a change that does not pass its commands is gone on from by the next attempt, with what was tried",
  async () => {
    stages = await openStages({
      policy: "qa: { test: '! test -e farewell.txt || grep -q Goodbye farewell.txt' }\n",
      fixtures: [
        ...attempt(1, "echo Farewell. > farewell.txt; echo left > notes.txt"),
        // Neither file is in the repository: both are there because the first attempt had made them.
        ...attempt(
          2,
          "grep -q Farewell farewell.txt && grep -q left notes.txt && echo Goodbye. > farewell.txt",
        ),
        CONTENT_REVIEWER,
      ],
    });
    const runId = await stages.start();
    const turns = await stages.bench.turns();
    const node = await stages.node(runId, "T1");
    expect(node).toMatchObject({ status: "DONE", claims: 2, left: [] });
    const failed = (await stages.events(runId)).filter(({ type }) => type === "node.failed");
    expect(failed).toMatchObject([{ nodeId: "T1", claim: 1, brokeOff: true }]);
    expect(git(stages.bench.bare, "show", "main:farewell.txt")).toBe("Goodbye.");
    expect(git(stages.bench.bare, "show", "main:notes.txt")).toBe("left");
    expect(turns.filter(({ conclusion }) => conclusion !== "success")).toHaveLength(1);
  },
  LIMIT_MS,
);
