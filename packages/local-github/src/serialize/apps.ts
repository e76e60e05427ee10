/** Apps and their installations in GitHub's shapes. */

import { nodeId } from "../store/node-id.ts";
import type { AppPermissions, AppRecord, InstallationRecord } from "../store/records.ts";
import type { World } from "../world.ts";
import { simpleUser } from "./users.ts";

/** The REST API spells permissions with underscores, workflow files with hyphens. */
export function apiPermissions(permissions: AppPermissions): Record<string, string> {
  const given = Object.entries(permissions).filter(([, level]) => level !== "none");
  return Object.fromEntries(given.map(([key, level]) => [key.replaceAll("-", "_"), level]));
}

/** The inverse of {@link apiPermissions}. */
export function ownPermissions(given: Readonly<Record<string, string>>): AppPermissions {
  return Object.fromEntries(
    Object.entries(given).map(([key, level]) => [
      key.replaceAll("_", "-"),
      level === "write" || level === "read" ? level : ("none" as const),
    ]),
  );
}

/** `integration` */
export function appJson(world: World, app: AppRecord) {
  return {
    id: app.id,
    client_id: app.clientId,
    slug: app.slug,
    node_id: nodeId("App", app.id),
    owner: simpleUser(world, app.owner),
    name: app.name,
    description: app.description,
    external_url: `${world.urls.server}/${app.owner.login}`,
    html_url: `${world.urls.server}/apps/${app.slug}`,
    created_at: app.createdAt,
    updated_at: app.createdAt,
    permissions: apiPermissions(app.permissions),
    events: [],
  };
}

/** `installation` */
export function installationJson(world: World, installation: InstallationRecord) {
  const { app, account } = installation;
  const html =
    account.type === "Organization"
      ? `${world.urls.server}/organizations/${account.login}/settings/installations/${installation.id}`
      : `${world.urls.server}/settings/installations/${installation.id}`;
  return {
    id: installation.id,
    account: simpleUser(world, account),
    repository_selection: installation.repositories === "all" ? "all" : "selected",
    access_tokens_url: `${world.urls.api}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${world.urls.api}/installation/repositories`,
    html_url: html,
    app_id: app.id,
    client_id: app.clientId,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: apiPermissions(installation.permissions),
    events: [],
    created_at: installation.createdAt,
    updated_at: installation.createdAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: null,
    suspended_at: null,
  };
}
