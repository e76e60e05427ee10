import { answer, type GitHub, react, refusalOf } from "@slipway/github";
import { errorText, plain } from "@slipway/model";
import { COMMENT_HELP } from "./read-comment.ts";

/** What became of a command that a person gave in a comment. */
export type Outcome =
  | { readonly kind: "accepted" }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "unclear"; readonly reason: string }
  | { readonly kind: "help" };

/** The comment that is answered. */
export interface Said {
  readonly number: number;
  readonly commentId: number;
}

/**
 * A reaction, and words only where something is wrong or was asked. Both are looked up or can be repeated. When
 * neither can be written the run goes on: what was asked is recorded. Requests: 1, or 3 with an answer.
 */
export async function reply(github: GitHub, { number, commentId }: Said, outcome: Outcome): Promise<void> {
  const text = answerText(outcome);
  // Words are written also where the reaction is refused: they say what is wrong.
  await allowed(github, `The comment ${commentId} on #${number} got no reaction`, () =>
    react(github, commentId, REACTIONS[outcome.kind]),
  );
  if (text !== undefined)
    await allowed(github, `The comment ${commentId} on #${number} could not be answered`, () =>
      answer(github, { issue: number, inReplyTo: commentId, text }),
    );
}

async function allowed(github: GitHub, otherwise: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (refusalOf(error) === undefined) throw error;
    github.log.warn(`${otherwise}: ${errorText(error)}`);
  }
}

const REACTIONS = { accepted: "+1", refused: "-1", unclear: "confused", help: "+1" } as const;

export function answerText(outcome: Outcome): string | undefined {
  switch (outcome.kind) {
    case "accepted":
      return undefined;
    case "refused":
      return plain(outcome.reason);
    case "unclear":
      return `${plain(outcome.reason)}\n\n${COMMENT_HELP}`;
    case "help":
      return COMMENT_HELP;
  }
}
