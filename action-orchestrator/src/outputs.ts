import type { ActionContext } from "@slipway/action-kit";
import { type Decision, needsReview, type RunState, runStateOf } from "@slipway/model";
import { mergeGroup } from "./prepare-branches.ts";

/** Names the claimed work to the jobs that do it. @returns one sentence on what was decided */
export function writeOutputs(
  { runner }: ActionContext,
  { before, state }: { readonly before: RunState | null; readonly state: RunState },
  decision: Decision,
  blocked: ReadonlySet<string>,
): string {
  const { work } = decision;
  runner.setOutput("run-id", state.runId);
  runner.setOutput("stage", work.kind === "stage" ? work.stage : "");
  runner.setOutput("claim", work.kind === "stage" ? String(work.claim) : "");
  runner.setOutput(
    "notes",
    work.kind === "stage" && work.stage === "release" ? state.policy.release.notes : "",
  );
  const nodes = (work.kind === "nodes" ? work.nodes : []).filter((item) => !blocked.has(item.nodeId));
  runner.setOutput(
    "nodes",
    JSON.stringify(
      nodes.map((item) => {
        const node = state.nodes.find((candidate) => candidate.plan.id === item.nodeId);
        return {
          id: item.nodeId,
          mode: item.mode,
          claim: String(item.claim),
          mergeGroup: mergeGroup(state, item.nodeId),
          review: String(node !== undefined && needsReview(state, node)),
        };
      }),
    ),
  );
  const name = runStateOf(state);
  const justEnded =
    decision.events.some((event) => event.type === "run.completed" || event.type === "run.failed") ||
    (name === "CANCELLED" && before?.control !== "CANCELLED");
  runner.setOutput("over", String(justEnded));
  runner.setOutput("backend-url", state.backendUrl ?? "");
  switch (work.kind) {
    case "nodes":
      return `Claimed ${nodes.map((item) => `${item.nodeId} (${item.mode})`).join(", ") || "nothing"}.`;
    case "stage":
      return `Claimed the ${work.stage} stage.`;
    default:
      return work.reason;
  }
}
