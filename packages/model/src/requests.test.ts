import { describe, expect, test } from "@jest/globals";
import { isStageRequest, parseRequest } from "./requests.ts";
import { REQUEST_TYPES } from "./schema/request.ts";

const RUN = "r-20261120-7f3k2a";
const SHA = "a".repeat(40);
const reasonOf = (type: string, payload: unknown) => {
  const parsed = parseRequest(type, payload);
  return parsed.ok ? "" : parsed.reason;
};

test("a stage is told from a command by its type", () => {
  expect(REQUEST_TYPES.every(isStageRequest)).toBe(true);
  expect(isStageRequest("orchestrator.start")).toBe(false);
});

describe("what is read", () => {
  test.each<[string, object, object]>([
    ["ai.spec.request", { idea: " Weeks. " }, { idea: "Weeks." }],
    ["ai.spec.request", { runId: RUN, claim: "2" }, { runId: RUN, claim: 2 }],
    ["ai.plan.request", { version: 1, runId: RUN }, { runId: RUN }],
    ["qa.run.request", { runId: RUN, nodeId: "T1" }, { nodeId: "T1" }],
    ["qa.run.request", { runId: RUN, nodeId: "T1", headSha: SHA, baseSha: SHA, claim: 3 }, { headSha: SHA }],
    ["node.run.request", { runId: RUN, nodeId: "T1", mode: "verify", review: "true" }, { review: true }],
    ["audit.emit.request", { runId: RUN }, { runId: RUN }],
  ])("%s %j", (type, payload, part) => {
    expect(parseRequest(type, payload)).toEqual({
      ok: true,
      value: expect.objectContaining({ ...part, type }),
    });
  });
});

describe("what is refused, with a sentence", () => {
  test.each<[string, unknown, string]>([
    ["ai.spce.request", {}, "Use one of ai.spec.request, ai.plan.request"],
    ["ai.spec.request", {}, "give either an idea"],
    ["ai.spec.request", { idea: "x", runId: RUN, claim: 1 }, "give either an idea"],
    ["ai.spec.request", { runId: RUN }, "give either an idea"],
    ["ai.spec.request", { idea: "  " }, "the idea is empty"],
    ["ai.spec.request", { idea: "x".repeat(60_001) }, "the idea is longer than"],
    ["ai.plan.request", { runId: "7" }, "a run id looks like"],
    ["ai.plan.request", {}, "runId"],
    ["ai.plan.request", { runId: RUN, surprise: 1 }, "surprise"],
    ["agent.execute.request", { runId: RUN }, "nodeId"],
    ["agent.execute.request", { runId: RUN, nodeId: "X1" }, "a node id looks like"],
    ["qa.run.request", { runId: RUN, nodeId: "T1", headSha: SHA }, "give both or neither"],
    ["qa.run.request", { runId: RUN, nodeId: "T1", headSha: "abc", baseSha: SHA }, "40 hex digits"],
    ["merge.gate.request", { runId: RUN, nodeId: "T1", claim: "one" }, "claim"],
    ["release.notes.request", { runId: RUN, claim: 0 }, "claim"],
    ["audit.emit.request", "text", "must be a JSON object"],
    ["audit.emit.request", null, "must be a JSON object"],
    ["audit.emit.request", [], "must be a JSON object"],
    ["audit.emit.request", { a: "x".repeat(70_000) }, "GitHub allows 65535"],
    ["audit.emit.request", Object.fromEntries("abcdefghijk".split("").map((k) => [k, 1])), "11 properties"],
  ])("%s %#", (type, payload, words) => {
    expect(reasonOf(type, payload)).toContain(words);
  });
});
