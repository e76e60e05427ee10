/** What is wrong with a run in which somebody was killed, beside the reference. Pure. */
import { comparable, isTrace } from "../comparable.ts";
import { type Difference, differences, differenceText } from "../differences.ts";
import type { EndState } from "../end-state.ts";
import { changesOf } from "../subjects.ts";
import type { Point, PointRun } from "./point.ts";
import { workOf } from "./work.ts";

export type Calls = Readonly<Record<string, number>>;
/** The parts of a run that are compared. */
export type Ended = Pick<
  PointRun,
  "killed" | "sweeps" | "endState" | "subjects" | "twins" | "events" | "troubles"
>;

/** Sentences; none when the run ended in the reference's state and nothing was paid for twice. */
export function faultsOf(
  reference: Pick<Ended, "endState" | "subjects">,
  run: Ended,
  point: Point,
): string[] {
  if (run.killed === null) return [`the point was not reached: there was no write ${point.key}`];
  return [
    ...(run.sweeps < 0 ? [`the run did not come to its end: it is ${run.endState.run}`] : []),
    ...run.troubles.map((text) => `the engine: ${text}`),
    ...run.twins,
    ...stateDifferences(reference.endState, run).map(differenceText),
    ...callFaults(reference, run),
  ];
}

function stateDifferences(
  reference: EndState,
  { endState: other, events }: Pick<Ended, "endState" | "events">,
): Difference[] {
  const total = ({ modelCalls }: EndState) =>
    Object.values(modelCalls).reduce((sum, times) => sum + times, 0);
  const isPaidAlike = total(reference) === total(other);
  const failed = (nodeId: string) => events.includes(`node.failed ${nodeId}`);
  const found = differences(comparable(reference, isPaidAlike), comparable(other, isPaidAlike));
  return paired(found).filter((difference) => !isTrace(difference, failed));
}

/** One text lost and another too much at the same place is a text that changed: it is told from where they part. */
function paired(found: readonly Difference[]): Difference[] {
  return found.flatMap((difference): Difference[] => {
    const same = found.filter(({ path }) => path === difference.path);
    const [lost, more] = [
      same.filter(({ kind }) => kind === "lost"),
      same.filter(({ kind }) => kind === "doubled"),
    ];
    const [expected, given] = [lost[0]?.expected, more[0]?.found];
    if (lost.length !== 1 || more.length !== 1 || expected === undefined || given === undefined)
      return [difference];
    if (difference.kind !== "lost") return [];
    return [{ path: difference.path, kind: "changed", expected, found: given }];
  });
}

/**
 * A model may be asked again for what was not handed over when its job was killed. What was handed over is not paid
 * for again; a review is of one exact change, and a change that moved is to be reviewed anew.
 */
function callFaults(reference: Pick<Ended, "endState" | "subjects">, run: Ended): string[] {
  const asked = run.endState.modelCalls;
  const expected = reference.endState.modelCalls;
  const lost = run.killed === null || run.killed.handedOver ? undefined : workOf(run.killed.job);
  return [...new Set([...Object.keys(expected), ...Object.keys(asked)])].sort().flatMap((work) => {
    const once = expected[work] ?? 0;
    const times = asked[work] ?? 0;
    const changes = changesOf(work, reference.subjects, run.subjects);
    const most = once * changes + (work === lost ? once : 0);
    if (times < once) return [`the model was asked ${times} times for ${work} instead of ${once}`];
    return times > most ? [`the model was asked ${times} times for ${work}, which is ${most} at most`] : [];
  });
}
