import type { PlanNode, Policy, Spec } from "@slipway/model";
import { type Catalog, embeddedCatalog } from "../catalog/catalog.ts";
import type { ModelClient } from "../provider/model-client.ts";

/** What every stage that asks a model needs. */
export interface StageRequest {
  readonly client: ModelClient;
  readonly policy: Pick<Policy, "model">;
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

export function modelOf(request: StageRequest): { model: string; maxOutputTokens: number } {
  return { model: request.policy.model.name, maxOutputTokens: request.policy.model.maxOutputTokens };
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
