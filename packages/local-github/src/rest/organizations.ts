/** Organizations: their teams and issue types. */

import { type Call, ok, param, type Route, route } from "../http/call.ts";
import { notAccessible, notFound, requiresAuthentication } from "../http/errors.ts";
import { paged } from "../http/paginate.ts";
import { issueTypeJson } from "../serialize/issues.ts";
import { simpleUser } from "../serialize/users.ts";
import { nodeId } from "../store/node-id.ts";
import type { TeamRecord, UserRecord } from "../store/records.ts";

/** The organization that the path names, for those who may read this part of it. */
function organizationOf(call: Call, key: string): UserRecord {
  const organization = call.world.store.user(param(call, "org"));
  if (organization?.type !== "Organization") throw notFound();
  const { actor } = call;
  switch (actor.kind) {
    case "anonymous":
    case "jwt":
      throw requiresAuthentication();
    // A job's token has no permissions on the organization, and no workflow can give it any.
    case "job":
      throw notAccessible();
    case "app":
      if (actor.installation.account !== organization || !actor.permissions[key]) throw notAccessible();
      return organization;
    case "user":
      if (!call.world.store.organizations.members(organization).has(actor.user.login.toLowerCase()))
        throw notFound();
      return organization;
  }
}

function teamOf(call: Call): TeamRecord {
  const team = call.world.store.organizations.team(organizationOf(call, "members"), param(call, "team_slug"));
  if (!team) throw notFound();
  return team;
}

const teamUrl = (call: Call, team: TeamRecord) =>
  `${call.world.urls.api}/organizations/${team.organization.id}/team/${team.id}`;

/** `team-full` */
function teamJson(call: Call, team: TeamRecord) {
  const { world } = call;
  const { organization } = team;
  const url = teamUrl(call, team);
  const org = `${world.urls.api}/orgs/${organization.login}`;
  const simple = simpleUser(world, organization);
  const repositories = world.store.repositories.filter((one) =>
    one.teams.some((grant) => grant.team === team),
  );
  return {
    id: team.id,
    node_id: nodeId("Team", team.id),
    url,
    html_url: `${world.urls.server}/orgs/${organization.login}/teams/${team.slug}`,
    name: team.name,
    slug: team.slug,
    description: null,
    privacy: "closed",
    notification_setting: "notifications_enabled",
    permission: "pull",
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    type: "organization",
    parent: null,
    members_count: team.members.size,
    repos_count: repositories.length,
    created_at: team.createdAt,
    updated_at: team.createdAt,
    organization: {
      ...simple,
      description: null,
      hooks_url: `${org}/hooks`,
      issues_url: `${org}/issues`,
      members_url: `${org}/members{/member}`,
      public_members_url: `${org}/public_members{/member}`,
      has_organization_projects: true,
      has_repository_projects: true,
      public_repos: 0,
      public_gists: 0,
      followers: 0,
      following: 0,
      created_at: organization.createdAt,
      updated_at: organization.createdAt,
      archived_at: null,
    },
  };
}

function membership(call: Call) {
  const team = teamOf(call);
  const login = param(call, "username");
  const role = team.members.get(login.toLowerCase());
  if (!role) throw notFound();
  return ok({ url: `${teamUrl(call, team)}/memberships/${login}`, role, state: "active" });
}

function members(call: Call) {
  const team = teamOf(call);
  const wanted = call.query.get("role") ?? "all";
  const users = [...team.members].flatMap(([login, role]) => {
    const user = wanted === "all" || wanted === role ? call.world.store.user(login) : undefined;
    return user ?? [];
  });
  return paged(call, users, (user) => simpleUser(call.world, user));
}

function issueTypes(call: Call) {
  const organization = organizationOf(call, "issue-types");
  return ok(call.world.store.issueTypes(organization).map(issueTypeJson));
}

export const organizationRoutes: readonly Route[] = [
  route("GET /orgs/{org}/teams/{team_slug}", (call) => ok(teamJson(call, teamOf(call)))),
  route("GET /orgs/{org}/teams/{team_slug}/memberships/{username}", membership),
  route("GET /orgs/{org}/teams/{team_slug}/members", members),
  route("GET /orgs/{org}/issue-types", issueTypes),
  // The same list for whoever may read the repository's issues, a job's token included.
  route("GET /repos/{owner}/{repo}/issue-types", (call) =>
    ok(call.world.store.issueTypes(call.repository.owner).map(issueTypeJson)),
  ),
];
