import { type Plan, type Policy, planSchema, type Spec, type Usage } from "@slipway/model";
import type { Roadmap } from "../catalog/answers.ts";
import { publicLine } from "../prompt/public-text.ts";
import { asData } from "../prompt/sanitize.ts";
import { asking, type StageRequest } from "./common.ts";
import { structured } from "./structured.ts";

export interface PlanRequest extends StageRequest {
  readonly policy: StageRequest["policy"] & Pick<Policy, "limits" | "qa" | "protectedPaths">;
  readonly spec: Spec;
  /** What `PLAN_AGENT` is shown, from `agentContext`: already marked as data. */
  readonly context: string;
  /** The rules of the tree, from the model package: each sentence is one thing that is wrong. */
  readonly check: (plan: Plan) => readonly string[];
  readonly trouble?: string | null;
  /** Epic and features of a large specification, already cut: the plan keeps their ids, parents and order. */
  readonly roadmap?: Roadmap;
}

export const PLAN_AGENT = "issue-planner";

/** A specification made into a tree of work. @throws ModelAnswerError, ModelFailure */
export async function draftPlan(
  request: PlanRequest,
): Promise<{ plan: Plan; usage: Usage; agents: string[] }> {
  const { policy, trouble, roadmap } = request;
  const { value, usage } = await structured({
    ...asking(request, PLAN_AGENT),
    correlation: { stage: "plan", runId: request.runId, attempt: request.attempt },
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
      ...(roadmap
        ? [
            "",
            "The epic and its features are cut already. Take them over with their ids, titles, order and dependencies, and plan the tasks below them.",
            asData({ source: "roadmap", text: JSON.stringify(roadmap, null, 2), maxCharacters: 200_000 }),
          ]
        : []),
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
    check: (plan) => [...request.check(plan), ...(roadmap ? strayProblems(plan, roadmap) : [])],
    ...(request.signal ? { signal: request.signal } : {}),
  });
  const nodes = value.nodes.map((node) => ({
    ...node,
    // The titles of issues, in which a mention pings and a keyword closes.
    title: publicLine(node.title, 120, node.id, "message"),
  }));
  return { plan: { ...value, nodes }, usage, agents: [PLAN_AGENT] };
}

/** What of a roadmap a plan has lost or changed. */
function strayProblems(plan: Plan, { epic, features }: Roadmap): string[] {
  const byId = new Map(plan.nodes.map((node) => [node.id as string, node]));
  return [epic, ...features].flatMap(({ id, title }) => {
    const node = byId.get(id);
    if (!node) return [`${id} of the roadmap is missing`];
    return node.title === title ? [] : [`${id} is called ${JSON.stringify(title)} in the roadmap`];
  });
}
