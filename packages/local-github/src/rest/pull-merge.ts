/** Merging a pull request, and bringing it up to date with its base. */

import { z } from "zod";
import { mergeTrees } from "../git/merge.ts";
import { writeCommit } from "../git/objects.ts";
import { branchHead, isAncestor, swapRef } from "../git/refs.ts";
import { type Call, causeOf, ok, parseBody, type Route, route } from "../http/call.ts";
import { ApiError, notFound, unprocessable } from "../http/errors.ts";
import { mergePull } from "../pulls/merge.ts";
import { personOf } from "../pulls/merge-commit.ts";
import { webFlow } from "../pulls/mergeability.ts";
import { afterRefChanges } from "../pulls/ref-changes.ts";
import { isLinear, NO_MERGE_COMMITS, violations } from "../pulls/rules.ts";
import { pullApiUrl } from "../serialize/pulls.ts";
import { pullOf } from "./find.ts";

const merging = z.object({
  commit_title: z.string().optional(),
  commit_message: z.string().optional(),
  sha: z.string().optional(),
  merge_method: z.enum(["merge", "squash", "rebase"]).optional(),
});

async function merge(call: Call) {
  const pull = pullOf(call);
  const body = parseBody(call, merging);
  const sha = await mergePull(
    call.world,
    pull,
    {
      method: body.merge_method ?? "merge",
      title: body.commit_title,
      message: body.commit_message,
      sha: body.sha,
    },
    causeOf(call),
  );
  return ok({ sha, merged: true, message: "Pull Request successfully merged" });
}

function isMerged(call: Call) {
  if (!pullOf(call).pull.mergedAt) throw notFound();
  return { status: 204 };
}

async function updateBranch(call: Call) {
  const pull = pullOf(call);
  const body = parseBody(call, z.object({ expected_head_sha: z.string().optional() }));
  const { world, git, repository } = call;
  const cause = causeOf(call);
  // A push in the meantime changes the record; this update is of the head that was there when it was asked for.
  const head = { ...pull.pull.head };
  const base = { ...pull.pull.base };
  if (body.expected_head_sha !== undefined && body.expected_head_sha !== head.sha) {
    throw unprocessable(`expected head sha didn’t match current head ref.`);
  }
  const tip = await branchHead(git, base.ref);
  if (pull.state !== "open" || !tip) throw unprocessable("The pull request is closed.");
  if (await isAncestor(git, tip, head.sha))
    throw unprocessable("There are no new commits on the base branch.");
  if (isLinear(repository, `refs/heads/${head.ref}`)) throw unprocessable(violations([NO_MERGE_COMMITS]));
  const merged = await mergeTrees(git, head.sha, tip);
  if (merged.kind === "conflict") throw unprocessable(`merge conflict between base and head`);
  const next = await writeCommit(git, {
    tree: merged.tree,
    parents: [head.sha, tip],
    message: `Merge branch '${base.ref}' into ${head.ref}`,
    author: personOf(world, cause.user),
    committer: webFlow(world),
  });
  const ref = `refs/heads/${head.ref}`;
  const old = head.sha;
  if ((await swapRef(git, ref, next, old)) === "conflict")
    throw new ApiError(422, `expected head sha didn’t match current head ref.`);
  repository.verifiedCommits.add(next);
  await afterRefChanges(world, repository, [{ ref, old, next }], cause);
  return { status: 202, json: { message: "Updating pull request branch.", url: pullApiUrl(world, pull) } };
}

export const pullMergeRoutes: readonly Route[] = [
  route("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", merge),
  route("GET /repos/{owner}/{repo}/pulls/{pull_number}/merge", isMerged),
  route("PUT /repos/{owner}/{repo}/pulls/{pull_number}/update-branch", updateBranch),
];
