import { personWith } from "../gates.ts";
import { markerText } from "../names.ts";
import type { RunState } from "../schema/state.ts";
import { cut } from "./room.ts";
import { plain, quote } from "./text.ts";

/**
 * The issue on which a person is asked what a specification leaves open, each question with the answer that is
 * recommended; and once they are there, with what was answered.
 */
export function questionsIssue(state: RunState): { readonly title: string; readonly body: string } {
  const title = `Questions: ${cut(state.spec?.title ?? state.runId, 100)}`;
  return {
    title,
    body: [markerText({ what: "questions", runId: state.runId }), ...bodyOf(state)].join("\n\n"),
  };
}

function bodyOf(state: RunState): string[] {
  const { answered } = state.questions;
  if (answered.length > 0) {
    const told = answered.map(
      ({ question, answer, by }, index) =>
        `${index + 1}. ${plain(question)}\n   - ${plain(answer)} (${plain(by)})`,
    );
    return ["The questions of the specification are answered; the run goes on.", told.join("\n")];
  }
  const asked = (state.spec?.openQuestions ?? []).map(
    ({ question, recommended }, index) =>
      `${index + 1}. ${plain(question)}\n   - Recommended: ${plain(recommended)}`,
  );
  return [
    `Before run \`${state.runId}\` is planned, ${personWith(state.policy.commands)} is asked:`,
    asked.join("\n"),
    "To take what is recommended, comment `/slipway answer`. To answer otherwise, put the number of the question before each answer; what is left out is taken as recommended:",
    "```text\n/slipway answer\n1: …\n```",
    quote(state.spec?.summary ?? "", 2_000),
  ];
}
