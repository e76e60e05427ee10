/** A base that never rests: after so many rounds a person is asked, once, and can have it go on. */
import { afterEach, expect, test } from "@jest/globals";
import type { FaultHook } from "@slipway/local-github";
import type { TestBench } from "../e2e/bench.ts";
import { commitOn, git } from "../e2e/support.ts";
import { type GateBench, isDone, runGates } from "./gates.ts";

let run: GateBench;
afterEach(() => run?.stop());

test("the base moves each time QA has passed: in the fifth round the node is BLOCKED, and a retry brings it on", async () => {
  const moved: string[] = [];
  let restless = true;
  const faults =
    (bench: () => TestBench): FaultHook =>
    ({ method, route }) => {
      // The verdict was computed, and is about to be shown.
      if (!restless || method !== "POST" || route !== "/repos/{owner}/{repo}/check-runs") return undefined;
      const { bare } = bench();
      const base = git(bare, "for-each-ref", "--format=%(refname:short)", "refs/heads/epic/*");
      const name = `pushed-${moved.length + 1}.txt`;
      moved.push(commitOn(bare, base, { [name]: "By a person.\n" }, "docs: a note"));
      return undefined;
    };
  run = await runGates({ faults });
  const { bench } = run;
  expect(moved).toHaveLength(5);
  const blocked = await run.node("T1");
  const reason =
    "The base of T1 moved 5 times in a row while the change was checked: someone pushes faster than it can be tested. Let the branch rest, then `retry T1`.";
  expect(blocked).toMatchObject({ status: "BLOCKED", lease: null, failures: 0, trouble: reason });
  const told = async () =>
    (await run.comments("T1")).filter((body) => body.includes("moved 5 times in a row"));
  expect(await told()).toHaveLength(1);

  // Nobody asks again, and nothing is tried again, until that person acts.
  await run.command("orchestrator.sweep", { runId: run.runId });
  expect(await told()).toHaveLength(1);
  expect((await run.comments("T1")).length).toBe(1);
  expect((await run.node("T1")).claims).toBe(blocked.claims);
  const events = (await bench.events(run.runId)).map(({ event }) => event);
  const given = events.flatMap((event) =>
    event.type === "node.released" && event.nodeId === "T1" ? [event.reason] : [],
  );
  expect(given).toEqual(
    [1, 2, 3, 4].map(
      (round) => `The base moved while the change was checked: it is checked again (${round} of 4).`,
    ),
  );
  const executed = events.filter((event) => event.type === "node.claimed" && event.mode === "execute");
  expect(executed).toHaveLength(1);

  restless = false;
  const calls = bench.modelCalls();
  await run.command("orchestrator.retry", { runId: run.runId, nodeId: "T1" });
  expect(await isDone(run)).toBe(true);
  expect(bench.modelCalls()).toBe(calls);
  // What the person pushed and what the agent made are both there.
  expect(git(bench.bare, "ls-tree", "--name-only", "main").split("\n")).toEqual(
    expect.arrayContaining(["farewell.txt", ...moved.map((_, index) => `pushed-${index + 1}.txt`)]),
  );
  const pulls = [...bench.github.repository(bench.repository).issues.values()].filter(({ pull }) => pull);
  expect(pulls).toHaveLength(2);
}, 300_000);
