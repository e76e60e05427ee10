/** Releases and the tags that they make. */

import { z } from "zod";
import { branchHead, isValidRefName, readRef, resolveCommit, swapRef, ZERO } from "../git/refs.ts";
import { isIntegration } from "../http/auth.ts";
import {
  type Call,
  causeOf,
  created,
  numberParam,
  ok,
  param,
  parseBody,
  type Route,
  route,
} from "../http/call.ts";
import { invalid, notFound } from "../http/errors.ts";
import { paged } from "../http/paginate.ts";
import { afterRefChanges } from "../pulls/ref-changes.ts";
import { apiUrl, htmlUrl } from "../serialize/repositories.ts";
import { simpleUser } from "../serialize/users.ts";
import { nodeId } from "../store/node-id.ts";
import type { ReleaseRecord } from "../store/records.ts";
import { isWriter } from "./repos.ts";

const BODY_MAX = 125_000;
const body = z.string().max(BODY_MAX, `is too long (maximum is ${BODY_MAX} characters)`);
const creation = z.object({
  tag_name: z.string().min(1),
  target_commitish: z.string().optional(),
  name: z.string().nullish(),
  body: body.nullish(),
  draft: z.boolean().optional(),
  prerelease: z.boolean().optional(),
  generate_release_notes: z.boolean().optional(),
  make_latest: z.enum(["true", "false", "legacy"]).optional(),
});
const change = creation.partial();

function releaseJson(call: Call, release: ReleaseRecord) {
  const { world, repository } = call;
  const url = `${apiUrl(world, repository)}/releases/${release.id}`;
  const html = htmlUrl(world, repository);
  const archive = (kind: string) =>
    release.draft ? null : `${apiUrl(world, repository)}/${kind}/${release.tagName}`;
  return {
    url,
    assets_url: `${url}/assets`,
    upload_url: `${url}/assets{?name,label}`,
    html_url: `${html}/releases/tag/${encodeURIComponent(release.tagName)}`,
    id: release.id,
    author: simpleUser(world, release.author),
    node_id: nodeId("Release", release.id),
    tag_name: release.tagName,
    target_commitish: release.targetCommitish,
    name: release.name,
    draft: release.draft,
    prerelease: release.prerelease,
    created_at: release.createdAt,
    updated_at: release.updatedAt,
    published_at: release.publishedAt,
    assets: [],
    tarball_url: archive("tarball"),
    zipball_url: archive("zipball"),
    body: release.body,
  };
}

/** Makes the tag of a release that is published, unless it is there. @throws ApiError 422 */
async function ensureTag(call: Call, tag: string, target: string): Promise<void> {
  const { git, world, repository } = call;
  const ref = `refs/tags/${tag}`;
  if (!isValidRefName(ref)) {
    throw invalid({
      resource: "Release",
      field: "tag_name",
      code: "custom",
      message: "tag_name is not a valid tag",
    });
  }
  if (await readRef(git, ref)) return;
  const sha =
    (await branchHead(git, target)) ??
    (/^[0-9a-f]{40}$/i.test(target) ? await resolveCommit(git, target) : undefined);
  if (!sha) throw invalid({ resource: "Release", field: "target_commitish", code: "invalid" });
  // Another was quicker: then the tag is there.
  if ((await swapRef(git, ref, sha, ZERO)) === "conflict") return;
  await afterRefChanges(world, repository, [{ ref, old: ZERO, next: sha }], causeOf(call));
}

async function create(call: Call) {
  const input = parseBody(call, creation);
  const { world, repository } = call;
  const draft = input.draft ?? false;
  const refuseTwin = () => {
    const twin = repository.releases.some((release) => !release.draft && release.tagName === input.tag_name);
    if (!draft && twin) throw invalid({ resource: "Release", field: "tag_name", code: "already_exists" });
  };
  refuseTwin();
  const target = input.target_commitish ?? repository.defaultBranch;
  if (!draft) await ensureTag(call, input.tag_name, target);
  refuseTwin();
  const at = world.store.timestamp();
  const release: ReleaseRecord = {
    id: world.store.nextId(),
    tagName: input.tag_name,
    targetCommitish: target,
    name: input.name ?? null,
    body: input.body ?? null,
    draft,
    prerelease: input.prerelease ?? false,
    author: causeOf(call).user,
    createdAt: at,
    updatedAt: at,
    publishedAt: draft ? null : at,
  };
  repository.releases.push(release);
  return created(releaseJson(call, release));
}

/** A draft is shown to those who can write. */
function visible(call: Call): ReleaseRecord[] {
  const { actor } = call;
  const drafts = isWriter(call) || (isIntegration(actor) && actor.permissions.contents === "write");
  return call.repository.releases.filter((release) => drafts || !release.draft);
}

function releaseOf(call: Call): ReleaseRecord {
  const id = numberParam(call, "release_id");
  const release = visible(call).find((one) => one.id === id);
  if (!release) throw notFound();
  return release;
}

async function update(call: Call) {
  const release = releaseOf(call);
  const input = parseBody(call, change);
  const publishes = release.draft && input.draft === false;
  const tag = input.tag_name ?? release.tagName;
  const target = input.target_commitish ?? release.targetCommitish;
  if (publishes) await ensureTag(call, tag, target);
  release.tagName = tag;
  release.targetCommitish = target;
  if (input.name !== undefined) release.name = input.name ?? null;
  if (input.body !== undefined) release.body = input.body ?? null;
  if (input.prerelease !== undefined) release.prerelease = input.prerelease;
  if (input.draft !== undefined) release.draft = input.draft;
  release.updatedAt = call.world.store.timestamp();
  if (publishes) release.publishedAt = release.updatedAt;
  return ok(releaseJson(call, release));
}

function one(call: Call, release: ReleaseRecord | undefined) {
  if (!release) throw notFound();
  return ok(releaseJson(call, release));
}

export const releaseRoutes: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/releases", (call) =>
    paged(call, visible(call).toReversed(), (release) => releaseJson(call, release)),
  ),
  route("POST /repos/{owner}/{repo}/releases", create),
  route("GET /repos/{owner}/{repo}/releases/latest", (call) =>
    one(
      call,
      call.repository.releases.findLast((release) => !release.draft && !release.prerelease),
    ),
  ),
  route("GET /repos/{owner}/{repo}/releases/tags/{tag}", (call) => {
    const tag = param(call, "tag");
    return one(
      call,
      call.repository.releases.find((release) => !release.draft && release.tagName === tag),
    );
  }),
  route("GET /repos/{owner}/{repo}/releases/{release_id}", (call) => ok(releaseJson(call, releaseOf(call)))),
  route("PATCH /repos/{owner}/{repo}/releases/{release_id}", update),
  route("DELETE /repos/{owner}/{repo}/releases/{release_id}", (call) => {
    const { releases } = call.repository;
    releases.splice(releases.indexOf(releaseOf(call)), 1);
    return { status: 204 };
  }),
];
