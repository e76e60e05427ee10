/** What of a bench's requests was not as GitHub's description has it. */
import type { JournalEntry } from "@slipway/local-github";

/**
 * One line for each exchange of the suite's jobs that was wrong: an invalid request or answer, or a route that there
 * is none of. What an injected fault has answered is not the local GitHub's, and what a person's token sends is the
 * test's own.
 */
export function wrongExchanges(journal: readonly JournalEntry[]): string[] {
  return journal
    .filter(({ fault, tokenKind }) => fault === undefined && tokenKind !== "user")
    .flatMap(({ method, path, status, unknownRoute, errors }) => {
      const what = `${method} ${path} (${status})`;
      return [...(unknownRoute ? ["no such route"] : []), ...errors].map((problem) => `${what}: ${problem}`);
    });
}
