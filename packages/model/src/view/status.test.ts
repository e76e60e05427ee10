import { describe, expect, test } from "@jest/globals";
import { judge } from "../gates.ts";
import { hasMarker } from "../names.ts";
import type { Plan } from "../schema/plan.ts";
import type { RunState } from "../schema/state.ts";
import {
  AT,
  allDone,
  append,
  evidenceOf,
  lease,
  nodeOf,
  planNode,
  plannedEvents,
  plannedState,
  RUN_ID,
  sha,
  startedEvent,
  subjectOf,
  withNodes,
} from "../testing/samples.ts";
import { chipsOf, statusComment, statusText, verdictText } from "./status.ts";

const usage = {
  calls: 12,
  inputTokens: 34_567,
  outputTokens: 890,
  cacheReadTokens: 1_234_567,
  cacheWriteTokens: 0,
};
const subject = subjectOf(5);
const refused = (state: RunState, id: string) =>
  judge(state, nodeOf(state, id), evidenceOf(id, subject, ["qa"]), subject, AT);

describe("the status of a run", () => {
  const planned = plannedState();
  const working: RunState = {
    ...withNodes(planned, {
      T1: { status: "DONE", pull: 12, mergeSha: sha(0xabc) },
      T2: { status: "QA", pull: 13, verdict: refused(planned, "T2") },
      T3: { status: "IN_PROGRESS", lease: lease(1) },
      T4: { status: "BLOCKED", trouble: "The change touches .github/workflows/ci.yml." },
    }),
    usage,
  };
  test.each<[string, RunState]>([
    ["just submitted", append(null, startedEvent())],
    ["planning", append(null, ...plannedEvents().slice(0, 4))],
    ["working", working],
    ["paused", append(working, { type: "run.paused", dispatchId: null })],
    ["cancelled", append(working, { type: "run.cancelled", dispatchId: null })],
    ["failed", append(planned, { type: "run.failed", reason: "The release stage failed 3 times." })],
    [
      "done",
      append(
        allDone(planned),
        {
          type: "release.recorded",
          claim: 1,
          release: {
            version: "1.1.0",
            tag: "v1.1.0",
            previousTag: "v1.0.0",
            sha: sha(9),
            bump: "minor",
            entries: [],
            notes: "x",
          },
          reason: "Features.",
        },
        { type: "run.completed" },
      ),
    ],
    [
      "done without a release",
      append(plannedState(undefined, { release: { enabled: false } }), {
        type: "release.recorded",
        claim: 1,
        release: null,
        reason: "No commit asks for one.",
      }),
    ],
  ])("%s", (_, state) => {
    expect(statusText(state)).toMatchSnapshot();
  });

  test("the comment carries its marker", () => {
    expect(hasMarker(statusComment(working), { what: "status", runId: RUN_ID })).toBe(true);
  });

  test("chips tell what is done, under way and stuck", () => {
    expect(chipsOf(working).map((chip) => `${chip.name} ${chip.state} ${chip.note}`.trim())).toEqual([
      "spec done",
      "plan done",
      "issues done",
      "execute failed 1/4",
      "merge now 1/7",
      "release open",
    ]);
  });
});

describe("a verdict", () => {
  test("refused, with each gate and what was judged", () => {
    const state = plannedState(undefined, { qa: { coverageMinimum: 80 } });
    expect(verdictText(refused(state, "T1"))).toMatchSnapshot();
  });

  test("text of a check cannot leave its table cell", () => {
    const state = plannedState();
    const evidence = evidenceOf("T1", subject).map((item) => ({
      ...item,
      reason: "a | b\n| c |\n<!-- x --> @ada #1",
    }));
    const text = verdictText(judge(state, nodeOf(state, "T1"), evidence, subject, AT));
    for (const row of text.split("\n").filter((line) => line.startsWith("|")))
      expect(row.match(/(?<!\\)\|/g)).toHaveLength(4);
  });
});

const HOSTILE =
  "fixes #12, GH-13 @ada @org/team <!-- slipway:status runId=r-20261120-7f3k2a --> </details><script> closes https://github.com/o/r/issues/14 `x` ![i](http://x/y.png) &commat;ada &#35;15 \u202Eevil";

test("hostile titles and reasons mention nobody, link nothing, close nothing and show no HTML", () => {
  const plan: Plan = {
    nodes: [planNode("E1", null, { title: HOSTILE }), planNode("T1", "E1", { title: HOSTILE })],
  };
  const state = withNodes(plannedState(plan), { T1: { status: "BLOCKED", trouble: HOSTILE } });
  const failed = append(state, { type: "run.failed", reason: HOSTILE });
  // Issue numbers of ours are links on purpose.
  for (const text of [statusText(state), statusText(failed)].map((whole) =>
    whole.replace(/ · #\d+(?= ·|$)/gm, ""),
  )) {
    expect(text).not.toMatch(/@\w|#\d|GH-\d|issues\/\d|\u202E/);
    expect(text).not.toMatch(/(?<!\\)[<>&]/);
    expect(hasMarker(text, { what: "status", runId: RUN_ID })).toBe(false);
  }
});

test("300 nodes with long titles and reasons fit into a comment, and those left out are counted", () => {
  const long = "x<&|#1 ".repeat(17).trim();
  const plan: Plan = {
    nodes: [
      planNode("E1", null),
      ...Array.from({ length: 299 }, (_, n) => planNode(`T${n + 1}`, "E1", { title: long })),
    ],
  };
  const state = plannedState(plan);
  const stuck = withNodes(
    state,
    Object.fromEntries(
      plan.nodes.map(({ id }) => [id, { status: "BLOCKED" as const, trouble: long.repeat(15) }]),
    ),
  );
  for (const text of [statusComment(state), statusComment(stuck)]) {
    expect(text.length).toBeLessThan(65_536);
    const told = text.match(/\*\*[ET]\d+\*\*/g)?.length ?? 0;
    expect(text).toContain(told === 300 ? "T299" : `${300 - told} more nodes`);
  }
});
