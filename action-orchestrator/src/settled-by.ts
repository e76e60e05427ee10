import { type GitHub, readCheckStates } from "@slipway/github";
import type { RunState } from "@slipway/model";
import { awaitingOn, checksAwaited, settledOf } from "./facts.ts";

/** What a report on a commit means to a run. */
export type Settled =
  /** Nodes that need not wait any longer, one way or the other. */
  | { readonly kind: "settled"; readonly nodeIds: readonly string[] }
  | { readonly kind: "nothing"; readonly reason: string };

/**
 * Whether what nodes wait for on a commit has ended, as GitHub has it now: a report may come late, twice, or be about
 * something that nobody asked for. Requests: 2 when a node waits for a check on the commit, else none.
 */
export async function settledBy(github: GitHub, state: RunState, headSha: string): Promise<Settled> {
  const short = headSha.slice(0, 7);
  const waiting = awaitingOn(state, headSha);
  if (waiting.length === 0)
    return { kind: "nothing", reason: `No node of run ${state.runId} waits for a check on ${short}.` };
  const checks = await readCheckStates(github, headSha);
  const settled = settledOf(waiting, { pulls: [] }, new Map(waiting.map(({ plan }) => [plan.id, checks])));
  if (settled.size > 0) return { kind: "settled", nodeIds: [...settled] };
  const told = waiting.map(
    (node) =>
      `${node.plan.id} waits for ${checksAwaited(node)
        .map((name) => `\`${name}\``)
        .join(", ")} on ${short} still.`,
  );
  return { kind: "nothing", reason: told.join(" ") };
}
