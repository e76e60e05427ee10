/** Wrong use: told in one sentence, exit code 2, nothing was written. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
