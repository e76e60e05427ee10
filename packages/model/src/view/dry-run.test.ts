import { describe, expect, test } from "@jest/globals";
import { treePlans } from "../testing/big-plans.ts";
import { dryRun, SCENE_PLAN } from "../testing/scenes.ts";
import { dryRunIssue } from "./dry-run.ts";

describe("the issue of a dry run", () => {
  test("a small plan", () => {
    expect(dryRunIssue(dryRun(SCENE_PLAN))).toMatchSnapshot();
  });

  test.each(Object.entries(treePlans()))("300 nodes, %s", (_, plan) => {
    expect(dryRunIssue(dryRun(plan))).toMatchSnapshot();
  });

  test("a plan that cannot be carried out says why", () => {
    const nodes = SCENE_PLAN.nodes.map((node) => (node.id === "T1" ? { ...node, dependsOn: ["T4"] } : node));
    const { body } = dryRunIssue(dryRun({ nodes }));
    expect(body).toContain("**FAIL** It cannot be carried out:\n\n- The plan can never finish");
  });

  test("gates follow the policy", () => {
    const state = dryRun(SCENE_PLAN);
    const policy = {
      ...state.policy,
      approval: "maintain" as const,
      review: { ...state.policy.review, required: false },
      budget: { calls: 500, outputTokens: 1_000_000 },
      qa: { ...state.policy.qa, test: "npm test", coverageMinimum: 80 },
    };
    const { body } = dryRunIssue({ ...state, policy });
    for (const row of [
      "| qa | all | test exits with 0 |",
      "| coverage | all | at least 80 % of lines |",
      "| review | tasks | off |",
      "| approval | the root | by a maintainer |",
      "| budget | the run | 500 model calls · 1,000,000 output tokens |",
    ])
      expect(body).toContain(row);
  });

  test("before there is a plan", () => {
    const { title, body } = dryRunIssue({ ...dryRun(SCENE_PLAN), spec: null, nodes: [] });
    expect(title).toBe("Dry run: Durations, please.");
    expect(body).toContain("There is none yet.");
  });
});
