import { describe, expect, test } from "@jest/globals";
import { CHANGE_TYPES, type NodeKind } from "@slipway/model";
import { agentOf, embeddedCatalog } from "./catalog.ts";
import { agentFor } from "./choose.ts";
import {
  AGENT_NAMES,
  AGENT_STAGES,
  type AgentName,
  type AgentStage,
  type ChangeType,
  WORKING_STAGES,
} from "./schema.ts";

const KINDS = ["epic", "feature", "task", "defect"] as const satisfies readonly NodeKind[];

describe("agentFor", () => {
  test.each<[AgentStage, ChangeType | null, NodeKind | null, AgentName]>([
    ["spec", null, null, "spec-writer"],
    ["spec", "feat", "task", "acceptance-criteria-author"],
    ["plan", null, null, "issue-planner"],
    ["plan", "feat", "epic", "roadmap-decomposer"],
    ["plan", "feat", "feature", "issue-planner"],
    ["execute", null, null, "developer-implementer"],
    ["execute", "feat", "task", "developer-implementer"],
    ["execute", "fix", "task", "developer-implementer"],
    ["execute", "docs", "task", "developer-implementer"],
    ["execute", "chore", "task", "developer-implementer"],
    ["execute", "refactor", "task", "refactorer"],
    ["execute", "perf", "task", "refactorer"],
    ["execute", "test", "task", "test-author"],
    ["execute", "build", "task", "infra-deploy-engineer"],
    ["execute", "ci", "task", "infra-deploy-engineer"],
    ["execute", "ci", "defect", "developer-implementer"],
    ["execute", "test", "defect", "developer-implementer"],
    ["review", "feat", "task", "code-reviewer"],
    ["review", "fix", "defect", "code-reviewer"],
    ["qa", "feat", "task", "qa-tester"],
    ["scan", "feat", "task", "security-auditor"],
    ["release", null, null, "release-manager"],
    ["deploy", null, null, "infra-deploy-engineer"],
  ])("%s of a change of type %s on a node of kind %s: %s", (stage, changeType, kind, name) => {
    const node = changeType !== null && kind !== null ? { changeType, kind } : undefined;
    expect(agentFor(stage, node)).toBe(name);
  });

  test("uses each of the suite's agents, for each case one that belongs there", () => {
    const catalog = embeddedCatalog();
    const used = new Set<string>();
    for (const stage of AGENT_STAGES)
      for (const node of [
        undefined,
        ...CHANGE_TYPES.flatMap((changeType) => KINDS.map((kind) => ({ changeType, kind }))),
      ]) {
        const name = agentFor(stage, node, catalog);
        const agent = agentOf(catalog, name);
        expect(WORKING_STAGES.has(stage) ? [...WORKING_STAGES] : [stage]).toContain(agent.stage);
        used.add(name);
      }
    expect([...used].sort()).toEqual([...AGENT_NAMES].sort());
  });
});
