/** Pull requests: created, listed, read and edited. */

import { z } from "zod";
import { deliverPull } from "../events/deliver.ts";
import { commitsBetween, diffFiles, rawDiff, rawPatches } from "../git/diff.ts";
import { branchHead, mergeBase, setRef } from "../git/refs.ts";
import { type Call, causeOf, created, ok, parseBody, type Route, route } from "../http/call.ts";
import { ApiError, invalid, unprocessable } from "../http/errors.ts";
import { paged, pageQuery, slicePage } from "../http/paginate.ts";
import { closeIssue, noteEvent, reopenIssue } from "../issues/state.ts";
import { startMergeability } from "../pulls/mergeability.ts";
import { commitsJson, diffEntry } from "../serialize/commits.ts";
import { fullPull, pullRange, simplePull } from "../serialize/pulls.ts";
import type { PullIssue } from "../store/records.ts";
import { pullsOf } from "../store/store.ts";
import { rawAnswer } from "./commits.ts";
import { pullOf } from "./find.ts";
import { markdown, title } from "./schemas.ts";

const creation = z.object({
  title,
  head: z.string().min(1),
  base: z.string().min(1),
  body: markdown.nullish(),
  draft: z.boolean().optional(),
  maintainer_can_modify: z.boolean().optional(),
});

const edit = z.object({
  title: title.optional(),
  body: markdown.nullish(),
  state: z.enum(["open", "closed"]).optional(),
  base: z.string().optional(),
  maintainer_can_modify: z.boolean().optional(),
});

/** `owner:branch` and `branch` both name a branch of this repository; there are no forks here. */
function ownBranch(call: Call, name: string): string | undefined {
  const [owner, ...rest] = name.split(":");
  if (rest.length === 0) return name;
  return owner?.toLowerCase() === call.repository.owner.login.toLowerCase() ? rest.join(":") : undefined;
}

function refuseJobs(call: Call): void {
  if (call.actor.kind !== "job" || call.repository.settings.actionsCanCreatePullRequests) return;
  throw new ApiError(403, "GitHub Actions is not permitted to create or approve pull requests.");
}

function refuseTwin(call: Call, head: string, base: string): void {
  const twin = pullsOf(call.repository).some(
    ({ state, pull }) => state === "open" && pull.head.ref === head && pull.base.ref === base,
  );
  if (!twin) return;
  const message = `A pull request already exists for ${call.repository.owner.login}:${head}.`;
  throw invalid({ resource: "PullRequest", code: "custom", message });
}

async function create(call: Call) {
  const body = parseBody(call, creation);
  const { world, repository, git } = call;
  refuseJobs(call);
  const cause = causeOf(call);
  const branch = ownBranch(call, body.head);
  const headSha = branch === undefined ? undefined : await branchHead(git, branch);
  if (branch === undefined || !headSha)
    throw invalid({ resource: "PullRequest", field: "head", code: "invalid" });
  const baseSha = await branchHead(git, body.base);
  if (!baseSha) throw invalid({ resource: "PullRequest", field: "base", code: "invalid" });
  refuseTwin(call, branch, body.base);
  const start = await mergeBase(git, baseSha, headSha);
  if (!start) {
    const message = `The ${branch} branch has no history in common with ${body.base}`;
    throw invalid({ resource: "PullRequest", code: "custom", message });
  }
  if ((await commitsBetween(git, start, headSha)).length === 0) {
    const message = `No commits between ${body.base} and ${branch}`;
    throw invalid({ resource: "PullRequest", code: "custom", message });
  }
  // Between here and the record nothing is awaited: of two who ask at once one is refused, and no push is missed.
  const current = (await branchHead(git, branch)) ?? headSha;
  refuseTwin(call, branch, body.base);
  const at = world.store.timestamp();
  const pull: PullIssue = {
    id: world.store.nextId(),
    number: world.store.nextNumber(repository),
    repository,
    title: body.title,
    body: body.body ?? null,
    state: "open",
    stateReason: null,
    author: cause.user,
    app: cause.app,
    labels: [],
    assignees: [],
    type: null,
    locked: false,
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    closedBy: null,
    comments: [],
    reactions: [],
    events: [],
    children: [],
    parent: null,
    blockedBy: [],
    pull: {
      id: world.store.nextId(),
      base: { ref: body.base, sha: baseSha },
      head: { ref: branch, sha: current },
      draft: body.draft ?? false,
      mergedAt: null,
      mergedBy: null,
      mergeCommitSha: null,
      mergeability: { state: "unknown" },
      reviews: [],
      reviewComments: [],
      requestedReviewers: [],
    },
  };
  repository.issues.set(pull.number, pull);
  await setRef(git, `refs/pull/${pull.number}/head`, current);
  // As on GitHub the answer does not wait for the test merge.
  const answer = created(await fullPull(world, pull));
  startMergeability(world, pull);
  await deliverPull(world, pull, "opened", cause);
  return answer;
}

