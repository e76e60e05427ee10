/** Which faults each run meets, so that few runs meet each fault on each kind of request. Pure. */
import { FAULTS, type FaultName, type FaultSpec, stops, type Times } from "./catalog.ts";
import type { RequestKind } from "./kinds.ts";

export interface Cell {
  readonly kind: RequestKind;
  readonly fault: FaultName;
  readonly times: Times;
  /** How many requests of the kind are let by before it, since the fault before it had passed. */
  readonly from: number;
}

export interface RunPlan {
  readonly id: string;
  readonly cells: readonly Cell[];
  /** The server has no asynchronous merge, as on GitHub Enterprise Server. */
  readonly plainMerge: boolean;
}

/** A kind of request, and how many there are in a run that nothing happens to. In the order of the first. */
export interface Seen {
  readonly kind: RequestKind;
  readonly count: number;
}

export const PLAIN_MERGE = "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge";
const isAsync = (kind: RequestKind) => kind.includes("/merge-async");

/**
 * Every kind with each fault that passes, once or twice: as many runs as the kind with the most such faults has. The two
 * ways to merge exclude each other, so that each has every second run, and meets several faults there.
 */
export function passing(seen: readonly Seen[]): RunPlan[] {
  return covering(
    "passing",
    withPlainMerge(seen),
    (kind) => faultsOf(kind).filter(({ family }) => family !== "refusal"),
    MERGES,
  );
}

/** Every kind with each refusal, once. A refusal ends its job, so that few of them go into one run. */
export function refused(seen: readonly Seen[]): RunPlan[] {
  const kinds = withPlainMerge(seen);
  const parts = Array.from({ length: REFUSED_PARTS }, (_, part) =>
    kinds.filter((_, index) => index % REFUSED_PARTS === part),
  );
  const refusals = (kind: RequestKind) => faultsOf(kind).filter(({ family }) => family === "refusal");
  return parts
    .flatMap((part) => covering("refused", part, refusals, 2))
    .map((plan, run) => ({
      ...plan,
      id: `refused ${run + 1}`,
      cells: plan.cells.map((one) => ({ ...one, times: "once" as const })),
    }));
}

/** What a run of the sample merges. */
const MERGES = 3;
const REFUSED_PARTS = 3;

function covering(
  name: string,
  kinds: readonly Seen[],
  faults: (kind: RequestKind) => readonly FaultSpec[],
  merges: number,
): RunPlan[] {
  const runs = Math.max(1, ...kinds.map(({ kind }) => faults(kind).length));
  return Array.from({ length: runs }, (_, run): RunPlan => {
    const cells = kinds.flatMap(({ kind, count }, index): Cell[] => {
      const way = kind === PLAIN_MERGE ? 1 : isAsync(kind) ? 0 : undefined;
      const from = (run * 7 + index) % Math.max(1, count - 1);
      if (way === undefined) {
        const fault = faults(kind)[(run + index * 5) % runs];
        return fault ? [cell(kind, fault, run + index, from)] : [];
      }
      if (way !== run % 2 && runs > 1) return [];
      const first = (run >> 1) * merges;
      return faults(kind)
        .slice(first, first + merges)
        .map((fault, at) => cell(kind, fault, run + index + at, Math.min(1, at)));
    });
    return { id: `${name} ${run + 1}`, cells, plainMerge: run % 2 === 1 };
  });
}

const cell = (kind: RequestKind, fault: FaultSpec, parity: number, from: number): Cell => ({
  kind,
  fault: fault.name,
  times: parity % 2 === 0 ? "once" : "twice",
  from,
});

/**
 * Every kind with a fault for good: several to a run, one after another as the run gets to them. What a client does
 * about one fault of a family it does about the others, so each kind meets one of one family, and the families take turns.
 */
export function lasting(seen: readonly Seen[], perRun: number): RunPlan[] {
  const kinds = withPlainMerge(seen);
  const models = kinds.flatMap(({ kind }) => (kind.startsWith("model: ") ? [kind] : []));
  const cells = kinds.flatMap(({ kind }, index): Cell[] => {
    const faults = faultsOf(kind).filter(stops);
    const families = [...Map.groupBy(faults, ({ family }) => family).values()];
    const family = families[index % families.length] ?? [];
    // A model is asked by few stages: each meets two of its faults.
    const turn = models.indexOf(kind) % 3;
    const chosen = turn < 0 ? [] : [faults[turn], faults[turn + 3]];
    return (chosen.length > 0 ? chosen : [family[(index >> 1) % family.length]]).flatMap((fault) =>
      fault ? [{ kind, fault: fault.name, times: "always", from: 0 }] : [],
    );
  });
  const [plain, others] = [cells.filter(isPlain), cells.filter((cell) => !isPlain(cell))];
  const runs = Math.max(1, Math.ceil(others.length / perRun));
  const spread = Array.from({ length: runs }, (_, run): RunPlan => {
    const mine = others.filter((_, at) => at % runs === run);
    return { id: `lasting ${run + 1}`, cells: mine, plainMerge: false };
  });
  return plain.length === 0
    ? spread
    : [...spread, { id: `lasting ${runs + 1}`, cells: plain, plainMerge: true }];
}

const isPlain = ({ kind }: Cell) => kind === PLAIN_MERGE;

export function faultsOf(kind: RequestKind): readonly FaultSpec[] {
  return FAULTS.filter((fault) => fault.meets(kind));
}

/** Where it merges asynchronously it merges plainly on other servers, right then. */
function withPlainMerge(seen: readonly Seen[]): Seen[] {
  return seen.flatMap((one) =>
    one.kind.startsWith("PUT ") && isAsync(one.kind) ? [one, { ...one, kind: PLAIN_MERGE }] : [one],
  );
}

/** Some of the plans, as far from each other as can be. */
export function spreadOf<T>(plans: readonly T[], count: number): T[] {
  if (count >= plans.length) return [...plans];
  return Array.from(
    { length: count },
    (_, index) => plans[Math.floor((index * plans.length) / count)],
  ).flatMap((plan) => (plan === undefined ? [] : [plan]));
}
