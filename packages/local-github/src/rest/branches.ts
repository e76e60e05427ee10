/** Branches, their rules, and merging one into another. */

import { z } from "zod";
import { mergeTrees } from "../git/merge.ts";
import { readCommit, writeCommit } from "../git/objects.ts";
import { branchHead, isAncestor, listRefs, resolveCommit, swapRef } from "../git/refs.ts";
import { hasRole } from "../http/auth.ts";
import {
  type Call,
  causeOf,
  created,
  noContent,
  ok,
  param,
  parseBody,
  type Route,
  route,
} from "../http/call.ts";
import { ApiError, conflict, notAccessible, notFound, requiresAuthentication } from "../http/errors.ts";
import { paged } from "../http/paginate.ts";
import { refuseNewWorkflows } from "../pulls/merge.ts";
import { personOf } from "../pulls/merge-commit.ts";
import { QUEUE_TIMEOUT } from "../pulls/merge-queue.ts";
import { webFlow } from "../pulls/mergeability.ts";
import { afterRefChanges } from "../pulls/ref-changes.ts";
import { MERGE_METHODS, NO_MERGE_COMMITS, rulesOf, violations } from "../pulls/rules.ts";
import { commitJson } from "../serialize/commits.ts";
import { apiUrl, fullName, htmlUrl } from "../serialize/repositories.ts";
import type { BranchRules, RepositoryRecord } from "../store/records.ts";

function isProtected(repository: RepositoryRecord, branch: string): boolean {
  return Object.keys(rulesOf(repository, branch)).length > 0;
}

function protection(call: Call, branch: string) {
  const rules = rulesOf(call.repository, branch);
  const url = `${apiUrl(call.world, call.repository)}/branches/${encodeURIComponent(branch)}/protection`;
  const checks = rules.requiredStatusChecks?.checks ?? [];
  return {
    protected: isProtected(call.repository, branch),
    protection: {
      enabled: isProtected(call.repository, branch),
      required_status_checks: {
        enforcement_level: checks.length ? "everyone" : "off",
        contexts: checks.map((check) => check.context),
        checks: checks.map((check) => ({ context: check.context, app_id: check.integrationId ?? null })),
      },
    },
    protection_url: url,
  };
}

async function getBranch(call: Call) {
  const name = param(call, "branch");
  const head = await branchHead(call.git, name);
  const commit = head && (await readCommit(call.git, head));
  if (!commit) throw new ApiError(404, "Branch not found");
  const url = `${apiUrl(call.world, call.repository)}/branches/${encodeURIComponent(name)}`;
  return ok({
    name,
    commit: commitJson(call.world, call.repository, commit),
    _links: { self: url, html: `${htmlUrl(call.world, call.repository)}/tree/${name}` },
    ...protection(call, name),
  });
}

/** The rule list of a branch, as rulesets show it (`repository-rule-detailed`). */
function ruleList(repository: RepositoryRecord, rules: BranchRules) {
  const source = {
    ruleset_source_type: "Repository",
    ruleset_source: fullName(repository),
    ruleset_id: repository.id,
  };
  return [
    ...(rules.deletion ? [{ type: "deletion", ...source }] : []),
    ...(rules.requiredLinearHistory ? [{ type: "required_linear_history", ...source }] : []),
    ...(rules.requiredSignatures ? [{ type: "required_signatures", ...source }] : []),
    ...(rules.mergeQueue
      ? [
          {
            type: "merge_queue",
            ...source,
            parameters: {
              check_response_timeout_minutes: Math.ceil(
                (rules.mergeQueue.timeoutMs ?? QUEUE_TIMEOUT) / 60_000,
              ),
              grouping_strategy: "ALLGREEN",
              max_entries_to_build: 1,
              max_entries_to_merge: 1,
              merge_method: (rules.mergeQueue.method ?? "merge").toUpperCase(),
              min_entries_to_merge: 1,
              min_entries_to_merge_wait_minutes: 0,
            },
          },
        ]
      : []),
    ...(rules.nonFastForward ? [{ type: "non_fast_forward", ...source }] : []),
    ...(rules.pullRequest
      ? [
          {
            type: "pull_request",
            ...source,
            parameters: {
              allowed_merge_methods: [...(rules.pullRequest.mergeMethods ?? MERGE_METHODS)],
              dismiss_stale_reviews_on_push: rules.pullRequest.dismissStaleReviews ?? false,
              require_code_owner_review: false,
              require_last_push_approval: false,
              required_approving_review_count: rules.pullRequest.approvals,
              required_review_thread_resolution: false,
            },
          },
        ]
      : []),
    ...(rules.requiredStatusChecks
      ? [
          {
            type: "required_status_checks",
            ...source,
            parameters: {
              do_not_enforce_on_create: false,
              required_status_checks: rules.requiredStatusChecks.checks.map((check) => ({
                context: check.context,
                ...(check.integrationId === undefined ? {} : { integration_id: check.integrationId }),
              })),
              strict_required_status_checks_policy: rules.requiredStatusChecks.strict,
            },
          },
        ]
      : []),
  ];
}

