/** What became of a run among faults, and what its table says. Pure. */

import { comparable, isTrace } from "../comparable.ts";
import { differences, differenceText } from "../differences.ts";
import { changesOf } from "../subjects.ts";
import type { FaultName } from "./catalog.ts";
import type { Cell } from "./plan.ts";
import type { Reference, RunResult } from "./run.ts";

export type Verdict = "same" | "stopped" | "LOST" | "DOUBLED" | "UNNAMED";

export interface Outcome {
  readonly id: string;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly unnamed: readonly string[];
  readonly cells: readonly { readonly cell: Cell; readonly hits: number; readonly verdict: Verdict }[];
}

export type Before = Pick<Reference, "state" | "subjects">;

export function outcomeOf(reference: Before, result: RunResult): Outcome {
  const all = differences(comparable(reference.state), comparable(result.state));
  const calls = dearer(reference, result);
  const halted = result.failures.length > 0 || result.stops.length > 0;
  const doubled = [
    ...result.twins,
    ...all
      .filter((one) => one.kind === "doubled" && !isTrace(one, (nodeId) => halted && nodeId !== ""))
      .map(differenceText),
  ];
  const lost = [
    ...all.filter(({ kind }) => kind !== "doubled").map(differenceText),
    ...result.invalid.map((text) => `not as GitHub's description has it: ${text}`),
  ];
  const unnamed = [
    ...result.stops
      .filter(({ named }) => !named)
      .map(({ cell }) => `the stop at ${cellText(cell)} says nothing of it`),
    ...result.failures
      .filter(({ errors }) => errors.length === 0)
      .map(({ job }) => `${job} failed without a word`),
  ];
  const outcome = { id: result.plan.id, lost, doubled: [...doubled, ...calls], unnamed };
  const worst: Verdict | undefined =
    lost.length > 0
      ? "LOST"
      : outcome.doubled.length > 0
        ? "DOUBLED"
        : unnamed.length > 0
          ? "UNNAMED"
          : undefined;
  const cells = result.meetings.map(({ cell, hits }) => {
    const stop = result.stops.find((one) => one.cell.kind === cell.kind && one.cell.fault === cell.fault);
    const verdict: Verdict = worst ?? (stop ? "stopped" : "same");
    return { cell, hits, verdict };
  });
  return { ...outcome, cells };
}

/** Model calls that were paid again, although what they gave could have been handed over. */
function dearer(reference: Before, { plan, state, subjects }: RunResult): string[] {
  return Object.entries(state.modelCalls).flatMap(([what, count]) => {
    const changes = changesOf(what, reference.subjects, subjects);
    const before = (reference.state.modelCalls[what] ?? 0) * changes;
    if (count <= before || plan.cells.some((cell) => mayCost(cell, what))) return [];
    return [`the model was asked ${count} times for ${what}, not ${before}`];
  });
}

/** An answer that was cut is paid for, and asked for again; so is what could not be handed over for good. */
function mayCost({ kind, fault, times }: Cell, what: string): boolean {
  // A base that moved makes another change of it, which is reviewed anew.
  if (fault === "405 base modified") return what.startsWith("review ");
  if (fault === "model cut") return what.startsWith(kind.slice("model: ".length));
  if (kind.startsWith("model: ")) return times === "always" && what.startsWith(kind.slice("model: ".length));
  return times === "always" && /^artifact: (CreateArtifact|FinalizeArtifact|upload)/.test(kind);
}

export function cellText({ kind, fault, times }: Cell): string {
  return `${fault}, ${times}, on ${kind}`;
}

/** The command that shows one cell alone. */
export function alone({ kind, fault, times, from }: Cell): string {
  return `npm run proof:faults -- --fault '${fault}' --on '${kind}' --times ${times}${from > 0 ? ` --from ${from}` : ""}`;
}

/** One line for each fault: how many kinds met it, how often, and what became of the runs. */
export function faultRows(names: readonly FaultName[], outcomes: readonly Outcome[]): (string | number)[][] {
  const cells = outcomes.flatMap((outcome) => outcome.cells);
  return [...new Set(names)].flatMap((name) => {
    const mine = cells.filter(({ cell }) => cell.fault === name);
    if (mine.length === 0) return [];
    const hit = mine.filter(({ hits }) => hits > 0);
    const kinds = new Set(hit.map(({ cell }) => cell.kind));
    const count = (verdict: Verdict) => hit.filter((one) => one.verdict === verdict).length;
    return [
      [
        name,
        kinds.size,
        hit.reduce((sum, { hits }) => sum + hits, 0),
        ...(["same", "stopped", "LOST", "DOUBLED", "UNNAMED"] as const).map((verdict) => count(verdict)),
      ],
    ];
  });
}
