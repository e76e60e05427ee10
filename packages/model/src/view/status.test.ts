import { describe, expect, test } from "@jest/globals";
import { judge } from "../gates.ts";
import { hasMarker } from "../names.ts";
import type { RunState } from "../schema/state.ts";
import { bigScenes } from "../testing/big-scenes.ts";
import { moreScenes } from "../testing/more-scenes.ts";
import {
  evidenceOf,
  judgingOf,
  lease,
  nodeOf,
  plannedState,
  RUN_ID,
  subjectOf,
  withNodes,
} from "../testing/samples.ts";
import { scenes } from "../testing/scenes.ts";
import { chipsOf } from "./chips.ts";
import { statusComment, statusText } from "./status.ts";
import { verdictText } from "./verdict.ts";
import { waitsOf } from "./waits.ts";

const VIEW = { serverUrl: "https://github.com", identity: "Acted as `github-actions[bot]`." };
const sceneOf = (name: string): RunState => {
  const found = scenes().find((scene) => scene.name === name);
  if (!found) throw new Error(`There is no scene ${name}.`);
  return found.state;
};

describe("the status of a run", () => {
  test.each([...scenes(), ...moreScenes()])("$name", ({ state }) => {
    expect(statusText(state, VIEW)).toMatchSnapshot();
  });

  test.each(bigScenes())("$name", ({ state }) => {
    expect(statusComment(state, VIEW)).toMatchSnapshot();
  });

  test("a verdict is told in the words of the check run and of the job's summary", () => {
    const told = [...scenes(), ...moreScenes(), ...bigScenes()].flatMap(({ state }) => {
      const open = state.nodes.filter(
        ({ status, verdict, subject }) =>
          status !== "DONE" && verdict && verdict.subject.headSha === subject?.headSha,
      );
      const comment = statusComment(state);
      return open.flatMap(({ plan, verdict }) => {
        const [bold = ""] =
          verdict && verdict.outcome !== "mergeable" ? verdictText(verdict).split("\n") : [];
        const words = bold.replaceAll("**", "");
        if (words !== "") expect([plan.id, comment]).toEqual([plan.id, expect.stringContaining(words)]);
        return words === "" ? [] : [words];
      });
    });
    expect(told.length).toBeGreaterThan(10);
  });

  test("the comment carries its marker", () => {
    expect(hasMarker(statusComment(sceneOf("working")), { what: "status", runId: RUN_ID })).toBe(true);
  });

  test("without a server's address workflow runs are named, not linked", () => {
    expect(statusText(sceneOf("working"))).toContain("workflow run 9001");
    expect(statusText(sceneOf("working"))).not.toContain("actions/runs/9001");
    expect(statusText(sceneOf("working"), { serverUrl: "https://ghe.example/" })).toContain(
      "(https://ghe.example/ada/durations/actions/runs/9001)",
    );
  });
});

describe("chips", () => {
  const chips = (state: RunState) =>
    chipsOf(state).map((chip) => `${chip.name} ${chip.state} ${chip.note}`.trim());

  test("tell what is done, under way and stuck", () => {
    expect(chips(sceneOf("blocked"))).toEqual([
      "spec done",
      "plan done",
      "issues done",
      "execute failed 3/7",
      "review failed 1/7",
      "qa now 1/10",
      "scan now 1/10",
      "merge now 1/10",
      "release open",
    ]);
  });

  test("stages that do not apply are not shown", () => {
    const state = plannedState(undefined, { release: { enabled: false }, review: { required: false } });
    expect(chips(state).map((chip) => chip.split(" ")[0])).toEqual([
      "spec",
      "plan",
      "issues",
      "execute",
      "qa",
      "scan",
      "merge",
    ]);
    expect(chips({ ...state, dryRun: true })).toEqual(["spec done", "plan done", "issues done"]);
  });
});

describe("what a run waits for", () => {
  const waits = (state: RunState) =>
    waitsOf(state)
      .filter((wait) => wait.on !== "node")
      .map((wait) => `${wait.on}: ${wait.whom}: ${wait.nodeId}`);

  test.each<[string, string[]]>([
    ["submitted", []],
    ["waiting for a check", ["check: required checks: T1"]],
    ["waiting for approval", ["person: a maintainer or the team parsers: E1"]],
    ["blocked", ["person: someone who may write: T3", "person: someone who may write: T4"]],
    ["set aside", ["person: someone who may write: T5"]],
    ["budget used up", ["person: someone who may write: null"]],
    ["paused", ["person: someone who may write: null"]],
    ["failed", ["person: someone who may write: null"]],
    ["done", []],
    ["cancelled", []],
  ])("%s", (name, expected) => {
    expect(waits(sceneOf(name))).toEqual(expected);
  });

  test("nodes, by name, with where those stand", () => {
    const texts = waitsOf(sceneOf("working")).map((wait) => wait.text);
    expect(texts).toContain("**T2** waits for D1 (🔵)");
  });

  test("a node that order and a dependency put first is named once", () => {
    const planned = sceneOf("planned");
    const nodes = planned.nodes.map((node) =>
      node.plan.id === "T2" ? { ...node, plan: { ...node.plan, orderIndex: 9, dependsOn: ["T1"] } } : node,
    );
    const texts = waitsOf({ ...planned, nodes }).map((wait) => wait.text);
    expect(texts).toContain("**T2** waits for T1 (⚪)");
  });

  test("nodes that starve first", () => {
    const starving = withNodes(sceneOf("planned"), {
      T1: { status: "BLOCKED", trouble: "It did not work." },
    });
    const [first] = waitsOf(starving).flatMap((wait) => (wait.on === "node" ? [wait.text] : []));
    expect(first).toBe("**T2** cannot start before T1 (🔴), which a person has to move");
  });

  test("what is claimed at this moment waits for nobody", () => {
    const state = sceneOf("waiting for approval");
    expect(waitsOf(withNodes(state, { E1: { lease: lease(2) } }))).toEqual([]);
  });
});

describe("a verdict", () => {
  const subject = subjectOf(5);

  test("refused, with each gate, its link and what was judged", () => {
    const state = plannedState(undefined, { qa: { coverageMinimum: 80 } });
    const node = { ...nodeOf(state, "T1"), pull: 12 };
    expect(
      verdictText(judge(state, node, evidenceOf("T1", subject, ["qa"]), judgingOf(subject))),
    ).toMatchSnapshot();
  });

  test("text of a check cannot leave its table cell", () => {
    const state = plannedState();
    const evidence = evidenceOf("T1", subject).map((item) => ({
      ...item,
      reason: "a | b\n| c |\n<!-- x --> @ada #1",
    }));
    const text = verdictText(judge(state, nodeOf(state, "T1"), evidence, judgingOf(subject)));
    for (const row of text.split("\n").filter((line) => line.startsWith("|")))
      expect(row.match(/(?<!\\)\|/g)).toHaveLength(3);
  });
});
