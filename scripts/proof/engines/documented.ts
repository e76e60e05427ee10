/** Differences between the engines that have a cause which is written down. Pure. */
import { ACT_LIMITS } from "@slipway/local-runner";
import type { Difference, Value } from "../differences.ts";

/** A difference that a documented limit of act causes. */
export interface Cause {
  /** Id of the limit. */
  readonly limit: string;
  /** Why the limit shows just there. */
  readonly why: string;
  /** @param all every difference there is, this one among them */
  readonly covers: (difference: Difference, all: readonly Difference[]) => boolean;
}

const WHAT_CHECKS_PRINTED = [
  /\/evidence\/qa\/commands\/\w+\/output$/,
  /\/D\d+\/(?:fingerprint|plan\/objective)$/,
  /^issues\/D\d+\/body$/,
];

export const CAUSES: readonly Cause[] = [
  {
    limit: "one-job-at-a-time",
    why: "Siblings that may run side by side are merged in the order of their claims there, here in the order in which they are ready: the branch of a later one holds what was merged before it.",
    covers: ({ path, kind }) =>
      kind === "changed" && /^refs\/refs\/heads\/(?:feature|task|defect)\//.test(path),
  },
  {
    limit: "one-job-at-a-time",
    why: "The branch of this node held other siblings' changes when it was checked: their tests are among what the checks printed, and so in the defect that was made of it.",
    covers: ({ path }, all) => {
      const node = /^(?:fold\/nodes|issues)\/([A-Z]\d+)\//.exec(path)?.[1];
      return (
        node !== undefined &&
        WHAT_CHECKS_PRINTED.some((told) => told.test(path)) &&
        all.some((other) => other.path.startsWith("refs/") && other.path.includes(`/<${node}>-`))
      );
    },
  },
  {
    limit: "one-job-at-a-time",
    why: "Release notes have the order of the merges, which is another for siblings that may run side by side; the lines are the same.",
    covers: (difference, all) =>
      difference.path === "releases" &&
      all.some((other) => other.path === difference.path && isSame(difference, other, inAnyOrder)),
  },
  {
    limit: "one-job-at-a-time",
    why: "So the run takes another time, and is looked at by the clock (`run.observed`) more or less often; the status comment counts the events.",
    covers: (difference, all) =>
      difference.path.endsWith("/comments") &&
      all.some((other) => other.path === difference.path && isSame(difference, other, withoutEvents)),
  },
];

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
    const cause = causes.find(({ covers }) => covers(difference, differences));
    if (cause === undefined) return { difference, cause: undefined };
    const limit = ACT_LIMITS.find(({ id }) => id === cause.limit);
    if (limit === undefined) throw new Error(`There is no limit of act named ${cause.limit}.`);
    return { difference, cause: `${limit.what} ${cause.why}` };
  });
}

/** Whether what is lost turns up as too much, but for what `plain` takes away. */
function isSame(one: Difference, other: Difference, plain: (text: string) => string): boolean {
  const [lost, more] = one.kind === "lost" ? [one, other] : [other, one];
  const text = (value: Value | undefined) =>
    JSON.stringify(value ?? null, (_, inner: unknown) => (typeof inner === "string" ? plain(inner) : inner));
  return lost.kind === "lost" && more.kind === "doubled" && text(lost.expected) === text(more.found);
}

const inAnyOrder = (text: string) => text.split("\n").sort().join("\n");
const withoutEvents = (text: string) => text.replace(/\bevent [\d,]+ of the ledger/g, "event of the ledger");
