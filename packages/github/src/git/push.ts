import { ConfigurationError } from "@slipway/model";
import { gitFailure, lastLines } from "./errors.ts";
import type { ProcessResult } from "./process.ts";

export type PushOutcome =
  | { readonly kind: "pushed" }
  /** The ref is not at the expected commit: nothing was changed. */
  | { readonly kind: "lost"; readonly reason: string };

const LOST =
  /stale info|fetch first|non-fast-forward|needs force|already exists|reference already exists|cannot lock ref|incorrect old value|failed to update ref|but expected/i;

/**
 * What `git push --porcelain` of one ref came to.
 *
 * @throws ConfigurationError when a rule or the token forbids it, GitTransportError when nobody knows
 */
export function pushOutcome(ref: string, url: string, result: ProcessResult): PushOutcome {
  const line = result.stdout
    .toString("utf8")
    .split("\n")
    .map((text) => text.split("\t"))
    .find(([, names]) => names?.endsWith(`:${ref}`));
  const flag = line?.[0];
  const summary = line?.[2] ?? "";
  // "=": the ref is at this very commit, so an earlier push of it arrived.
  if (result.code === 0 && flag !== undefined && flag !== "!") return { kind: "pushed" };
  if (flag === "!") {
    if (LOST.test(summary)) return { kind: "lost", reason: summary };
    if (/remote rejected/i.test(summary)) {
      throw new ConfigurationError(
        `${url} refused the push to ${ref}: ${summary} (${lastLines(result.stderr)}). A rule or hook of the repository forbids it.`,
      );
    }
  }
  throw gitFailure(`git push to ${ref}`, url, result);
}
