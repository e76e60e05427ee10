import type { ActionContext } from "@slipway/action-kit";
import { ensureIssue } from "@slipway/github";
import {
  childrenOf,
  InternalError,
  issueSection,
  type LedgerEvent,
  type NodeState,
  nextId,
  type PlanNode,
  stateAfter,
  treeOf,
} from "@slipway/model";
import { fingerprintOf } from "./fingerprint.ts";
import { troubleText } from "./gate.ts";
import { type NodeRun, withNode } from "./node-run.ts";

/** Files what the last verdict refused as a defect under the node: once for the same finding. */
export function defect(context: ActionContext): Promise<void> {
  return withNode(context, async (run) => {
    const { state, node, claim, github } = run;
    const { verdict } = node;
    if (verdict?.outcome !== "refused")
      throw new InternalError(`${node.plan.id} was not refused: there is no defect to file.`);
    const tree = treeOf(state.nodes);
    const filed = childrenOf(tree, node.plan.id).filter((child) => child.plan.kind === "defect");
    const { attempts } = state.policy.limits;
    if (filed.length >= attempts) {
      const reason = `${filed.length} defects of ${node.plan.id} were fixed and it still does not pass: ${verdict.sentence}`;
      await run.finish([{ type: "node.blocked", nodeId: node.plan.id, reason: reason.slice(0, 2_000) }]);
      return;
    }
    const plan = defectPlan(run, nextId(tree, "D"));
    const event = (issue: { number: number; id: number }): LedgerEvent => ({
      type: "defect.filed",
      parentId: node.plan.id,
      claim,
      node: plan,
      fingerprint: fingerprintOf(node),
      issue,
    });
    // The state as it will be, to draw the issue from; the number in it is not shown there.
    const drawn = stateAfter(state, [event({ number: 1, id: 1 })], {
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
    });
    context.runner.addSummary(`### ${plan.id} filed as #${issue.number}\n\n${verdict.sentence}`);
    await run.finish([event(issue)]);
  });
}

function defectPlan({ node }: NodeRun, id: string): PlanNode {
  const verdict = node.verdict;
  if (!verdict) throw new InternalError(`${node.plan.id} has no verdict.`);
  const failing = verdict.gates.filter((gate) => gate.status === "fail").map((gate) => gate.name);
  return {
    id,
    kind: "defect",
    title: `Fix ${failing.join(" and ")} of ${node.plan.title}`.slice(0, 120),
    objective: troubleText(verdict, node.evidence),
    parent: node.plan.id,
    orderIndex: 0,
    dependsOn: [],
    requirements: [...node.plan.requirements],
    acceptance: failing.map((name) => `The gate ${name} of ${node.plan.id} passes`),
    size: "S",
    changeType: "fix",
    scope: node.plan.scope,
    breaking: false,
  };
}
