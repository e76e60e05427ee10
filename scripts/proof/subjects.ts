/** How many exact changes of each node were to be reviewed. Pure. */
import type { LedgerEvent } from "@slipway/model";

/** By node. */
export type Subjects = Readonly<Record<string, number>>;

export function subjectsOf(events: readonly LedgerEvent[]): Subjects {
  const subjects: Record<string, Set<string>> = {};
  for (const event of events) {
    if (event.type !== "node.published") continue;
    const { baseSha, headSha } = event.subject;
    subjects[event.nodeId] ??= new Set();
    subjects[event.nodeId]?.add(`${baseSha} ${headSha}`);
  }
  return Object.fromEntries(Object.entries(subjects).map(([node, seen]) => [node, seen.size]));
}

/**
 * How many times as often as in the reference a model may be asked for a work: a review is of one exact change, and a
 * change that moved is reviewed anew.
 *
 * @param work `execute T1`, `review T1`
 */
export function changesOf(work: string, reference: Subjects, run: Subjects): number {
  const node = /^review (\S+)$/.exec(work)?.[1];
  return node === undefined ? 1 : Math.max(1, (run[node] ?? 1) / (reference[node] ?? 1));
}
