import { expect, test } from "@jest/globals";
import { NO_USAGE } from "../schema/common.ts";
import type { RunState } from "../schema/state.ts";
import { scenes } from "../testing/scenes.ts";
import { agentsText, makerText, runAgentsText } from "./agents.ts";

test("who was asked, in a line", () => {
  expect(agentsText(["code-reviewer", "qa-tester"])).toBe("Agents: `code-reviewer`, `qa-tester`.");
  expect(agentsText(["spec-writer"])).toBe("Agent: `spec-writer`.");
  expect([agentsText(undefined), agentsText([])]).toEqual(["", ""]);
});

test("who made a change, by what, and how that ended", () => {
  expect(makerText({ agent: "refactorer", executor: "http", ending: "time" })).toBe(
    "Made by the agent `refactorer`, by the executor `http`. Its work ended: `time`.",
  );
  expect(makerText({})).toBe("");
});

test("a run names the agents of its stages, each once; what nobody was asked for is left out", () => {
  const scene = scenes().find(({ name }) => name === "done")?.state;
  if (!scene) throw new Error("There is no such scene.");
  expect(runAgentsText(scene)).toBe("");
  const made = { agent: "developer-implementer", ending: null, notes: [], usage: NO_USAGE };
  const state: RunState = {
    ...scene,
    stages: { ...scene.stages, spec: { ...scene.stages.spec, agents: ["spec-writer"] } },
    nodes: scene.nodes.map((node, index) => ({
      ...node,
      made: { ...made, executor: index === 0 ? "command" : "builtin" },
    })),
  };
  expect(runAgentsText(state)).toBe(
    "Agents: spec `spec-writer` · execute `developer-implementer` (command), `developer-implementer`",
  );
});
