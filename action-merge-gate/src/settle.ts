import {
  type ActionContext,
  limitReason,
  loadFailure,
  loadJsonArtifact,
  workflowRunUrl,
} from "@slipway/action-kit";
import { artifactName, changeArtifactSchema, failureSummary, NO_USAGE, noteSummary } from "@slipway/model";
import { withNode } from "./node-run.ts";

/** Gives back the claim of a node whose jobs broke off, with the reason that they left. */
export function settle(context: ActionContext): Promise<void> {
  return withNode(context, async (run) => {
    const { node, claim } = run;
    const { environment, runner } = context;
    const change = await loadJsonArtifact(
      environment,
      artifactName.change(node.plan.id, claim),
      "change.json",
      changeArtifactSchema,
    );
    const left = await loadFailure(environment, node.plan.id, claim);
    const reason =
      left?.reason ??
      (change?.outcome === "unfinished"
        ? `The agent did not finish: ${change.reason}`
        : `A job of ${node.plan.id} ended without a result: see ${workflowRunUrl(environment)}.`);
    // What was published is on the node's account already.
    const usage = left?.usage ?? (change && node.subject === null ? change.usage : NO_USAGE);
    const nodeId = node.plan.id;
    // A job that had something to say has said it; else what was handed over still waits for somebody to take it up.
    // What an agent did without getting through is gone on from as well.
    const waits = change?.outcome === "unfinished" ? change.files.length > 0 : !left;
    const broke = waits ? ({ brokeOff: true } as const) : {};
    const limit = limitReason(run.state, run.github.now());
    if (limit !== undefined) {
      runner.addSummary(noteSummary(`${nodeId} is given back`, limit));
      await run.finish([{ type: "node.released", nodeId, claim, reason: limit, usage, ...broke }]);
      return;
    }
    runner.addSummary(failureSummary(`${nodeId} failed`, reason));
    await run.finish([
      { type: "node.failed", nodeId, claim, reason: reason.slice(0, 2_000), usage, ...broke },
    ]);
  });
}
