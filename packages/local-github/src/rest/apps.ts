/** Apps: who they are, where they are installed, and the tokens of their installations. */

import { z } from "zod";
import { covers, credentialOf, isIntegration } from "../http/auth.ts";
import { type Call, noContent, numberParam, ok, param, parseBody, type Route, route } from "../http/call.ts";
import { ApiError, notAccessible, notFound, unprocessable } from "../http/errors.ts";
import { pagedUnder } from "../http/paginate.ts";
import { apiPermissions, appJson, installationJson, ownPermissions } from "../serialize/apps.ts";
import { repositoryBody } from "../serialize/repositories.ts";
import { appOfSlug, narrowed, TOKEN_LIFE_MS } from "../setup/apps.ts";
import type { AppRecord, InstallationRecord, RepositoryRecord } from "../store/records.ts";

/** The App itself. @throws ApiError 401 for every credential but its JSON Web Token */
function appOf(call: Call): AppRecord {
  if (call.actor.kind !== "jwt") throw new ApiError(401, "A JSON web token could not be decoded");
  return call.actor.app;
}

function installationOf(call: Call): InstallationRecord {
  const app = appOf(call);
  const found = call.world.store.apps.installation(numberParam(call, "installation_id"));
  if (found?.app !== app) throw notFound();
  return found;
}

const tokenBody = z.object({
  repositories: z.array(z.string()).max(500).optional(),
  repository_ids: z.array(z.number().int()).max(500).optional(),
  permissions: z.record(z.string(), z.enum(["read", "write", "admin"])).optional(),
});

function repositoriesOf(
  call: Call,
  installation: InstallationRecord,
  body: z.output<typeof tokenBody>,
): RepositoryRecord[] | undefined {
  if (body.repositories === undefined && body.repository_ids === undefined) return undefined;
  const reachable = call.world.store.repositories.filter(
    (one) =>
      one.owner === installation.account &&
      (installation.repositories === "all" || installation.repositories.has(one.id)),
  );
  const named = (body.repositories ?? []).map((name) =>
    reachable.find((one) => one.name.toLowerCase() === name.toLowerCase()),
  );
  const numbered = (body.repository_ids ?? []).map((id) => reachable.find((one) => one.id === id));
  return [...named, ...numbered].map((found) => {
    if (found) return found;
    throw unprocessable(
      "There is at least one repository that does not exist or is not accessible to the parent installation.",
    );
  });
}

function createToken(call: Call) {
  const installation = installationOf(call);
  const body = parseBody(call, tokenBody);
  const { store } = call.world;
  const chosen = repositoriesOf(call, installation, body);
  const found = narrowed(
    installation.permissions,
    body.permissions ? ownPermissions(body.permissions) : installation.permissions,
  );
  if (!found.ok) throw unprocessable("The permissions requested are not granted to this installation.");
  const expires = new Date(call.world.now().getTime() + TOKEN_LIFE_MS);
  const token = store.mintAppToken({
    installation,
    repositories: chosen ? new Set(chosen.map((one) => one.id)) : installation.repositories,
    permissions: found.permissions,
    expiresAt: expires.toISOString(),
  });
  const all = installation.repositories === "all" && !chosen;
  return {
    status: 201,
    json: {
      token,
      expires_at: `${expires.toISOString().slice(0, 19)}Z`,
      permissions: apiPermissions(found.permissions),
      repository_selection: all ? "all" : "selected",
      ...(chosen ? { repositories: chosen.map((one) => repositoryBody(call.world, one)) } : {}),
    },
  };
}

/** Ends the very token that asks for it; a job's token is one of these, too. */
function revoke(call: Call) {
  const token = credentialOf(call.authorization);
  if (!isIntegration(call.actor) || token === undefined) throw notAccessible();
  call.world.store.revokeToken(token);
  return noContent();
}

function reachable(call: Call) {
  const { actor, world } = call;
  if (!isIntegration(actor)) throw notAccessible();
  const list = world.store.repositories.filter((one) => covers(actor, one));
  return pagedUnder(call, "repositories", list, (one) => repositoryBody(world, one));
}

export const appRoutes: readonly Route[] = [
  route("GET /app", (call) => {
    const app = appOf(call);
    const count = call.world.store.apps.installations.filter((one) => one.app === app).length;
    return ok({ ...appJson(call.world, app), installations_count: count });
  }),
  route("GET /apps/{app_slug}", (call) => {
    const app = appOfSlug(call.world.store, param(call, "app_slug"));
    if (!app) throw notFound();
    return ok(appJson(call.world, app));
  }),
  route("GET /app/installations/{installation_id}", (call) =>
    ok(installationJson(call.world, installationOf(call))),
  ),
  route("POST /app/installations/{installation_id}/access_tokens", createToken),
  route("GET /repos/{owner}/{repo}/installation", (call) => {
    const found = call.world.store.apps.on(appOf(call), call.repository);
    if (!found) throw notFound();
    return ok(installationJson(call.world, found));
  }),
  route("GET /orgs/{org}/installation", (call) => {
    const app = appOf(call);
    const account = call.world.store.user(param(call, "org"));
    const found = call.world.store.apps.installations.find(
      (one) => one.app === app && one.account === account,
    );
    if (!found) throw notFound();
    return ok(installationJson(call.world, found));
  }),
  route("GET /installation/repositories", reachable),
  route("DELETE /installation/token", revoke),
];
