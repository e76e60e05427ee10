/** The command line of the crash points, and which points it asks for. Pure. */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { type CrashSample, crashSampleSchema, type Point } from "./point.ts";

export const USAGE = `Kills the maker of each write of the sample run, before the write and after it, and compares the end states.
  --at NUMBER         one write alone, counted from 1
  --when before|after with --at: one of its two points
  --from N --to N     a range of writes
  --only TEXT         writes whose name contains it
  --spread NUMBER     so many points, spread over all of them, some with the whole machine lost
  --loss process|machine   what is killed: the step's process (default), or everything of the job
  --sample small|defect  the run: of two tasks (default), or the same with a defect that is filed and mended
  --jobs NUMBER       runs at a time; default: the machine's cores
  --out FILE          keeps what came of each point as a line of JSON; points that are in it are not run again
  --list              prints the writes of the reference run and ends`;

export interface CrashOptions {
  readonly at: number | null;
  readonly when: Point["when"] | null;
  readonly from: number;
  readonly to: number;
  readonly only: string;
  readonly spread: number | null;
  readonly loss: Point["loss"] | null;
  readonly sample: CrashSample;
  readonly jobs: number;
  readonly out: string | null;
  readonly list: boolean;
}

/** @throws Error in a sentence for the person who gave the arguments */
export function readOptions(args: readonly string[]): CrashOptions {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      at: text,
      when: text,
      from: text,
      to: text,
      only: text,
      spread: text,
      loss: text,
      sample: text,
      jobs: text,
      out: text,
      list: { type: "boolean", default: false },
    },
  });
  const number = (name: "at" | "from" | "to" | "spread" | "jobs"): number | null => {
    const given = values[name];
    if (given === undefined) return null;
    if (!/^[1-9]\d*$/.test(given)) throw new Error(`--${name} ${given}: give a whole number, at least 1.`);
    return Number(given);
  };
  const one = <T extends string>(name: "when" | "loss" | "sample", known: readonly T[]): T | null => {
    const given = values[name];
    if (given === undefined) return null;
    const found = known.find((word) => word === given);
    if (!found) throw new Error(`--${name} ${given}: it is ${known.join(" or ")}.`);
    return found;
  };
  return {
    at: number("at"),
    when: one("when", ["before", "after"]),
    from: number("from") ?? 1,
    to: number("to") ?? Number.POSITIVE_INFINITY,
    only: values.only ?? "",
    spread: number("spread"),
    loss: one("loss", ["process", "machine"]),
    sample: one("sample", crashSampleSchema.options) ?? "small",
    jobs: number("jobs") ?? availableParallelism(),
    out: values.out ?? null,
    list: values.list,
  };
}

/** A point and the number of its write, from 1. */
export interface Numbered extends Point {
  readonly at: number;
}

export function pointsOf(writes: readonly string[], options: CrashOptions): Numbered[] {
  const { at, when, from, to, only, spread, loss } = options;
  const all = writes.flatMap((key, index): Numbered[] =>
    (["before", "after"] as const).map((side) => ({
      at: index + 1,
      key,
      when: side,
      loss: loss ?? "process",
    })),
  );
  const asked = all.filter(
    (point) =>
      (at === null ? point.at >= from && point.at <= to : point.at === at) &&
      (when === null || point.when === when) &&
      point.key.includes(only),
  );
  return spread === null ? asked : spreadOver(asked, spread, loss);
}

/** So many of them at equal distances; each third with the whole machine lost, where that was not said. */
function spreadOver(points: readonly Numbered[], count: number, loss: Point["loss"] | null): Numbered[] {
  const step = points.length / Math.min(count, points.length);
  return Array.from({ length: Math.min(count, points.length) }, (_, index) => {
    const point = points[Math.floor(index * step + step / 2)] as Numbered;
    return loss === null && index % 3 === 2 ? { ...point, loss: "machine" as const } : point;
  });
}
