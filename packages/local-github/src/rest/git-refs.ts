/** Refs under any namespace. Every change is a compare-and-swap under git's own lock. */

import { z } from "zod";
import {
  isAncestor,
  isValidRefName,
  listRefs,
  objectType,
  type RefValue,
  readRef,
  swapRef,
  ZERO,
} from "../git/refs.ts";
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
import { notFound, unprocessable } from "../http/errors.ts";
import { linkHeader, pageQuery, slicePage } from "../http/paginate.ts";
import { refuseNewWorkflows } from "../pulls/merge.ts";
import { afterRefChanges } from "../pulls/ref-changes.ts";
import { bringsMerges, isLinear, NO_MERGE_COMMITS, refusalOf, rulesOf, violations } from "../pulls/rules.ts";
import { apiUrl } from "../serialize/repositories.ts";
import { nodeId } from "../store/node-id.ts";
import { refuseEmpty } from "./git-data.ts";
import { sha } from "./schemas.ts";

const newRef = z.object({ ref: z.string(), sha });
const refUpdate = z.object({ sha, force: z.boolean().default(false) });

/** A ref may move this often under our hands before the client is told. */
const MAX_RETRIES = 5;

function refJson(call: Call, ref: RefValue) {
  const api = apiUrl(call.world, call.repository);
  const path = ref.name.split("/").map(encodeURIComponent).join("/");
  return {
    ref: ref.name,
    node_id: nodeId("Ref", `${call.repository.id}:${ref.name}`),
    url: `${api}/git/${path}`,
    object: { sha: ref.sha, type: ref.type, url: `${api}/git/${ref.type}s/${ref.sha}` },
  };
}

async function refuseByRules(call: Call, change: { ref: string; old: string; next: string }): Promise<void> {
  const reason = refusalOf(call.repository, change);
  if (reason) throw unprocessable(reason);
  if (isLinear(call.repository, change.ref) && (await bringsMerges(call.git, change)))
    throw unprocessable(violations([NO_MERGE_COMMITS]));
}

async function create(call: Call) {
  const body = parseBody(call, newRef);
  if (!body.ref.startsWith("refs/")) throw unprocessable("Reference name must start with 'refs/'");
  if (!isValidRefName(body.ref)) throw unprocessable(`'${body.ref}' is not a valid ref name.`);
  await refuseEmpty(call);
  const next = body.sha.toLowerCase();
  const type = await objectType(call.git, next);
  if (!type) throw unprocessable("Object does not exist");
  if (body.ref.startsWith("refs/heads/") && type !== "commit")
    throw unprocessable("Reference cannot be created: the object is not a commit");
  const change = { ref: body.ref, old: ZERO, next };
  await refuseByRules(call, change);
  const cause = causeOf(call);
  if (type === "commit") await refuseNewWorkflows(call.git, next, cause);
  if ((await swapRef(call.git, body.ref, next, ZERO)) === "conflict") {
    throw unprocessable(
      (await readRef(call.git, body.ref))
        ? "Reference already exists"
        : "Reference cannot be created: another name stands in its way",
    );
  }
  await afterRefChanges(call.world, call.repository, [change], cause);
  return created(refJson(call, { name: body.ref, sha: next, type }));
}

async function update(call: Call) {
  const name = `refs/${param(call, "ref")}`;
  const body = parseBody(call, refUpdate);
  const next = body.sha.toLowerCase();
  const cause = causeOf(call);
  const type = await objectType(call.git, next);
  if (!type) throw unprocessable("Object does not exist");
  for (let round = 0; round < MAX_RETRIES; round++) {
    const current = await readRef(call.git, name);
    if (!current) throw unprocessable("Reference does not exist");
    const change = { ref: name, old: current.sha, next };
    await refuseByRules(call, change);
    const forward =
      current.sha === next ||
      (type === "commit" && current.type === "commit" && (await isAncestor(call.git, current.sha, next)));
    const branch = name.startsWith("refs/heads/") ? name.slice("refs/heads/".length) : undefined;
    if (!forward && branch !== undefined && rulesOf(call.repository, branch).nonFastForward) {
      throw unprocessable(`Repository rule violations found\n\nCannot force-push to this branch\n\n`);
    }
    if (!forward && !body.force) throw unprocessable("Update is not a fast forward");
    if (type === "commit") await refuseNewWorkflows(call.git, next, cause);
    if (current.sha === next) return ok(refJson(call, { name, sha: next, type }));
    if ((await swapRef(call.git, name, next, current.sha)) === "updated") {
      await afterRefChanges(call.world, call.repository, [change], cause);
      return ok(refJson(call, { name, sha: next, type }));
    }
    // Somebody else was quicker: judge again by where the ref is now.
  }
  throw unprocessable("Reference cannot be updated");
}

async function remove(call: Call) {
  const name = `refs/${param(call, "ref")}`;
  const current = await readRef(call.git, name);
  if (!current) throw unprocessable("Reference does not exist");
  const change = { ref: name, old: current.sha, next: ZERO };
  await refuseByRules(call, change);
  if ((await swapRef(call.git, name, ZERO, current.sha)) === "conflict")
    throw unprocessable("Reference cannot be updated");
  await afterRefChanges(call.world, call.repository, [change], causeOf(call));
  return noContent();
}

async function get(call: Call) {
  const ref = await readRef(call.git, `refs/${param(call, "ref")}`);
  if (!ref) {
    await refuseEmpty(call);
    throw notFound();
  }
  return ok(refJson(call, ref));
}

async function matching(call: Call) {
  const refs = await listRefs(call.git, `refs/${param(call, "ref")}`);
  // GitHub documents no pages here, yet obeys them when they are asked for.
  if (!call.query.has("per_page")) return ok(refs.map((ref) => refJson(call, ref)));
  const query = pageQuery(call);
  const json = slicePage(refs, query).map((ref) => refJson(call, ref));
  return { status: 200, json, headers: linkHeader(call, refs.length, query) };
}

const GIT = "/repos/{owner}/{repo}/git";

export const gitRefRoutes: readonly Route[] = [
  route(`POST ${GIT}/refs`, create),
  route(`GET ${GIT}/ref/{ref}`, get),
  route(`GET ${GIT}/matching-refs/{ref}`, matching),
  route(`PATCH ${GIT}/refs/{ref}`, update),
  route(`DELETE ${GIT}/refs/{ref}`, remove),
];
