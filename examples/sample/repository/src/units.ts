import { SpanError } from "./errors.ts";

export interface Unit {
  /** As `format` writes it. */
  readonly symbol: string;
  readonly singular: string;
  readonly plural: string;
  readonly ms: number;
}

/** Largest first. Months and years have no fixed length and are left out on purpose. */
export const UNITS: readonly Unit[] = [
  { symbol: "d", singular: "day", plural: "days", ms: 86_400_000 },
  { symbol: "h", singular: "hour", plural: "hours", ms: 3_600_000 },
  { symbol: "m", singular: "minute", plural: "minutes", ms: 60_000 },
  { symbol: "s", singular: "second", plural: "seconds", ms: 1_000 },
  { symbol: "ms", singular: "millisecond", plural: "milliseconds", ms: 1 },
];

const BY_WORD: ReadonlyMap<string, Unit> = new Map(
  UNITS.flatMap((unit) =>
    [unit.symbol, unit.singular, unit.plural].map((word): [string, Unit] => [word, unit]),
  ),
);

export function findUnit(word: string): Unit | undefined {
  return BY_WORD.get(word.toLowerCase());
}

/** A span is a whole number of milliseconds; anything else would be rounded behind the caller's back. */
export function checkSpan(ms: number): void {
  if (!Number.isSafeInteger(ms)) throw new SpanError(String(ms), "a span is a whole number of milliseconds");
}
