import { type Spec, specSchema, type Usage } from "@slipway/model";
import { agentOf, systemPrompt } from "../catalog/catalog.ts";
import { asData } from "../prompt/sanitize.ts";
import { catalogOf, modelOf, type StageRequest } from "./common.ts";
import { structured } from "./structured.ts";

export interface SpecRequest extends StageRequest {
  readonly idea: string;
  readonly repository: { readonly name: string; readonly description: string | null };
  /** From `repositoryContext`: already marked as data. */
  readonly context: string;
  /** Why the last attempt at this stage failed. */
  readonly trouble?: string | null;
}

/** An idea made into a specification. @throws ModelAnswerError, ModelFailure */
export async function draftSpec(request: SpecRequest): Promise<{ spec: Spec; usage: Usage }> {
  const { client, repository, trouble } = request;
  const { value, usage } = await structured({
    client,
    ...modelOf(request),
    correlation: { stage: "spec", runId: request.runId, attempt: request.attempt },
    system: systemPrompt(agentOf(catalogOf(request), "spec-writer")),
    prompt: [
      "Write the specification for the idea below.",
      "",
      asData({
        source: `repository ${repository.name}`,
        text: repository.description ?? "(no description)",
        maxCharacters: 1_000,
      }),
      "",
      request.context,
      "",
      asData({ source: "idea", text: request.idea }),
      ...(trouble
        ? [
            "",
            "The last attempt failed:",
            asData({ source: "last attempt", text: trouble, maxCharacters: 4_000 }),
          ]
        : []),
    ].join("\n"),
    schema: specSchema,
    schemaName: "spec",
    ...(request.signal ? { signal: request.signal } : {}),
  });
  return { spec: value, usage };
}
