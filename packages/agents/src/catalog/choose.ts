import type { NodeKind } from "@slipway/model";
import type { AgentDefinition, AgentName, AgentStage, ChangeType } from "./schema.ts";

/** What of a node decides who works on it. */
export interface ChosenFor {
  readonly changeType: ChangeType;
  readonly kind: NodeKind;
}

const BY_CHANGE_TYPE: Readonly<Record<ChangeType, AgentName>> = {
  feat: "developer-implementer",
  fix: "developer-implementer",
  docs: "developer-implementer",
  chore: "developer-implementer",
  refactor: "refactorer",
  perf: "refactorer",
  test: "test-author",
  build: "infra-deploy-engineer",
  ci: "infra-deploy-engineer",
};

const BY_STAGE: Readonly<Record<Exclude<AgentStage, "execute">, AgentName>> = {
  spec: "spec-writer",
  plan: "issue-planner",
  review: "code-reviewer",
  qa: "qa-tester",
  scan: "security-auditor",
  release: "release-manager",
  deploy: "infra-deploy-engineer",
};

/**
 * Who does the work of a stage.
 *
 * - `spec` for the whole idea: the writer; for a node: the author of its acceptance criteria.
 * - `plan` for an epic: the one who cuts it into features; for a feature, or for a whole specification that
 *   needs no such cut: the one who plans its tasks.
 * - `execute`: by the type of change. A defect is mended by the developer, whatever the node that it was
 *   filed for changes.
 *
 * @param catalog where it is given, an agent in it that takes the type of change goes before the suite's
 * @returns the name of an agent
 */
export function agentFor(
  stage: AgentStage,
  node?: ChosenFor,
  catalog: ReadonlyMap<string, Pick<AgentDefinition, "name" | "takes">> = new Map(),
): string {
  if (stage === "execute") {
    const type = node === undefined || node.kind === "defect" ? "fix" : node.changeType;
    const own = [...catalog.values()].find(({ takes }) => takes.includes(type));
    return own?.name ?? BY_CHANGE_TYPE[type];
  }
  if (stage === "spec" && node) return "acceptance-criteria-author";
  if (stage === "plan" && node?.kind === "epic") return "roadmap-decomposer";
  return BY_STAGE[stage];
}
