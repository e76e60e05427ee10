import type { ActionContext } from "@slipway/action-kit";
import { ensureIssue, readEvents, reopenIssue } from "@slipway/github";
import {
  childrenOf,
  defectSummary,
  failureSummary,
  InternalError,
  issueSection,
  type LedgerEvent,
  type NodeState,
  nextId,
  noteSummary,
  type PlanNode,
  stateAfter,
  treeOf,
  type Verdict,
} from "@slipway/model";
import { type DefectStep, nextStep, roundsOf } from "./defect-rounds.ts";
import { type Failure, failuresOf, fingerprintOf, troubleText } from "./findings.ts";
import { type NodeRun, withNode } from "./node-run.ts";

/** Files what the last verdict refused as a defect under the node: once for the same finding. */
export function defect(context: ActionContext): Promise<void> {
  return withNode(context, async (run) => {
    const { state, node, claim } = run;
    const { verdict } = node;
    const nodeId = node.plan.id;
    if (state.control !== "RUN") {
      const reason = `The run is ${state.control}.`;
      await run.finish([{ type: "node.released", nodeId, claim, reason }]);
      return;
    }
    if (verdict?.outcome !== "refused")
      throw new InternalError(`${nodeId} was not refused: there is no defect to file.`);
    const failures = failuresOf(node);
    const fingerprint = fingerprintOf(nodeId, failures);
    const children = childrenOf(treeOf(state.nodes), nodeId);
    const step = nextStep({
      node,
      children,
      failures,
      fingerprint,
      filed: roundsOf(await readEvents(run.github.git, state.runId), nodeId),
      rounds: state.policy.limits.defectRounds,
    });
    switch (step.kind) {
      case "open":
        await run.finish([{ type: "node.released", nodeId, claim, reason: step.reason }]);
        context.runner.addSummary(noteSummary(nodeId, step.reason));
        return;
      case "blocked":
        await run.finish([{ type: "node.blocked", nodeId, reason: step.reason }]);
        context.runner.addSummary(failureSummary(`${nodeId} is BLOCKED`, step.reason));
        return;
      case "file":
        return file(context, run, verdict, step, failures, fingerprint);
    }
  });
}

async function file(
  context: ActionContext,
  run: NodeRun,
  verdict: Verdict,
  step: Extract<DefectStep, { kind: "file" }>,
  failures: readonly Failure[],
  fingerprint: string,
): Promise<void> {
  const { state, node, claim, github } = run;
  const { again } = step;
  const plan = again
    ? planAgain(run, again.plan)
    : defectPlan(run, nextId(treeOf(state.nodes), "D"), failures);
  const event = (issue: { number: number; id: number }): LedgerEvent => ({
    type: "defect.filed",
    parentId: node.plan.id,
    claim,
    node: plan,
    fingerprint,
    issue,
  });
  // The state as it will be, to draw the issue from; the number in it is not shown there.
  const drawn = stateAfter(state, [event(again?.issue ?? { number: 1, id: 1 })], {
    at: state.updatedAt,
    by: state.requestedBy,
  });
  const drawnNode = drawn.nodes.find((item) => item.plan.id === plan.id) as NodeState;
  const numbers = new Map(
    state.nodes.flatMap((item) => (item.issue ? [[item.plan.id, item.issue.number] as const] : [])),
  );
  const { issue } = await ensureIssue(github, {
    runId: state.runId,
    node: plan,
    body: issueSection(drawn, drawnNode, numbers),
    ...(node.issue ? { parent: node.issue } : {}),
    ...(again?.issue ? { known: again.issue.number } : {}),
  });
  if (again) await reopenIssue(github, issue.number);
  context.runner.addSummary(defectSummary(plan, issue.number, verdict));
  await run.finish([event(issue)]);
}

/** Title and place stay, with what people made of them; what is to be mended is told as it was found now. */
function planAgain({ node }: NodeRun, plan: PlanNode): PlanNode {
  const objective = `${plan.id} was to mend this before, and it is there again.\n\n${troubleText(node)}`;
  return { ...plan, objective: objective.slice(0, 2_000).toWellFormed() };
}

function defectPlan({ node }: NodeRun, id: string, failures: readonly Failure[]): PlanNode {
  const failing = (node.verdict?.gates ?? [])
    .filter((gate) => gate.status === "fail")
    .map((gate) => gate.name);
  return {
    id,
    kind: "defect",
    title: `Fix ${failing.join(" and ")} of ${node.plan.title}`.slice(0, 120).toWellFormed(),
    objective: troubleText(node).toWellFormed(),
    parent: node.plan.id,
    orderIndex: 0,
    dependsOn: [],
    requirements: [...node.plan.requirements],
    acceptance: failures
      .slice(0, 20)
      .map((failure) => `${failure.title.slice(0, 300).toWellFormed()} passes on ${node.plan.id}`),
    size: "S",
    changeType: "fix",
    scope: node.plan.scope,
    breaking: false,
  };
}
