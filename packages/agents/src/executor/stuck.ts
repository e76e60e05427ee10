/** When a model goes round in circles: pure over what it did and what came of it. */

/** One thing of the model's, in order. `malformed`: a call that could not be understood, or one cut off. */
export type Move =
  | {
      readonly kind: "act";
      /** The call as it was, whole. */
      readonly action: string;
      /** What came of it, whole or as a hash. */
      readonly result: string;
      readonly isError: boolean;
    }
  | { readonly kind: "malformed" }
  /** An answer without a tool. */
  | { readonly kind: "talk" };

export interface Stuck {
  readonly kind: "same-result" | "same-error" | "alternating" | "monologue" | "format-errors";
  /** For the model and for people. */
  readonly text: string;
}

const SAME_RESULT = 4;
const SAME_ERROR = 3;
const ALTERNATING = 6;
/** Answers in a row without one usable call. */
const UNUSABLE = 3;

/** The circle that the newest moves are; null when they lead somewhere. (Rules as OpenHands' stuck detector has them.) */
export function stuckIn(moves: readonly Move[]): Stuck | null {
  const newest = moves.at(-1);
  if (newest === undefined) return null;
  if (newest.kind !== "act") {
    const last = moves.slice(-UNUSABLE);
    if (last.length < UNUSABLE || last.some(({ kind }) => kind === "act")) return null;
    return last.every(({ kind }) => kind === "talk")
      ? { kind: "monologue", text: `The last ${UNUSABLE} answers used no tool.` }
      : { kind: "format-errors", text: `The last ${UNUSABLE} answers were no usable tool call.` };
  }
  const acts = trailingActs(moves);
  if (last(acts, SAME_RESULT, (act) => act.action === newest.action && act.result === newest.result))
    return {
      kind: "same-result",
      text: `The last ${SAME_RESULT} calls were the same and gave the same result.`,
    };
  if (last(acts, SAME_ERROR, (act) => act.action === newest.action && act.isError))
    return { kind: "same-error", text: `The last ${SAME_ERROR} calls were the same and failed each time.` };
  const other = acts.at(-2);
  if (other === undefined || other.action === newest.action) return null;
  const expected = (index: number) => (index % 2 === 0 ? newest : other);
  const newestFirst = acts.toReversed();
  const alternates = last(newestFirst.slice(0, ALTERNATING), ALTERNATING, (act, index) => {
    const twin = expected(index);
    return act.action === twin.action && act.result === twin.result;
  });
  return alternates
    ? {
        kind: "alternating",
        text: `The last ${ALTERNATING} calls were the same two in turn, with the same results.`,
      }
    : null;
}

type Act = Extract<Move, { kind: "act" }>;

/** The acts since the last answer that was none. */
function trailingActs(moves: readonly Move[]): Act[] {
  const from = moves.findLastIndex(({ kind }) => kind !== "act") + 1;
  return moves.slice(Math.max(from, moves.length - ALTERNATING)).filter((move) => move.kind === "act");
}

function last(acts: readonly Act[], count: number, holds: (act: Act, index: number) => boolean): boolean {
  return acts.length >= count && acts.slice(-count).every(holds);
}

/** What the model is told the first time. */
export function stuckNudge({ text }: Stuck): string {
  return `You are going round in circles. ${text} Look at the results, find out why, and go another way; or call submit and say in the summary what is missing. Once more the same ends the work.`;
}
