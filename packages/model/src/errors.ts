/**
 * The three ways something goes wrong, told apart because three different people have to act.
 * Each message says what happened, where, and what to do.
 */

/** The consumer's set-up is wrong: policy, permissions, secrets, repository settings. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

/** A person's or client's request is refused; nothing was changed. */
export class RefusalError extends Error {
  override readonly name = "RefusalError";
}

/** Our own bug: a rule that should always hold does not. */
export class InternalError extends Error {
  override readonly name = "InternalError";
}

/** What a caught value says of itself: an error's message, or whatever was thrown as text. */
export const errorText = (caught: unknown): string =>
  caught instanceof Error ? caught.message : String(caught);
