import type { Spec, Usage } from "@slipway/model";
import { roadmapProblems } from "../catalog/answer-rules.ts";
import { type Roadmap, roadmapSchema } from "../catalog/answers.ts";
import { asData } from "../prompt/sanitize.ts";
import { asking, type StageRequest } from "./common.ts";
import { structured } from "./structured.ts";

export interface RoadmapRequest extends StageRequest {
  readonly spec: Spec;
  /** What `ROADMAP_AGENT` is shown, from `agentContext`: already marked as data. */
  readonly context: string;
}

export const ROADMAP_AGENT = "roadmap-decomposer";

/** A large specification cut into an epic and features, before anybody plans tasks. @throws ModelAnswerError, ModelFailure */
export async function draftRoadmap(
  request: RoadmapRequest,
): Promise<{ roadmap: Roadmap; usage: Usage; agents: string[] }> {
  const { spec } = request;
  const { value, usage } = await structured({
    ...asking(request, ROADMAP_AGENT),
    correlation: { stage: "plan", runId: request.runId, attempt: request.attempt },
    prompt: [
      "Cut the specification below into features.",
      "",
      request.context,
      "",
      asData({ source: "specification", text: JSON.stringify(spec, null, 2), maxCharacters: 200_000 }),
    ].join("\n"),
    schema: roadmapSchema,
    schemaName: "roadmap",
    check: (roadmap) => roadmapProblems(roadmap, spec),
    ...(request.signal ? { signal: request.signal } : {}),
  });
  return { roadmap: value, usage, agents: [ROADMAP_AGENT] };
}
