/** What comes before a decision: the fold of a run's events, or the parse of the snapshot that spares it. */
import { foldEvents, type LedgerEvent, NO_USAGE, stateSchema } from "@slipway/model";
import {
  AT,
  evidenceOf,
  lease,
  plannedEvents,
  recordsOf,
  sha,
  subjectOf,
} from "../../packages/model/src/testing/samples.ts";
import { median } from "./stats.ts";
import { table } from "./table.ts";
import { crossed } from "./trees.ts";

const SIZES = [1_000, 10_000, 100_000] as const;
const TIMES = 3;

/** Prints the table; there is no bound to it. */
export function benchFold(print: (text: string) => void): void {
  const rows = SIZES.map((size) => {
    const records = recordsOf(wholeRun(size));
    const state = foldEvents(null, records);
    const snapshot = JSON.stringify(state);
    return [
      size.toLocaleString("en"),
      records.length.toLocaleString("en"),
      milliseconds(() => foldEvents(null, records)),
      Math.round(snapshot.length / 1_000_000),
      milliseconds(() => stateSchema.parse(JSON.parse(snapshot))),
    ];
  });
  print(
    `Fold of a run in which each node was claimed, published, judged and merged, and parse of its snapshot; median of ${TIMES}\n`,
  );
  print(table(["nodes", "events", "fold ms", "snapshot MB", "parse ms"], rows));
}

function wholeRun(size: number): LedgerEvent[] {
  const nodes = crossed.nodesOf(size);
  return [
    ...plannedEvents({ nodes }),
    ...nodes.flatMap(({ id: nodeId }, at): LedgerEvent[] => {
      const subject = subjectOf(at + 1);
      const on = { nodeId, claim: 1 };
      const verdict = {
        nodeId,
        subject,
        outcome: "mergeable" as const,
        sentence: "Mergeable.",
        gates: [],
        at: AT,
      };
      return [
        { type: "node.claimed", nodeId, mode: "execute", lease: lease(1) },
        {
          type: "node.published",
          ...on,
          branch: `task/${at}`,
          pull: at + 1,
          subject,
          summary: "What was done.",
          usage: NO_USAGE,
        },
        { type: "node.judged", ...on, evidence: evidenceOf(nodeId, subject), verdict },
        { type: "node.merged", ...on, pull: at + 1, mergeSha: sha(at + 1) },
      ];
    }),
  ];
}

function milliseconds(work: () => unknown): number {
  const times = Array.from({ length: TIMES }, () => {
    const began = performance.now();
    work();
    return performance.now() - began;
  });
  return Math.round(median(times));
}
