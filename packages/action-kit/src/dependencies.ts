import { branchSha, type GitHub, MissingRefError, mergeInto } from "@slipway/github";
import { ancestorsOf, type NodeState, type RunState, TRAILERS, treeOf } from "@slipway/model";

/** Nodes elsewhere in the tree whose merged change a node builds on: its own dependencies and those of what it is part of. */
export function dependenciesAcross(state: RunState, node: NodeState): NodeState[] {
  const tree = treeOf(state.nodes);
  const named = [node, ...ancestorsOf(tree, node.plan.id)].flatMap((member) => member.plan.dependsOn);
  return [...new Set(named)].flatMap((id) => {
    const dependency = tree.byId.get(id);
    // What was merged into the same branch is there already.
    return dependency?.mergeSha && dependency.plan.parent !== node.plan.parent ? [dependency] : [];
  });
}

/**
 * Commits each of which holds what a dependency delivered: its own merge, and those of what it is part of where that was
 * squashed or rebased on its way up. The last one is what is best to be brought: the same change under two commits
 * would conflict with what was built on one of them. No API request.
 */
export async function deliveriesOf(
  { git }: Pick<GitHub, "git">,
  state: RunState,
  node: NodeState,
  dependency: NodeState,
): Promise<string[]> {
  if (dependency.mergeSha === null) return [];
  const tree = treeOf(state.nodes);
  const shared = new Set([node, ...ancestorsOf(tree, node.plan.id)].map(({ plan }) => plan.id));
  const commits = [dependency.mergeSha];
  for (const { plan, mergeSha } of ancestorsOf(tree, dependency.plan.id)) {
    if (shared.has(plan.id)) break;
    if (mergeSha !== null && !(await git.isAncestor(commits.at(-1) ?? "", mergeSha))) commits.push(mergeSha);
  }
  return commits;
}

/** Whether a commit holds one of these: in its history, or brought by a commit that names it. No API request. */
export async function holdsAny(
  { git }: Pick<GitHub, "git">,
  commit: string,
  deliveries: readonly string[],
): Promise<boolean> {
  for (const sha of deliveries) if (await git.isAncestor(sha, commit)) return true;
  const named = deliveries.map((sha) => `--grep=^${TRAILERS.merged}: ${sha}$`);
  if (named.length === 0) return false;
  const { stdout } = await git.run(["log", "-1", "--format=%H", ...named, commit, "--"]);
  return stdout.length > 0;
}

/** Heads of what was merged into the branch that a node goes into: where it was squashed or rebased, only the ledger knows. */
export function mergedHeads(state: RunState, { plan }: NodeState): string[] {
  return state.nodes.flatMap((other) =>
    other.plan.parent === plan.parent && other.plan.id !== plan.id && other.mergeSha !== null && other.subject
      ? [other.subject.headSha]
      : [],
  );
}

/**
 * Merges what a node's dependencies delivered elsewhere into a branch. What is in it already costs no API request and
 * changes nothing.
 *
 * @returns a sentence when one of them conflicts with the branch
 */
export async function bringDependencies(
  github: GitHub,
  state: RunState,
  node: NodeState,
  branch: string,
): Promise<string | undefined> {
  for (const dependency of dependenciesAcross(state, node)) {
    const { plan } = dependency;
    const deliveries = await deliveriesOf(github, state, node, dependency);
    const head = deliveries.at(-1);
    if (head === undefined) continue;
    if (await isBrought(github, branch, deliveries)) continue;
    const message = `chore: bring ${plan.id} into ${branch}`;
    const merged = await mergeInto(github, { branch, head, message });
    if (merged.kind === "conflict")
      return `${plan.id}, which ${node.plan.id} depends on, conflicts with ${branch}: merge them by hand, then \`retry\`.`;
  }
  return undefined;
}

/** What the server no longer gives out counts as missing: the attempt to merge it says so to people. */
async function isBrought(github: GitHub, branch: string, deliveries: readonly string[]): Promise<boolean> {
  const at = await branchSha(github, branch);
  if (at === undefined) return false;
  try {
    return await holdsAny(github, at, deliveries);
  } catch (error) {
    if (error instanceof MissingRefError) return false;
    throw error;
  }
}
