/** Whether a pull request merges cleanly. As on GitHub it is worked out after it was first asked for. */

import { mergeTrees } from "../git/merge.ts";
import { writeCommit } from "../git/objects.ts";
import { branchHead, isAncestor, removeRef, setRef } from "../git/refs.ts";
import type { Mergeability, PullIssue } from "../store/records.ts";
import type { World } from "../world.ts";
import { contextsOf } from "./checks.ts";
import { rulesOf, unmetRules } from "./rules.ts";

/** GitHub's own name on commits that it writes itself. */
export function webFlow(world: World) {
  return { name: "GitHub", email: "noreply@github.com", date: world.store.timestamp() };
}

async function compute(world: World, pull: PullIssue): Promise<Mergeability> {
  const git = world.git(pull.repository);
  const { head, base } = pull.pull;
  const tip = await branchHead(git, base.ref);
  if (!tip) return { state: "conflict", files: [] };
  const merged = await mergeTrees(git, tip, head.sha);
  if (merged.kind === "conflict") return { state: "conflict", files: merged.files };
  const mergeCommit = await writeCommit(git, {
    tree: merged.tree,
    parents: [tip, head.sha],
    message: `Merge ${head.sha} into ${tip}`,
    author: webFlow(world),
    committer: webFlow(world),
  });
  return { state: "clean", mergeCommit };
}

/** Starts the computation if it has not been made since the last change of head or base. */
export function startMergeability(world: World, pull: PullIssue): void {
  if (pull.pull.mergeability.state !== "unknown") return;
  const done = (async () => {
    // The state that announces this computation is set right below, before anything here has been awaited.
    await Promise.resolve();
    const mine = pull.pull.mergeability;
    let result: Mergeability;
    try {
      result = await compute(world, pull);
    } catch (error) {
      process.emitWarning(`Mergeability of #${pull.number} could not be computed: ${String(error)}`);
      result = { state: "unknown" };
    }
    // A push in the meantime has asked for another computation: this one is stale.
    if (pull.pull.mergeability !== mine) return;
    pull.pull.mergeability = result;
    const ref = `refs/pull/${pull.number}/merge`;
    const git = world.git(pull.repository);
    await (result.state === "clean" ? setRef(git, ref, result.mergeCommit) : removeRef(git, ref)).catch(
      () => undefined,
    );
  })();
  pull.pull.mergeability = { state: "computing", done };
}

/** The computed mergeability; waits for it. */
export async function settledMergeability(world: World, pull: PullIssue): Promise<Mergeability> {
  for (let round = 0; round < 10; round++) {
    startMergeability(world, pull);
    const now = pull.pull.mergeability;
    if (now.state !== "computing") return now;
    await now.done;
  }
  return pull.pull.mergeability;
}

/** `mergeable_state` of a mergeability that the caller has read, so that what it shows beside it agrees. */
export async function mergeableState(
  world: World,
  pull: PullIssue,
  { state }: Pick<Mergeability, "state">,
): Promise<string> {
  if (pull.pull.mergedAt) return "unknown";
  if (state === "unknown" || state === "computing") return "unknown";
  if (state === "conflict") return "dirty";
  if (pull.pull.draft) return "draft";
  if (unmetRules(pull).length) return "blocked";
  const rules = rulesOf(pull.repository, pull.pull.base.ref);
  if (rules.requiredStatusChecks?.strict) {
    const git = world.git(pull.repository);
    const tip = await branchHead(git, pull.pull.base.ref);
    if (tip && !(await isAncestor(git, tip, pull.pull.head.sha))) return "behind";
  }
  const contexts = contextsOf(pull.repository, pull.pull.head.sha);
  return contexts.every((context) => context.state === "success") ? "clean" : "unstable";
}
