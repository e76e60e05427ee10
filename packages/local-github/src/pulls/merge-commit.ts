/** The commit that a merge, squash or rebase of a pull request makes. */

import { commitsBetween } from "../git/diff.ts";
import type { Git } from "../git/exec.ts";
import { mergeTrees, rebaseCommits } from "../git/merge.ts";
import { type Person, readCommit, writeCommit } from "../git/objects.ts";
import { mergeBase } from "../git/refs.ts";
import { notAllowed } from "../http/errors.ts";
import type { PullIssue, UserRecord } from "../store/records.ts";
import type { Cause, World } from "../world.ts";
import { webFlow } from "./mergeability.ts";

export interface MergeInput {
  readonly method: "merge" | "squash" | "rebase";
  readonly title?: string | undefined;
  readonly message?: string | undefined;
  /** The head that the caller has seen. */
  readonly sha?: string | undefined;
}

const CONFLICT = "Pull Request has merge conflicts";
const NOT_REBASED = "This branch can't be rebased";

export function personOf(world: World, user: UserRecord): Person {
  const email = `${user.id}+${user.login}@users.noreply.github.com`;
  return { name: user.name ?? user.login, email, date: world.store.timestamp() };
}

/** @throws ApiError 405 when the two conflict, or the commits cannot be replayed to the result of a merge */
export async function mergedCommit(
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
  const merged = await mergeTrees(git, tip, head.sha);
  if (merged.kind === "conflict") throw notAllowed(CONFLICT);
  if (input.method === "rebase") {
    const commits = await Promise.all(shas.map((sha) => readCommit(git, sha)));
    const plain = commits.flatMap((commit) => (commit && commit.parents.length < 2 ? [commit.sha] : []));
    const rebased = await rebaseCommits(git, plain, tip, committer);
    // A result that is not the merge's would not be what was reviewed.
    if (rebased.kind !== "clean" || rebased.tree !== merged.tree) throw notAllowed(NOT_REBASED);
    // GitHub writes these anew and signs none of them.
    return rebased.head;
  }
  const signed = async (commit: Parameters<typeof writeCommit>[1]) => {
    const sha = await writeCommit(git, commit);
    repository.verifiedCommits.add(sha);
    return sha;
  };
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
    return signed({
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
  return signed({ tree: merged.tree, parents: [tip, head.sha], message, author, committer });
}

function joinMessage(title: string, message: string): string {
  return message ? `${title}\n\n${message}` : title;
}
