/** Differences between the engines that have a cause which is written down. Pure. */
import { ACT_LIMITS } from "@slipway/local-runner";
import type { Difference } from "../differences.ts";

/** A difference that a documented limit of act causes. */
export interface Cause {
  /** Id of the limit. */
  readonly limit: string;
  /** Why the limit shows just there. */
  readonly why: string;
  readonly covers: (difference: Difference) => boolean;
}

/** None is known: what act does otherwise changes the way, not where it leads. */
export const CAUSES: readonly Cause[] = [];

export interface Judged {
  readonly difference: Difference;
  /** What causes it, in a sentence; undefined: nobody knows. */
  readonly cause: string | undefined;
}

/** @throws when a cause names no limit that there is */
export function judge(
  differences: readonly Difference[],
  causes: readonly Cause[] = CAUSES,
): readonly Judged[] {
  return differences.map((difference) => {
    const cause = causes.find(({ covers }) => covers(difference));
    if (cause === undefined) return { difference, cause: undefined };
    const limit = ACT_LIMITS.find(({ id }) => id === cause.limit);
    if (limit === undefined) throw new Error(`There is no limit of act named ${cause.limit}.`);
    return { difference, cause: `${limit.what} ${cause.why}` };
  });
}
