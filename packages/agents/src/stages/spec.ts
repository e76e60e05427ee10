import { idProblems, type Spec, specSchema, type Usage } from "@slipway/model";
import { publicLine } from "../prompt/public-text.ts";
import { asData } from "../prompt/sanitize.ts";
import { asking, type StageRequest } from "./common.ts";
import { structured } from "./structured.ts";

export interface SpecRequest extends StageRequest {
  readonly idea: string;
  readonly repository: { readonly name: string; readonly description: string | null };
  /** What `SPEC_AGENT` is shown, from `agentContext`: already marked as data. */
  readonly context: string;
  /** What a person answered to the questions of an earlier draft, and that draft; its ids stay what they are. */
  readonly answered?: {
    readonly former: Spec;
    readonly answers: readonly { readonly question: string; readonly answer: string }[];
  } | null;
  /** Why the last attempt at this stage failed. */
  readonly trouble?: string | null;
}

export const SPEC_AGENT = "spec-writer";

/** An idea made into a specification. @throws ModelAnswerError, ModelFailure */
export async function draftSpec(
  request: SpecRequest,
): Promise<{ spec: Spec; usage: Usage; agents: string[] }> {
  const { repository, trouble, answered } = request;
  const { value, usage } = await structured({
    ...asking(request, SPEC_AGENT),
    correlation: { stage: "spec", runId: request.runId, attempt: request.attempt },
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
      ...(answered ? answeredText(answered) : []),
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
    ...(answered ? { check: (next: Spec) => idProblems(answered.former, next) } : {}),
    ...(request.signal ? { signal: request.signal } : {}),
  });
  // It becomes the title of issues, in which a mention pings and a keyword closes.
  const spec = { ...value, title: publicLine(value.title, 120, "Specification", "message") };
  return { spec, usage, agents: [SPEC_AGENT] };
}

function answeredText({ former, answers }: NonNullable<SpecRequest["answered"]>): string[] {
  return [
    "",
    "There is a specification already. A person has answered its open questions: write it again with the answers, and leave no question open. What stays keeps its id; what is new is numbered on from the highest id; an id that falls away is not used again.",
    "",
    asData({ source: "specification so far", text: JSON.stringify(former, null, 2), maxCharacters: 200_000 }),
    "",
    asData({
      source: "answers",
      text: answers.map(({ question, answer }) => `Question: ${question}\nAnswer: ${answer}`).join("\n\n"),
      maxCharacters: 20_000,
    }),
  ];
}
