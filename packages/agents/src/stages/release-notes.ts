import type { ReleaseEntry, Spec, Usage } from "@slipway/model";
import { releaseProblems } from "../catalog/answer-rules.ts";
import { type ReleaseAnswer, releaseAnswerSchema } from "../catalog/answers.ts";
import { asData } from "../prompt/sanitize.ts";
import { asking, type StageRequest } from "./common.ts";
import { structured } from "./structured.ts";

export interface ReleaseNotesRequest extends StageRequest {
  readonly version: string;
  readonly spec: Spec | null;
  /** The trace: what each merged change brings, with its requirements, node, issue and pull request. */
  readonly entries: readonly ReleaseEntry[];
  /** From `contextText`: already marked as data. */
  readonly context?: string;
}

/** Who words them. */
export const RELEASE_AGENT = "release-manager";

/** Release notes worded from the trace: each line names the commits that it stands for. @throws ModelAnswerError, ModelFailure */
export async function writeReleaseNotes(
  request: ReleaseNotesRequest,
): Promise<{ answer: ReleaseAnswer; usage: Usage }> {
  const { entries, spec, version, context = "" } = request;
  const { value, usage } = await structured({
    ...asking(request, RELEASE_AGENT),
    correlation: { stage: "release", runId: request.runId, attempt: request.attempt },
    prompt: [
      `Write the notes of release ${version}.`,
      "",
      ...(context === "" ? [] : [context, ""]),
      asData({ source: "changes", text: JSON.stringify(entries, null, 2), maxCharacters: 300_000 }),
      ...(spec
        ? [
            "",
            asData({ source: "specification", text: JSON.stringify(spec, null, 2), maxCharacters: 100_000 }),
          ]
        : []),
    ].join("\n"),
    schema: releaseAnswerSchema,
    schemaName: "release",
    check: (answer) => releaseProblems(answer, entries),
    ...(request.signal ? { signal: request.signal } : {}),
  });
  return { answer: value, usage };
}
