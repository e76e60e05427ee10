/** Commit statuses, and the state of a commit over all of them. */

import { z } from "zod";
import { deliverStatus } from "../events/deliver-checks.ts";
import { objectType } from "../git/refs.ts";
import { actorUser, type Call, causeOf, created, param, parseBody, type Route, route } from "../http/call.ts";
import { unprocessable } from "../http/errors.ts";
import { linkHeader, paged, pageQuery, slicePage } from "../http/paginate.ts";
import { latestStatuses } from "../pulls/checks.ts";
import { simpleStatus, statusJson } from "../serialize/checks.ts";
import { apiUrl, minimalRepository } from "../serialize/repositories.ts";
import type { CommitStatusRecord } from "../store/records.ts";
import { commitOf } from "./find.ts";

const newStatus = z.object({
  state: z.enum(["error", "failure", "pending", "success"]),
  target_url: z.string().nullish(),
  description: z.string().nullish(),
  context: z.string().default("default"),
});
const MAX_DESCRIPTION = 140;
/** https://docs.github.com/rest/commits/statuses: per commit and context. */
const MAX_STATUSES = 1000;

async function create(call: Call) {
  const { world, repository } = call;
  const sha = param(call, "sha").toLowerCase();
  const body = parseBody(call, newStatus);
  if ((await objectType(call.git, sha)) !== "commit") throw unprocessable(`No commit found for SHA: ${sha}`);
  if ((body.description?.length ?? 0) > MAX_DESCRIPTION)
    throw unprocessable("Validation failed: Description is too long (maximum is 140 characters)");
  const before = repository.statuses.filter((one) => one.sha === sha && one.context === body.context);
  if (before.length >= MAX_STATUSES)
    throw unprocessable(
      "Validation failed: This SHA and context has reached the maximum number of statuses.",
    );
  const status: CommitStatusRecord = {
    id: world.store.nextId(),
    sha,
    state: body.state,
    context: body.context,
    description: body.description ?? null,
    targetUrl: body.target_url ?? null,
    creator: actorUser(call),
    app: causeOf(call).app,
    createdAt: world.store.timestamp(),
  };
  repository.statuses.push(status);
  await deliverStatus(world, repository, status, causeOf(call));
  return created(statusJson(world, repository, status));
}

async function combined(call: Call) {
  const { world, repository } = call;
  const sha = await commitOf(call, param(call, "ref"));
  const statuses = latestStatuses(repository, sha);
  const has = (...states: string[]) => statuses.some((status) => states.includes(status.state));
  const state = has("error", "failure")
    ? "failure"
    : has("pending") || !statuses.length
      ? "pending"
      : "success";
  const api = apiUrl(world, repository);
  const headers = linkHeader(call, statuses.length, pageQuery(call));
  const json = {
    state,
    statuses: slicePage(statuses, pageQuery(call)).map((status) => simpleStatus(world, repository, status)),
    sha,
    total_count: statuses.length,
    repository: minimalRepository(world, repository),
    commit_url: `${api}/commits/${sha}`,
    url: `${api}/commits/${sha}/status`,
  };
  return { status: 200, json, headers };
}

const R = "/repos/{owner}/{repo}";

export const statusRoutes: readonly Route[] = [
  route(`POST ${R}/statuses/{sha}`, create),
  route(`GET ${R}/commits/{ref}/status`, combined),
  route(`GET ${R}/commits/{ref}/statuses`, async (call) => {
    const sha = await commitOf(call, param(call, "ref"));
    const found = call.repository.statuses.filter((status) => status.sha === sha).reverse();
    return paged(call, found, (status) => statusJson(call.world, call.repository, status));
  }),
];