const SORTS: Readonly<Record<string, (pull: PullIssue) => string | number>> = {
  created: (pull) => pull.number,
  updated: (pull) => pull.updatedAt,
  popularity: (pull) => pull.comments.length,
  "long-running": (pull) => pull.createdAt,
};

function list(call: Call) {
  const { query, repository } = call;
  const state = query.get("state") ?? "open";
  const head = query.get("head");
  const base = query.get("base");
  // A head without an owner is ignored, as GitHub does.
  const branch = head?.includes(":") ? (ownBranch(call, head) ?? null) : undefined;
  const found = pullsOf(repository).filter(
    (pull) =>
      (state === "all" || pull.state === state) &&
      (branch === undefined || pull.pull.head.ref === branch) &&
      (base === null || pull.pull.base.ref === base),
  );
  const sort = query.get("sort") ?? "created";
  const key = SORTS[sort] ?? ((pull: PullIssue) => pull.number);
  const ascending = (query.get("direction") ?? (sort === "created" ? "desc" : "asc")) === "asc";
  found.sort((one, other) => {
    const [a, b] = [key(one), key(other)];
    const order = a < b ? -1 : a > b ? 1 : one.number - other.number;
    return ascending ? order : -order;
  });
  return paged(call, found, (pull) => simplePull(call.world, pull));
}

async function read(call: Call) {
  const pull = pullOf(call);
  const form = /\b(diff|patch)\b/.exec(call.accept)?.[1];
  if (form) {
    const { git, start, head } = await pullRange(call.world, pull);
    return rawAnswer(await (form === "diff" ? rawDiff : rawPatches)(git, start, head), form);
  }
  // Asked for the first time, mergeability is not known yet: the question starts the work.
  const json = await fullPull(call.world, pull);
  if (pull.state === "open") startMergeability(call.world, pull);
  return ok(json);
}

async function update(call: Call) {
  const pull = pullOf(call);
  const body = parseBody(call, edit);
  const { world, git } = call;
  const cause = causeOf(call);
  const changes: Record<string, { from: unknown }> = {};
  if (body.base !== undefined && body.base !== pull.pull.base.ref) {
    if (pull.state === "closed")
      throw unprocessable("Cannot change the base branch of a closed pull request.");
    const sha = await branchHead(git, body.base);
    if (!sha) throw invalid({ resource: "PullRequest", field: "base", code: "invalid" });
    changes.base = { from: pull.pull.base.ref };
    noteEvent(world, pull, "base_ref_changed", cause);
    pull.pull.base = { ref: body.base, sha };
    pull.pull.mergeability = { state: "unknown" };
  }
  if (body.title !== undefined && body.title !== pull.title) {
    changes.title = { from: pull.title };
    noteEvent(world, pull, "renamed", cause, { rename: { from: pull.title, to: body.title } });
    pull.title = body.title;
  }
  if (body.body !== undefined && body.body !== pull.body) {
    changes.body = { from: pull.body };
    pull.body = body.body ?? null;
  }
  if (Object.keys(changes).length > 0) {
    pull.updatedAt = world.store.timestamp();
    await deliverPull(world, pull, "edited", cause, { changes });
  }
  if (body.state === "closed" && pull.state === "open") await closeIssue(world, pull, null, cause);
  else if (body.state === "open" && pull.state === "closed") await reopen(call, pull);
  return ok(await fullPull(world, pull));
}

async function reopen(call: Call, pull: PullIssue): Promise<void> {
  const { world, git } = call;
  const sha = await branchHead(git, pull.pull.head.ref);
  if (pull.pull.mergedAt || !sha) {
    const message = pull.pull.mergedAt
      ? "The pull request cannot be reopened."
      : `The ${pull.pull.head.ref} branch was deleted.`;
    throw invalid({ resource: "PullRequest", field: "state", code: "invalid", message });
  }
  pull.pull.head.sha = sha;
  pull.pull.mergeability = { state: "unknown" };
  await reopenIssue(world, pull, causeOf(call));
}

async function files(call: Call) {
  const { git, start, head } = await pullRange(call.world, pullOf(call));
  return paged(call, await diffFiles(git, start, head), (file) =>
    diffEntry(call.world, call.repository, head, file),
  );
}

async function commits(call: Call) {
  const { git, start, head } = await pullRange(call.world, pullOf(call));
  const shas = (await commitsBetween(git, start, head)).slice(0, 250);
  const page = slicePage(shas, pageQuery(call));
  const answer = await paged(call, shas, () => null);
  return { ...answer, json: await commitsJson(call.world, call.repository, page) };
}

export const pullRoutes: readonly Route[] = [
  route("POST /repos/{owner}/{repo}/pulls", create),
  route("GET /repos/{owner}/{repo}/pulls", list),
  route("GET /repos/{owner}/{repo}/pulls/{pull_number}", read),
  route("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", update),
  route("GET /repos/{owner}/{repo}/pulls/{pull_number}/files", files),
  route("GET /repos/{owner}/{repo}/pulls/{pull_number}/commits", commits),
];
