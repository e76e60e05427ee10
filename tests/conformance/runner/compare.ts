import { isDeepStrictEqual } from "node:util";
import type { Case, Outcome } from "./case.ts";

/** One thing that is not as it is expected. */
export interface Difference {
  readonly at: string;
  readonly expected: unknown;
  readonly found: unknown;
}

/** What GitHub's documentation has a case come to. */
export function documented({ run, observed, summaries, annotations }: Case): Record<string, unknown> {
  return { run, summaries, ...(annotations === undefined ? {} : { annotations }), ...named(observed) };
}

/** What act is known to make of a case: as documented, but for the differences that the file names. */
export function knownOfAct(one: Case): Record<string, unknown> {
  const known = documented(one);
  // act has one word for a run that fails and for a file that it refuses.
  if (one.run === "startup_failure") known.run = "failure";
  for (const { at, act } of one.differs) {
    if (act === null) delete known[at];
    else known[at] = Array.isArray(act) || at === "run" ? act : String(act);
  }
  return known;
}

/** Where a run came to something else. */
export function differences(expected: Record<string, unknown>, outcome: Outcome): readonly Difference[] {
  const found: Record<string, unknown> = {
    run: outcome.run,
    summaries: outcome.summaries,
    ...("annotations" in expected ? { annotations: outcome.annotations } : {}),
    ...named(outcome.observed),
  };
  return [...new Set([...Object.keys(expected), ...Object.keys(found)])]
    .filter((at) => !isDeepStrictEqual(expected[at], found[at]))
    .map((at) => ({ at, expected: expected[at], found: found[at] }));
}

/** Where our engine shows something else on the page of the run: act has no such page. */
export function shownDifferently(one: Case, shown: Pick<Case, "title" | "jobs">): readonly Difference[] {
  return (["title", "jobs"] as const)
    .filter((at) => one[at] !== undefined && !isDeepStrictEqual(one[at], shown[at]))
    .map((at) => ({ at, expected: one[at], found: shown[at] }));
}

/** Differences that a file names though there is nothing that differs: they are not true. */
export function idle(one: Case): readonly string[] {
  const expected = documented(one);
  const known = knownOfAct(one);
  return one.differs.map(({ at }) => at).filter((at) => isDeepStrictEqual(expected[at], known[at]));
}

function named(observed: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(observed).map(([name, value]) => [`observed.${name}`, value]));
}
