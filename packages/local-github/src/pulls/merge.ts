/** Merging a pull request: merge, squash or rebase, as GitHub does it and with what GitHub refuses. */

import { deliverPull } from "../events/deliver.ts";
import type { Git } from "../git/exec.ts";
import { gitText } from "../git/exec.ts";
import { branchHead, isAncestor, newWorkflowChange, swapRef, ZERO } from "../git/refs.ts";
import { ApiError, conflict, notAllowed } from "../http/errors.ts";
import { noteEvent } from "../issues/state.ts";
import type { PullIssue } from "../store/records.ts";
import type { Cause, World } from "../world.ts";
import { type MergeInput, mergedCommit } from "./merge-commit.ts";
import { afterRefChanges, closeReferenced } from "./ref-changes.ts";
import { methodRefusal, QUEUE_ONLY, rulesOf, unmetRules, unverified, violations } from "./rules.ts";

const HEAD_MODIFIED = "Head branch was modified. Review and try the merge again.";
export const MODIFIED = "Base branch was modified. Review and try the merge again.";

/**
 * @throws ApiError 405 when it cannot be merged now, 409 when the head is another than `sha`.
 * @returns the commit that the base now is at.
 */
export async function mergePull(
  world: World,
  pull: PullIssue,
  input: MergeInput,
  cause: Cause,
): Promise<string> {
  const { repository } = pull;
  const git = world.git(repository);
  // What was judged is what is merged: a push in the meantime changes the record, not these.
  const head = { ...pull.pull.head };
  const base = { ...pull.pull.base };
  const refuseClosed = () => {
    if (pull.pull.mergedAt || pull.state === "closed") throw notAllowed("Pull Request is not mergeable");
  };
  refuseClosed();
  if (input.sha !== undefined && input.sha !== head.sha) {
    throw conflict(HEAD_MODIFIED);
  }
  if (pull.pull.draft) throw notAllowed("Pull Request is still a draft");
  const refusal = methodRefusal(pull, input.method);
  if (refusal !== undefined) throw notAllowed(refusal);
  const unmet = [
    ...(rulesOf(repository, base.ref).mergeQueue ? [QUEUE_ONLY] : []),
    ...unmetRules(pull),
    ...(await unverified(world, pull)),
  ];
  if (unmet.length) throw notAllowed(violations(unmet));
  const tip = await branchHead(git, base.ref);
  if (!tip) throw notAllowed("Pull Request is not mergeable");
  if (rulesOf(repository, base.ref).requiredStatusChecks?.strict && !(await isAncestor(git, tip, head.sha))) {
    throw notAllowed(violations(["This branch must be up-to-date with its base branch before merging."]));
  }
  if (!cause.changesWorkflows) await refuseWorkflowChange(git, tip, head.sha);
  const next = await mergedCommit(world, git, pull, head, tip, input, cause);
  refuseClosed();
  if (pull.pull.head.sha !== head.sha) throw conflict(HEAD_MODIFIED);
  if ((await swapRef(git, `refs/heads/${base.ref}`, next, tip)) === "conflict") throw notAllowed(MODIFIED);
  await land(world, pull, { head, base: base.ref, tip, next }, cause);
  return next;
}

/** Everything that follows once the base is at a pull request's merge. */
export async function land(
  world: World,
  pull: PullIssue,
  merge: {
    readonly head: { readonly ref: string; readonly sha: string };
    readonly base: string;
    /** Where the base was. */
    readonly tip: string;
    readonly next: string;
  },
  cause: Cause,
): Promise<void> {
  const { repository } = pull;
  const { head, base, tip, next } = merge;
  const at = world.store.timestamp();
  pull.pull.mergedAt = at;
  pull.pull.mergedBy = cause.user;
  pull.pull.mergeCommitSha = next;
  pull.pull.mergeability = { state: "unknown" };
  pull.state = "closed";
  pull.closedAt = at;
  pull.closedBy = cause.user;
  noteEvent(world, pull, "merged", cause, {}, next);
  noteEvent(world, pull, "closed", cause);
  await afterRefChanges(world, repository, [{ ref: `refs/heads/${base}`, old: tip, next }], cause);
  if (base === repository.defaultBranch) {
    await closeReferenced(world, repository, `${pull.title}\n${pull.body ?? ""}`, cause, null);
  }
  await deliverPull(world, pull, "closed", cause);
  if (repository.settings.deleteBranchOnMerge && head.ref !== repository.defaultBranch)
    await deleteHead(world, pull, cause);
}

async function deleteHead(world: World, pull: PullIssue, cause: Cause): Promise<void> {
  const { ref, sha } = pull.pull.head;
  const name = `refs/heads/${ref}`;
  if ((await swapRef(world.git(pull.repository), name, ZERO, sha)) === "updated") {
    await afterRefChanges(world, pull.repository, [{ ref: name, old: sha, next: ZERO }], cause);
  }
}

/** @throws ApiError 403 for a merge that would bring in what the token may not change */
export async function refuseWorkflowChange(git: Git, tip: string, head: string): Promise<void> {
  const touched = (
    await gitText(git, ["diff", "--name-only", `${tip}...${head}`, "--", ".github/workflows"])
  ).split("\n")[0];
  if (touched) throw workflowRefusal(touched);
}

export function workflowRefusal(path: string): ApiError {
  return new ApiError(
    403,
    `refusing to allow a GitHub App to create or update workflow \`${path}\` without \`workflows\` permission`,
  );
}

/** @throws ApiError 403 when a job's token would bring a workflow change into the repository. */
export async function refuseNewWorkflows(git: Git, sha: string, cause: Cause): Promise<void> {
  if (cause.changesWorkflows) return;
  const touched = await newWorkflowChange(git, sha);
  if (touched) throw workflowRefusal(touched);
}
