import { holdsClaim, limitEvents, nodeOf, type RunSession } from "@slipway/action-kit";
import { LimitReachedError } from "@slipway/github";
import { errorText, type LedgerEvent, NO_USAGE, type RunState, type Work } from "@slipway/model";
import { type Prepared, type Preparing, prepareBranches } from "./prepare-branches.ts";

const REASON_MAX = 2_000;

/**
 * Prepares work that was just claimed. Where that fails its claims are given back and the next turn is asked for, or
 * nothing would ever take the work up again.
 *
 * @throws what the preparation threw, once the claims are given back
 */
export async function prepareClaimed(
  run: RunSession,
  state: RunState,
  work: Work,
  preparing: Preparing,
): Promise<Prepared> {
  try {
    return await prepareBranches(run.github, state, work, preparing);
  } catch (error) {
    const why = errorText(error);
    const reason = `The branches could not be prepared: ${why}`.slice(0, REASON_MAX);
    if (error instanceof LimitReachedError) {
      // Nobody's failure; a next turn now would only meet the limit again.
      await run.append((newest) => [
        ...limitEvents(error, newest),
        ...givenBack(newest, work, { as: "released", reason }),
      ]);
    } else {
      await run.append((newest) => givenBack(newest, work, { as: "failed", reason }));
      await run.advance();
    }
    throw error;
  }
}

/** The claims of the work that are still held, given back. Pure. */
export function givenBack(
  newest: RunState,
  work: Work,
  { as, reason }: { readonly as: "failed" | "released"; readonly reason: string },
): LedgerEvent[] {
  if (work.kind === "stage") {
    const { stage, claim } = work;
    return holdsClaim(newest.stages[stage], claim) ? [{ type: `stage.${as}`, stage, claim, reason }] : [];
  }
  return (work.kind === "nodes" ? work.nodes : [])
    .filter(({ nodeId, claim }) => holdsClaim(nodeOf(newest, nodeId), claim))
    .map(({ nodeId, claim }) =>
      as === "released"
        ? { type: "node.released", nodeId, claim, reason }
        : { type: "node.failed", nodeId, claim, reason, usage: NO_USAGE },
    );
}
