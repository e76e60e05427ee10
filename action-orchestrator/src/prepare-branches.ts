import { appendTurn } from "@slipway/action-kit";
import { ensureBranch, type GitHub, mergeInto } from "@slipway/github";
import {
  ancestorsOf,
  baseBranchOf,
  branchChain,
  ConfigurationError,
  type LedgerEvent,
  type NodeState,
  type RunState,
  treeOf,
  type Work,
} from "@slipway/model";
import { readHeads } from "./look.ts";

/** Changes that share a merge group are merged one after another: all that go into one branch. */
export function mergeGroup(state: RunState, nodeId: string): string {
  const node = state.nodes.find((item) => item.plan.id === nodeId);
  return node?.plan.parent ? `${state.runId}-${node.plan.parent}` : `integration-${state.integrationBranch}`;
}

/**
 * Makes the branches that claimed work starts from, and brings into them what its dependencies delivered
 * elsewhere in the tree. Everything is looked up first, so a repeated turn changes nothing.
 *
 * @param seen where the branches were when they were looked at a moment ago; null when nobody looked
 * @returns nodes that were BLOCKED because a dependency conflicts with the branch, and what is worth telling
 */
export async function prepareBranches(
  github: GitHub,
  state: RunState,
  work: Work,
  by: string,
  defaultBranch: string,
  seen: ReadonlyMap<string, string> | null,
): Promise<{ blocked: ReadonlySet<string>; notes: readonly LedgerEvent[] }> {
  const blocked = new Set<string>();
  if ((work.kind !== "nodes" && work.kind !== "stage") || state.dryRun) return { blocked, notes: [] };
  const heads = new Map(seen ?? (await readHeads(github)));
  const notes = await makeIntegration(github, state, heads, defaultBranch);
  for (const { nodeId, mode } of work.kind === "nodes" ? work.nodes : []) {
    const node = state.nodes.find((item) => item.plan.id === nodeId);
    if (!node) continue;
    for (const { branch, from } of branchChain(state, node)) await makeBranch(github, heads, branch, from);
    // What is judged again is judged as it is: a base that moves would make it void.
    const reason = mode === "gate" ? undefined : await bringIn(github, state, node);
    if (!reason) continue;
    blocked.add(nodeId);
    await appendTurn(github, state.runId, by, () => ({ events: [{ type: "node.blocked", nodeId, reason }] }));
  }
  return { blocked, notes };
}

/** The integration branch that the policy names, from the default branch, where it is not there yet. */
async function makeIntegration(
  github: GitHub,
  { integrationBranch, policy }: RunState,
  heads: Map<string, string>,
  defaultBranch: string,
): Promise<LedgerEvent[]> {
  if (heads.has(integrationBranch) || policy.integrationBranch === undefined) return [];
  await makeBranch(github, heads, integrationBranch, defaultBranch);
  return [
    {
      type: "run.noted",
      text: `The integration branch ${integrationBranch} did not exist: it was made from ${defaultBranch}.`,
    },
  ];
}

async function makeBranch(
  github: GitHub,
  heads: Map<string, string>,
  branch: string,
  from: string,
): Promise<void> {
  if (heads.has(branch)) return;
  const start = heads.get(from);
  if (!start)
    throw new ConfigurationError(
      `The branch ${from}, which ${branch} should start from, does not exist. Create it, or name another integrationBranch in .github/slipway.yml.`,
    );
  heads.set(branch, (await ensureBranch(github, branch, start)).sha);
}

/** A sentence when a dependency's change cannot be brought in. */
async function bringIn(github: GitHub, state: RunState, node: NodeState): Promise<string | undefined> {
  const tree = treeOf(state.nodes);
  const wanted = [node, ...ancestorsOf(tree, node.plan.id)].flatMap((member) => member.plan.dependsOn);
  const base = baseBranchOf(state, node);
  for (const id of new Set(wanted)) {
    const dependency = tree.byId.get(id);
    // What was merged into the same branch is there already.
    if (!dependency?.mergeSha || dependency.plan.parent === node.plan.parent) continue;
    const message = `chore: bring ${id} into ${base}`;
    const merged = await mergeInto(github, { branch: base, head: dependency.mergeSha, message });
    if (merged.kind === "conflict")
      return `${id}, which ${node.plan.id} depends on, conflicts with ${base}: merge them by hand, then \`retry\`.`;
  }
  return undefined;
}
