/** What context packs take as a repository grows, and the bounds that it breaks. Pure. */
import { z } from "zod";
import { tenth } from "../table.ts";

export const packsOutcomeSchema = z.object({
  /** Of one making of all packs. */
  wallMs: z.number().nonnegative(),
  /** What the process has had of the processor for it: other programs may take theirs meanwhile. */
  ms: z.number().nonnegative(),
  /** Of the text that a prompt gets. */
  characters: z.number().nonnegative(),
  /** The most resident memory that the process ever had. */
  peakBytes: z.number().nonnegative(),
});
export type PacksOutcome = z.infer<typeof packsOutcomeSchema>;

/** Ten times the files may take ten times as long, and half as much again for noise. */
export const GROWTH_MAX = 15;
/** Of the largest repository. */
export const MS_MAX = 3_000;
/** Bytes above an idle process, of the largest repository. */
export const MEMORY_MAX = 250_000_000;

export interface PacksRow extends PacksOutcome {
  readonly files: number;
  readonly aboveIdle: number;
}

export interface PacksGrowth {
  readonly files: number;
  readonly wallMs: number;
  readonly ms: number;
  readonly aboveIdle: number;
}

/** How many times as much the largest takes as the smallest. */
export function growthOf(rows: readonly PacksRow[]): PacksGrowth {
  const [first, last] = [rows[0], rows.at(-1)];
  const times = (of: (row: PacksRow) => number) =>
    (last ? of(last) : Number.NaN) / (first ? of(first) : Number.NaN);
  return {
    files: times(({ files }) => files),
    wallMs: times(({ wallMs }) => wallMs),
    ms: times(({ ms }) => ms),
    aboveIdle: times(({ aboveIdle }) => aboveIdle),
  };
}

/** The best of rounds: a busy machine only ever adds time. Memory and text are the last round's. */
export function bestOf(rounds: readonly (readonly PacksRow[])[]): PacksRow[] {
  const last = rounds.at(-1) ?? [];
  return last.map((row, at) => {
    const least = (of: (row: PacksRow) => number) => Math.min(...rounds.map((round) => of(round[at] ?? row)));
    return { ...row, wallMs: least(({ wallMs }) => wallMs), ms: least(({ ms }) => ms) };
  });
}

/** A sentence for each bound that is broken. */
export function brokenByPacks(rows: readonly PacksRow[]): string[] {
  const last = rows.at(-1);
  if (!last) return ["no context pack was made"];
  const growth = growthOf(rows);
  const allowed = (growth.files * GROWTH_MAX) / 10;
  const files = last.files.toLocaleString("en");
  const mb = (bytes: number) => tenth(bytes / 1_000_000);
  return [
    ...(growth.ms <= allowed
      ? []
      : [
          `context packs: ${files} files take ${tenth(growth.ms)} times as long; ${tenth(allowed)} are allowed for ${tenth(growth.files)} times the files`,
        ]),
    ...(last.ms <= MS_MAX
      ? []
      : [
          `context packs: ${files} files take ${Math.round(last.ms)} ms of the processor; ${MS_MAX} are allowed`,
        ]),
    ...(last.aboveIdle <= MEMORY_MAX
      ? []
      : [
          `context packs: ${files} files take ${mb(last.aboveIdle)} MB more than an idle process; ${mb(MEMORY_MAX)} are allowed`,
        ]),
  ];
}
