/** What is wrong with the end of a disturbed run, beside the run that nothing happened to. Pure. */
import type { LedgerEvent } from "@slipway/model";
import { comparable, isTrace } from "../../comparable.ts";
import { type Difference, differences, differenceText } from "../../differences.ts";
import type { EndState } from "../../end-state.ts";
import type { Problem } from "../sum.ts";
import type { BenchRun } from "./run.ts";

export function judged(reference: BenchRun, run: BenchRun): BenchRun {
  const problems = [
    ...run.problems,
    ...endProblems(reference.endState, run),
    ...run.twins.map((text): Problem => ({ kind: "doubled", text })),
    ...eventProblems(run.events),
    ...callProblems(reference, run),
  ];
  return { ...run, problems, outcome: problems.length > 0 ? "broken" : run.outcome };
}

function endProblems(reference: EndState, run: BenchRun): Problem[] {
  const failed = (nodeId: string) =>
    run.events.some((event) => event.type === "node.failed" && event.nodeId === nodeId);
  return differences(comparable(reference), comparable(run.endState))
    .filter((difference) => !isTrace(difference, failed))
    .map((difference) => ({ kind: kindOf(difference), text: differenceText(difference).slice(0, 1_000) }));
}

/** What is not as it should be has lost what it should be. */
const kindOf = ({ kind }: Difference): Problem["kind"] => (kind === "doubled" ? "doubled" : "lost");

const ONCE = ["run.started", "spec.recorded", "plan.recorded", "release.recorded", "run.completed"];

/** Each claim is given once, each stage recorded once, each node merged once. */
function eventProblems(events: readonly LedgerEvent[]): Problem[] {
  const seen = new Set<string>();
  return events.flatMap((event): Problem[] => {
    const key = onceKey(event);
    if (key === undefined) return [];
    if (seen.has(key)) return [{ kind: "doubled", text: `${key} is in the ledger twice` }];
    seen.add(key);
    return [];
  });
}

function onceKey(event: LedgerEvent): string | undefined {
  switch (event.type) {
    case "node.claimed":
      return `${event.type} ${event.nodeId}#${event.lease.claim}`;
    case "stage.claimed":
      return `${event.type} ${event.stage}#${event.lease.claim}`;
    case "node.merged":
      return `${event.type} ${event.nodeId}`;
    default:
      return ONCE.includes(event.type) ? event.type : undefined;
  }
}

/** An attempt that failed may ask the model again; one that did not may not. */
function callProblems(reference: BenchRun, run: BenchRun): Problem[] {
  const expected = reference.endState.modelCalls;
  const asked = run.endState.modelCalls;
  return [...new Set([...Object.keys(expected), ...Object.keys(asked)])].flatMap((work): Problem[] => {
    const once = expected[work] ?? 0;
    const times = asked[work] ?? 0;
    const most = once * (1 + triesMore(work, run));
    const text = `the model was asked ${times} times for ${work}; without disturbance ${once} times, here ${most} at most`;
    if (times < once) return [{ kind: "lost", text }];
    return times > most ? [{ kind: "doubled", text }] : [];
  });
}

/** Attempts that ended without a result, and changes that were checked anew. */
function triesMore(work: string, { events, tally }: BenchRun): number {
  const [stage, node] = work.split(" ");
  // A job that is run again has no claim of its own.
  const again = (tally["failed jobs run again"] ?? 0) + (tally["whole workflow run again"] ?? 0);
  const failed = events.filter((event) => {
    switch (event.type) {
      case "node.failed":
      case "node.released":
      case "node.conflicted":
        return event.nodeId === node;
      case "stage.failed":
      case "stage.released":
        return event.stage === stage;
      default:
        return false;
    }
  }).length;
  return failed + again;
}
