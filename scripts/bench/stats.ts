/** The middle of the values: of an even number of them, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("There is no median of no values.");
  const sorted = values.toSorted((a, b) => a - b);
  const at = Math.floor(sorted.length / 2);
  const upper = sorted[at] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[at - 1] ?? 0) + upper) / 2;
}

/** One measurement of two things right after one another, so that both met the same machine. */
export interface Pair {
  readonly base: number;
  readonly other: number;
}

export interface PairedMedians {
  readonly base: number;
  readonly other: number;
  /** Median of the differences, which is not the difference of the medians: a busy moment hits both of a pair. */
  readonly difference: number;
}

export function pairedMedians(pairs: readonly Pair[]): PairedMedians {
  return {
    base: median(pairs.map((pair) => pair.base)),
    other: median(pairs.map((pair) => pair.other)),
    difference: median(pairs.map((pair) => pair.other - pair.base)),
  };
}