/**
 * Classic branch protection does not exist here: rules are all there is. Who may ask is told so, others what GitHub
 * tells them.
 */
function classic(call: Call): never {
  const { actor } = call;
  if (actor.kind === "anonymous" || actor.kind === "jwt") throw requiresAuthentication();
  if (actor.kind !== "user") throw notAccessible();
  throw hasRole(call.repository, actor.user.login, "admin")
    ? new ApiError(404, "Branch not protected")
    : notFound();
}

const mergeBody = z.object({ base: z.string(), head: z.string(), commit_message: z.string().optional() });

async function merge(call: Call) {
  const { world, repository, git } = call;
  const body = parseBody(call, mergeBody);
  const tip = await branchHead(git, body.base);
  if (!tip) throw new ApiError(404, "Base does not exist");
  const head = await resolveCommit(git, body.head);
  if (!head) throw new ApiError(404, "Head does not exist");
  if (await isAncestor(git, head, tip)) return noContent();
  const rules = rulesOf(repository, body.base);
  if (rules.pullRequest) throw conflict(violations(["Changes must be made through a pull request."]));
  // Every merge by this way is a commit, also where moving the branch would do.
  if (rules.requiredLinearHistory) throw conflict(violations([NO_MERGE_COMMITS]));
  const merged = await mergeTrees(git, tip, head);
  if (merged.kind === "conflict") throw conflict("Merge conflict");
  const cause = causeOf(call);
  const sha = await writeCommit(git, {
    tree: merged.tree,
    parents: [tip, head],
    message: body.commit_message ?? `Merge ${body.head} into ${body.base}`,
    author: personOf(world, cause.user),
    committer: webFlow(world),
  });
  await refuseNewWorkflows(git, sha, cause);
  if ((await swapRef(git, `refs/heads/${body.base}`, sha, tip)) === "conflict")
    throw conflict("Base branch was modified");
  repository.verifiedCommits.add(sha);
  await afterRefChanges(world, repository, [{ ref: `refs/heads/${body.base}`, old: tip, next: sha }], cause);
  const commit = await readCommit(git, sha);
  if (!commit) throw notFound();
  return created(commitJson(world, repository, commit));
}

export const branchRoutes: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/branches", async (call) => {
    const only = call.query.get("protected");
    const refs = (await listRefs(call.git, "refs/heads/")).map((ref) => ({
      name: ref.name.slice("refs/heads/".length),
      sha: ref.sha,
    }));
    const found = refs.filter(
      ({ name }) => only === null || isProtected(call.repository, name) === (only === "true"),
    );
    const api = apiUrl(call.world, call.repository);
    return paged(call, found, ({ name, sha }) => ({
      name,
      commit: { sha, url: `${api}/commits/${sha}` },
      ...protection(call, name),
    }));
  }),
  route("GET /repos/{owner}/{repo}/branches/{branch}", getBranch),
  // Rules also answer for a branch that does not exist yet.
  route("GET /repos/{owner}/{repo}/rules/branches/{branch}", (call) =>
    paged(call, ruleList(call.repository, rulesOf(call.repository, param(call, "branch"))), (rule) => rule),
  ),
  route("GET /repos/{owner}/{repo}/branches/{branch}/protection", classic),
  route("GET /repos/{owner}/{repo}/branches/{branch}/protection/required_status_checks", classic),
  route("POST /repos/{owner}/{repo}/merges", merge),
];
