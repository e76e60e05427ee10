import { appendTurn, bringDependencies, dependenciesAcross } from "@slipway/action-kit";
import { ensureBranch, type GitHub } from "@slipway/github";
import {
  baseBranchOf,
  branchChain,
  branchOf,
  ConfigurationError,
  type LedgerEvent,
  type NodeState,
  type RunState,
  type Work,
} from "@slipway/model";
import { readHeads } from "./look.ts";

/** Changes that share a merge group are merged one after another: all that go into one branch. */
export function mergeGroup(state: RunState, nodeId: string): string {
  const node = state.nodes.find((item) => item.plan.id === nodeId);
  return node?.plan.parent ? `${state.runId}-${node.plan.parent}` : `integration-${state.integrationBranch}`;
}

export interface Preparing {
  /** Login that events are recorded under. */
  readonly by: string;
  readonly defaultBranch: string;
  /** Where the branches were when they were looked at a moment ago; null when nobody looked. */
  readonly heads: ReadonlyMap<string, string> | null;
}

export interface Prepared {
  /** Nodes that were BLOCKED because a dependency conflicts with the branch. */
  readonly blocked: ReadonlySet<string>;
  /** What is worth telling. */
  readonly notes: readonly LedgerEvent[];
}

/**
 * Makes the branches that claimed work starts from, with what its dependencies delivered elsewhere in the tree.
 * Everything is looked up first, so a repeated turn changes nothing.
 */
export async function prepareBranches(
  github: GitHub,
  state: RunState,
  work: Work,
  { by, defaultBranch, heads: seen }: Preparing,
): Promise<Prepared> {
  const blocked = new Set<string>();
  if ((work.kind !== "nodes" && work.kind !== "stage") || state.dryRun) return { blocked, notes: [] };
  const heads = new Map(seen ?? (await readHeads(github)));
  const notes = await makeIntegration(github, state, heads, defaultBranch);
  for (const { nodeId, mode } of work.kind === "nodes" ? work.nodes : []) {
    const node = state.nodes.find((item) => item.plan.id === nodeId);
    if (!node) continue;
    for (const { branch, from } of branchChain(state, node)) await makeBranch(github, heads, branch, from);
    const reason = mode === "execute" ? await startWithDependencies(github, state, node, heads) : undefined;
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

/**
 * A node that builds on what was delivered elsewhere in the tree starts from a branch of its own that has it. The
 * branch that it is merged into gets it when the node is published, in the turn of its merge queue: moved now, it
 * would void what is being checked for that branch.
 *
 * @returns a sentence when a dependency conflicts with where the node starts
 */
async function startWithDependencies(
  github: GitHub,
  state: RunState,
  node: NodeState,
  heads: Map<string, string>,
): Promise<string | undefined> {
  if (dependenciesAcross(state, node).length === 0) return undefined;
  const branch = branchOf(node);
  await makeBranch(github, heads, branch, baseBranchOf(state, node));
  return bringDependencies(github, state, node, branch);
}
