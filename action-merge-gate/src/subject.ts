import { readEvents } from "@slipway/github";
import {
  baseBranchOf,
  branchOf,
  type EventRecord,
  InternalError,
  type LedgerEvent,
  type RunState,
  type Subject,
} from "@slipway/model";
import type { NodeRun } from "./node-run.ts";

/** What would be merged now, read from the branches themselves. No API request. */
export async function currentSubject({ github, state, node }: NodeRun): Promise<Subject> {
  const base = `refs/heads/${baseBranchOf(state, node)}`;
  const own = `refs/heads/${branchOf(node)}`;
  const heads = await github.git.lsRemote([base, own]);
  const nowhere = "0".repeat(40);
  return {
    specHash: specHashOf(state),
    baseSha: heads.get(base) ?? nowhere,
    headSha: heads.get(own) ?? nowhere,
  };
}

/** @throws InternalError when the run has no specification, and so nothing that a change could be judged by */
export function specHashOf({ runId, specHash }: RunState): string {
  if (!specHash) throw new InternalError(`Run ${runId} has no specification.`);
  return specHash;
}

/** What was judged is void: which of the two moved since. Undefined while neither has. */
export function movedSide(judged: Subject | null, now: Subject): "base" | "head" | undefined {
  if (!judged || judged.headSha !== now.headSha) return "head";
  return judged.baseSha === now.baseSha ? undefined : "base";
}

/** After so many times in a row a person is asked. */
const STALE_ROUNDS = 5;

/** Gives the node back to be checked again on what is there now; too often in a row, it is BLOCKED. */
export async function giveBackStale(run: NodeRun, side: "base" | "head"): Promise<"stale" | "stopped"> {
  const { node, claim, github, state } = run;
  const nodeId = node.plan.id;
  const rounds = 1 + staleRounds(await readEvents(github.git, state.runId), nodeId);
  if (rounds >= STALE_ROUNDS) {
    const reason = `The ${side} of ${nodeId} moved ${rounds} times in a row while the change was checked: someone pushes faster than it can be tested. Let the branch rest, then \`retry ${nodeId}\`.`;
    await run.finish([{ type: "node.blocked", nodeId, reason }]);
    return "stopped";
  }
  const reason = `The ${side} moved while the change was checked: it is checked again (${rounds} of ${STALE_ROUNDS - 1}).`;
  await run.finish([{ type: "node.released", nodeId, claim, reason, stale: true }]);
  return "stale";
}

/** How often in a row, until now, a node was given back because head or base had moved. */
export function staleRounds(events: readonly EventRecord[], nodeId: string): number {
  let rounds = 0;
  for (const { event } of [...events].reverse()) {
    if (!concerns(event, nodeId)) continue;
    if (event.type === "node.released") {
      if (!event.stale) return rounds;
      rounds++;
    } else if (
      event.type !== "node.claimed" &&
      event.type !== "node.published" &&
      event.type !== "node.judged"
    ) {
      return rounds;
    }
  }
  return rounds;
}

/** A retry starts every count anew. */
function concerns(event: LedgerEvent, nodeId: string): boolean {
  if (event.type === "run.retried") return event.nodeId === null || event.nodeId === nodeId;
  return "nodeId" in event && event.nodeId === nodeId;
}
