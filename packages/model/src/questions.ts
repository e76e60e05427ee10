import type { Spec } from "./schema/spec.ts";
import type { RunState } from "./schema/state.ts";

type Asked = Pick<RunState, "policy" | "spec" | "questions" | "dryRun">;

/**
 * What a person is asked before anything is planned: the open questions of the specification, where the policy says to
 * ask. They are asked once; what a later draft leaves open is taken as recommended. A dry run asks nobody.
 */
export function questionsOf({ policy, spec, questions, dryRun }: Asked): Spec["openQuestions"] {
  if (policy.spec.questions !== "ask" || dryRun || questions.answered.length > 0) return [];
  return spec?.openQuestions ?? [];
}

/** Whether the run waits for answers. */
export const waitsForAnswers = (state: Asked): boolean => questionsOf(state).length > 0;

/**
 * The state with the answers. Where somebody wants something else than what was recommended, the specification is
 * drafted again with all answers in view; else it stands as it is.
 *
 * @param answers in the order of the questions; null, and what is missing, takes the recommended answer
 */
export function answered(state: RunState, answers: readonly (string | null)[], by: string): RunState {
  const asked = questionsOf(state);
  if (asked.length === 0) return state;
  const given = asked.map(({ question, recommended }, index) => ({
    question,
    answer: answers[index] ?? recommended,
    by,
  }));
  const questions = { ...state.questions, answered: given };
  const isAsRecommended = asked.every(({ recommended }, index) => given[index]?.answer === recommended);
  if (isAsRecommended) return { ...state, questions };
  const { spec } = state.stages;
  return {
    ...state,
    questions,
    stages: { ...state.stages, spec: { ...spec, status: "open", failures: 0, trouble: null, left: [] } },
  };
}

/** What nothing but answers continues, in one sentence. */
export function questionsText(state: Asked & Pick<RunState, "runId">): string {
  const count = questionsOf(state).length;
  const where = state.questions.issue ? ` on #${state.questions.issue.number}` : "";
  const what = count === 1 ? "a question" : `${count} questions`;
  return `The specification leaves ${what} open${where}: \`answer\` continues the run.`;
}
