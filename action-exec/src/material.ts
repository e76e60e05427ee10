import type { PackMaterial, RecentLog, SiblingChange } from "@slipway/agents";
import type { Evidence, NodeState } from "@slipway/model";

type Recorded = Pick<NodeState, "plan" | "mergeSha" | "finishedAt" | "summary" | "evidence">;

/** What the run's record knows that helps who builds a node: what was merged beside it, and what its checks printed. */
export function recordedMaterial(
  { nodes }: { readonly nodes: readonly Recorded[] },
  node: Recorded,
): Pick<PackMaterial, "siblings" | "logs"> {
  return {
    siblings: nodes.flatMap((other) => (other.plan.id === node.plan.id ? [] : siblingOf(other))),
    logs: node.evidence.flatMap(logsOf),
  };
}

/** Parents deliver what their children did: they have no words of their own. */
function siblingOf({ plan, mergeSha, finishedAt, summary, evidence }: Recorded): SiblingChange[] {
  if (mergeSha === null || finishedAt === null || summary === null) return [];
  const paths = evidence.flatMap((one) => (one.kind === "checks" ? one.paths : []));
  return [{ nodeId: plan.id, title: plan.title, summary, sha: mergeSha, at: finishedAt, paths }];
}

function logsOf(evidence: Evidence): RecentLog[] {
  const { at } = evidence;
  if (evidence.kind === "qa")
    return evidence.commands.map(({ name, command, exitCode, output }) => ({
      name: `qa: ${name}`,
      outcome: exitCode === 0 ? "success" : exitCode === null ? "cancelled" : "failure",
      at,
      text: `$ ${command}\n${output}`,
    }));
  if (evidence.kind === "checks")
    return evidence.checks.flatMap(({ name, state, title, summary }) =>
      state === "fail" ? [{ name, outcome: "failure", at, text: `${title}\n\n${summary}` }] : [],
    );
  return [];
}
