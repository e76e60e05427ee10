import type { PlanNode, Spec, Usage } from "@slipway/model";
import { qaProblems } from "../catalog/answer-rules.ts";
import { type QaAnswer, qaAnswerSchema } from "../catalog/answers.ts";
import { pathProblem, protectionProblem } from "../checks/paths.ts";
import { asData } from "../prompt/sanitize.ts";
import { asking, contractOf, type StageRequest } from "./common.ts";
import { structured } from "./structured.ts";

export interface TestDraftsRequest extends StageRequest {
  readonly node: PlanNode;
  readonly spec: Spec;
  readonly protectedPaths: readonly string[];
  /** Unified diff from base to head. */
  readonly diff: string;
  /** The files of the change as they are at its head, and tests that were there before it. */
  readonly files: readonly { readonly path: string; readonly content: string }[];
}

/** Who drafts them. */
export const TEST_DRAFTER = "qa-tester";

const DIFF_MAX = 200_000;
const FILES_MAX = 200_000;

/**
 * For each acceptance criterion the test that shows it, or a draft of one that is missing. Drafts are handed out; nobody
 * runs or commits them unasked. @throws ModelAnswerError, ModelFailure
 */
export async function draftTests(request: TestDraftsRequest): Promise<{ answer: QaAnswer; usage: Usage }> {
  const { node, files, protectedPaths } = request;
  const known = new Set(files.map(({ path }) => path));
  let left = FILES_MAX;
  const shown = files.flatMap(({ path, content }) => {
    if (left <= 0) return [];
    const text = asData({ source: `file ${path}`, text: content, maxCharacters: left });
    left -= content.length;
    return [text];
  });
  const { value, usage } = await structured({
    ...asking(request, TEST_DRAFTER),
    correlation: {
      stage: "qa",
      runId: request.runId,
      attempt: request.attempt,
      nodeId: node.id,
      nodeTitle: node.title,
    },
    prompt: [
      "Say for each criterion of the contract which test shows it, and draft what is missing.",
      "",
      asData({ source: "contract", text: contractOf(node, request.spec) }),
      "",
      asData({ source: "diff", text: request.diff, maxCharacters: DIFF_MAX }),
      "",
      ...shown,
    ].join("\n"),
    schema: qaAnswerSchema,
    schemaName: "qa",
    check: (answer) => [
      ...qaProblems(answer, node, known),
      ...answer.drafts.flatMap(({ path }) => {
        const problem = pathProblem(path) ?? protectionProblem(path, protectedPaths);
        return problem === null ? [] : [problem];
      }),
    ],
    ...(request.signal ? { signal: request.signal } : {}),
  });
  return { answer: value, usage };
}
