import { type Plan, type Policy, planSchema, type Spec, type Usage } from "@slipway/model";
import { agentOf, systemPrompt } from "../catalog/catalog.ts";
import { asData } from "../prompt/sanitize.ts";
import { catalogOf, modelOf, type StageRequest } from "./common.ts";
import { structured } from "./structured.ts";

export interface PlanRequest extends StageRequest {
  readonly policy: Pick<Policy, "model" | "limits" | "qa" | "protectedPaths">;
  readonly spec: Spec;
  /** From `repositoryContext`: already marked as data. */
  readonly context: string;
  /** The rules of the tree, from the model package: each sentence is one thing that is wrong. */
  readonly check: (plan: Plan) => readonly string[];
  readonly trouble?: string | null;
}

/** A specification made into a tree of work. @throws ModelAnswerError, ModelFailure */
export async function draftPlan(request: PlanRequest): Promise<{ plan: Plan; usage: Usage }> {
  const { client, policy, trouble } = request;
  const { value, usage } = await structured({
    client,
    ...modelOf(request),
    correlation: { stage: "plan", runId: request.runId, attempt: request.attempt },
    system: systemPrompt(agentOf(catalogOf(request), "issue-planner")),
    prompt: [
      "Plan the work for the specification below.",
      "",
      `Limits: at most ${policy.limits.nodes} nodes, at most ${policy.limits.depth} levels, the root counted; ` +
        `at most ${policy.limits.files} files and ${policy.limits.bytes} bytes in the change of one leaf.`,
      `Checked for each leaf by: ${[policy.qa.lint, policy.qa.test].filter(Boolean).join("; ") || "no command"}.`,
      `No change may touch: ${policy.protectedPaths.join(", ") || "(nothing is protected)"}.`,
      "",
      request.context,
      "",
      asData({
        source: "specification",
        text: JSON.stringify(request.spec, null, 2),
        maxCharacters: 200_000,
      }),
      ...(trouble
        ? [
            "",
            "The last attempt failed:",
            asData({ source: "last attempt", text: trouble, maxCharacters: 4_000 }),
          ]
        : []),
    ].join("\n"),
    schema: planSchema,
    schemaName: "plan",
    check: request.check,
    ...(request.signal ? { signal: request.signal } : {}),
  });
  return { plan: value, usage };
}
