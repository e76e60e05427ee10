import type { Effort, PlanNode, Policy, ProviderName, Spec } from "@slipway/model";
import { agentOf, type Catalog, embeddedCatalog, systemPrompt } from "../catalog/catalog.ts";
import type { AgentDefinition } from "../catalog/schema.ts";
import type { ModelClient } from "../provider/model-client.ts";

/** What every stage that asks a model needs. */
export interface StageRequest {
  readonly client: ModelClient;
  readonly policy: Pick<Policy, "model"> & Partial<Pick<Policy, "agents">>;
  readonly runId: string;
  /** Number of the claim, from 1. */
  readonly attempt: number;
  /** Default: the catalog released with the suite. */
  readonly catalog?: Catalog;
  readonly signal?: AbortSignal;
}

export function catalogOf(request: StageRequest): Catalog {
  return request.catalog ?? embeddedCatalog();
}

export interface AgentModel {
  readonly provider: ProviderName;
  readonly model: string;
  readonly maxOutputTokens: number;
  readonly effort?: Effort;
}

/** What an agent is asked with: what the policy says of it, else the policy's model and the agent's own effort. */
export function modelOf(
  { policy }: Pick<StageRequest, "policy">,
  agent?: Pick<AgentDefinition, "name" | "model" | "effort">,
): AgentModel {
  const own = agent && policy.agents?.[agent.name];
  const effort = own?.effort ?? policy.model.effort ?? agent?.effort;
  return {
    provider: own?.provider ?? policy.model.provider,
    model: own?.model ?? agent?.model ?? policy.model.name,
    maxOutputTokens: own?.maxOutputTokens ?? policy.model.maxOutputTokens,
    ...(effort ? { effort } : {}),
  };
}

/** Agent, system prompt and model of one question. */
export function asking(request: StageRequest, name: string) {
  const agent = agentOf(catalogOf(request), name);
  return { client: request.client, ...modelOf(request, agent), system: systemPrompt(agent) };
}

/** The requirements and acceptance criteria that one node has to meet, as the spec words them. */
export function contractOf(node: PlanNode, spec: Spec): string {
  const requirements = spec.requirements.filter((item) => node.requirements.includes(item.id));
  const byId = new Map(spec.acceptance.map((item) => [item.id as string, item]));
  const acceptance = node.acceptance.map((entry) => {
    const item = byId.get(entry);
    return item ? `${item.id}: given ${item.given}; when ${item.when}; then ${item.outcome}` : entry;
  });
  return [
    `Node ${node.id} (${node.kind}): ${node.title}`,
    "",
    `Objective: ${node.objective}`,
    "",
    "Requirements:",
    ...(requirements.length > 0
      ? requirements.map((item) => `- ${item.id}: ${item.text}`)
      : ["- none named"]),
    "",
    "Acceptance:",
    ...(acceptance.length > 0 ? acceptance.map((item) => `- ${item}`) : ["- none named"]),
  ].join("\n");
}
