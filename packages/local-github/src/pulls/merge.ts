/** Merging a pull request: merge, squash or rebase, as GitHub does it and with what GitHub refuses. */

import { deliverPull } from "../events/deliver.ts";
import { commitsBetween } from "../git/diff.ts";
import type { Git } from "../git/exec.ts";
import { gitText } from "../git/exec.ts";
import { mergeTrees, rebaseCommits } from "../git/merge.ts";
import { type Person, readCommit, writeCommit } from "../git/objects.ts";
import { branchHead, isAncestor, mergeBase, newWorkflowChange, swapRef, ZERO } from "../git/refs.ts";
import { ApiError, conflict, notAllowed } from "../http/errors.ts";
import { noteEvent } from "../issues/state.ts";
import type { PullIssue, UserRecord } from "../store/records.ts";
import type { Cause, World } from "../world.ts";
import { webFlow } from "./mergeability.ts";
import { afterRefChanges, closeReferenced } from "./ref-changes.ts";
import { rulesOf, unmetRules } from "./rules.ts";

export interface MergeInput {
  readonly method: "merge" | "squash" | "rebase";
  readonly title?: string | undefined;
  readonly message?: string | undefined;
  /** The head that the caller has seen. */
  readonly sha?: string | undefined;
}

const CONFLICT = "Pull Request has merge conflicts";
const HEAD_MODIFIED = "Head branch was modified. Review and try the merge again.";
const MODIFIED = "Base branch was modified. Review and try the merge again.";

export function personOf(world: World, user: UserRecord): Person {
  const email = `${user.id}+${user.login}@users.noreply.github.com`;
  return { name: user.name ?? user.login, email, date: world.store.timestamp() };
}

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
  const settings = repository.settings;
  const allowed = {
    merge: settings.allowMergeCommit,
    squash: settings.allowSquashMerge,
    rebase: settings.allowRebaseMerge,
  };
  if (!allowed[input.method]) {
    const name = { merge: "Merge commits", squash: "Squash merges", rebase: "Rebase merges" }[input.method];
    throw notAllowed(`${name} are not allowed on this repository.`);
  }
  const unmet = unmetRules(pull);
  if (unmet.length) throw notAllowed(`Repository rule violations found\n\n${unmet.join("\n\n")}\n\n`);
  const tip = await branchHead(git, base.ref);
  if (!tip) throw notAllowed("Pull Request is not mergeable");
  if (rulesOf(repository, base.ref).requiredStatusChecks?.strict && !(await isAncestor(git, tip, head.sha))) {
    throw notAllowed(
      "Repository rule violations found\n\nThis branch must be up-to-date with its base branch before merging.\n\n",
    );
  }
  if (!cause.changesWorkflows) await refuseWorkflowChange(git, tip, head.sha);
  const next = await mergedCommit(world, git, pull, head, tip, input, cause);
  refuseClosed();
  if (pull.pull.head.sha !== head.sha) throw conflict(HEAD_MODIFIED);
  if ((await swapRef(git, `refs/heads/${base.ref}`, next, tip)) === "conflict") throw notAllowed(MODIFIED);
  repository.verifiedCommits.add(next);

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
  await afterRefChanges(world, repository, [{ ref: `refs/heads/${base.ref}`, old: tip, next }], cause);
  if (base.ref === repository.defaultBranch) {
    await closeReferenced(world, repository, `${pull.title}\n${pull.body ?? ""}`, cause, null);
  }
  await deliverPull(world, pull, "closed", cause);
  if (settings.deleteBranchOnMerge && head.ref !== repository.defaultBranch)
    await deleteHead(world, pull, cause);
  return next;
}

async function deleteHead(world: World, pull: PullIssue, cause: Cause): Promise<void> {
  const { ref, sha } = pull.pull.head;
  const name = `refs/heads/${ref}`;
  if ((await swapRef(world.git(pull.repository), name, ZERO, sha)) === "updated") {
    await afterRefChanges(world, pull.repository, [{ ref: name, old: sha, next: ZERO }], cause);
  }
}

/** A job's token cannot have the `workflows` permission. */
async function refuseWorkflowChange(git: Git, tip: string, head: string): Promise<void> {
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

async function mergedCommit(
  world: World,
  git: Git,
  pull: PullIssue,
  head: PullIssue["pull"]["head"],
  tip: string,
  input: MergeInput,
  cause: Cause,
): Promise<string> {
  const { repository } = pull;
  const author = personOf(world, cause.user);
  const committer = webFlow(world);
  const start = (await mergeBase(git, tip, head.sha)) ?? tip;
  const shas = await commitsBetween(git, start, head.sha);
  if (input.method === "rebase") {
    const commits = await Promise.all(shas.map((sha) => readCommit(git, sha)));
    const plain = commits.flatMap((commit) => (commit && commit.parents.length < 2 ? [commit.sha] : []));
    const rebased = await rebaseCommits(git, plain, tip, committer);
    if (rebased.kind === "conflict") throw notAllowed("This branch can't be rebased due to conflicts");
    for (const sha of rebased.commits) repository.verifiedCommits.add(sha);
    return rebased.head;
  }
  const merged = await mergeTrees(git, tip, head.sha);
  if (merged.kind === "conflict") throw notAllowed(CONFLICT);
  if (input.method === "squash") {
    const commits = (await Promise.all(shas.map((sha) => readCommit(git, sha)))).flatMap((one) =>
      one ? [one] : [],
    );
    const only = commits.length === 1 ? commits[0] : undefined;
    const title =
      input.title ?? `${only ? (only.message.split("\n")[0] ?? "") : pull.title} (#${pull.number})`;
    const listed = only
      ? only.message.split("\n").slice(1).join("\n").trim()
      : commits.map((commit) => `* ${commit.message}`).join("\n\n");
    const message = joinMessage(title, input.message ?? listed);
    // A squash is the pull request's author's work, committed by whoever merges.
    return writeCommit(git, {
      tree: merged.tree,
      parents: [tip],
      message,
      author: personOf(world, pull.author),
      committer,
    });
  }
  const title =
    input.title ?? `Merge pull request #${pull.number} from ${repository.owner.login}/${head.ref}`;
  const message = joinMessage(title, input.message ?? pull.title);
  return writeCommit(git, { tree: merged.tree, parents: [tip, head.sha], message, author, committer });
}

function joinMessage(title: string, message: string): string {
  return message ? `${title}\n\n${message}` : title;
}
