/** What came of many schedules, added up for the tables. */

/** `lost`: something is gone; `doubled`: something happened twice; `unnamed`: it stands still and nobody is told why. */
export const PROBLEM_KINDS = ["lost", "doubled", "unnamed"] as const;
export interface Problem {
  readonly kind: (typeof PROBLEM_KINDS)[number];
  readonly text: string;
}

/** `itself`: DONE with nobody's help; `person`: it stood still, said why, and was DONE after that was put right. */
export const OUTCOMES = ["itself", "person", "cancelled", "broken"] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface Counted {
  readonly seed: number;
  readonly outcome: Outcome;
  readonly problems: readonly Problem[];
  /** How often each kind of disturbance happened. */
  readonly tally: Readonly<Record<string, number>>;
}

/** For each kind: how often it happened, and in how many schedules of each outcome. */
type Kinds = Record<string, Record<Outcome | "times", number>>;

export interface Sum {
  readonly schedules: number;
  readonly kinds: Kinds;
  readonly problems: readonly (Problem & { readonly seed: number })[];
}

export const NO_SUM: Sum = { schedules: 0, kinds: {}, problems: [] };

export function sumOf({ seed, outcome, problems, tally }: Counted): Sum {
  const kinds: Kinds = {};
  for (const [kind, times] of Object.entries(tally))
    kinds[kind] = { times, itself: 0, person: 0, cancelled: 0, broken: 0, [outcome]: 1 };
  return { schedules: 1, kinds, problems: problems.map((problem) => ({ ...problem, seed })) };
}

export function added(a: Sum, b: Sum): Sum {
  const kinds: Kinds = { ...a.kinds };
  for (const [kind, more] of Object.entries(b.kinds)) {
    const known = kinds[kind];
    kinds[kind] = known
      ? {
          times: known.times + more.times,
          itself: known.itself + more.itself,
          person: known.person + more.person,
          cancelled: known.cancelled + more.cancelled,
          broken: known.broken + more.broken,
        }
      : more;
  }
  return { schedules: a.schedules + b.schedules, kinds, problems: [...a.problems, ...b.problems] };
}

export const KIND_HEADINGS = ["disturbance", "times", "schedules", "itself", "person", "cancelled", "broken"];

/** One row a kind of disturbance, the most frequent first. */
export function kindRows({ kinds }: Sum): (string | number)[][] {
  return Object.entries(kinds)
    .sort(([, a], [, b]) => b.times - a.times)
    .map(([kind, { times, ...outcomes }]) => [
      kind,
      times,
      OUTCOMES.reduce((sum, outcome) => sum + outcomes[outcome], 0),
      ...OUTCOMES.map((outcome) => outcomes[outcome]),
    ]);
}

/** `12 schedules: 0 lost, 0 doubled, 0 unnamed` */
export function totalLine({ schedules, problems }: Sum): string {
  const told = PROBLEM_KINDS.map(
    (kind) => `${problems.filter((problem) => problem.kind === kind).length} ${kind}`,
  );
  return `${schedules.toLocaleString("en")} ${schedules === 1 ? "schedule" : "schedules"}: ${told.join(", ")}`;
}
