/** The repository itself, its collaborators and tags; the API's root. */

import { listRefs, resolveCommit } from "../git/refs.ts";
import { hasRole, isCollaborator, roleOf } from "../http/auth.ts";
import { type Call, ok, param, type Route, route } from "../http/call.ts";
import { notFound } from "../http/errors.ts";
import { paged } from "../http/paginate.ts";
import { apiUrl, fullRepository } from "../serialize/repositories.ts";
import { simpleUser } from "../serialize/users.ts";
import { nodeId } from "../store/node-id.ts";
import type { Role, UserRecord } from "../store/records.ts";

function permissions(role: Role) {
  const level = ["read", "triage", "write", "maintain", "admin"].indexOf(role);
  return { pull: true, triage: level > 0, push: level > 1, maintain: level > 2, admin: level > 3 };
}

function collaborator(call: Call, user: UserRecord, role: Role) {
  return { ...simpleUser(call.world, user), permissions: permissions(role), role_name: role };
}

/** The older field knows four values: `triage` shows as read, `maintain` as write. */
function legacy(role: Role | undefined): string {
  if (role === undefined) return "none";
  if (role === "triage") return "read";
  return role === "maintain" ? "write" : role;
}

export const repositoryRoutes: readonly Route[] = [
  route("GET /repos/{owner}/{repo}", async (call) =>
    ok(await fullRepository(call.world, call.repository, call.actor)),
  ),

  route("GET /repos/{owner}/{repo}/collaborators", (call) => {
    const { repository } = call;
    const logins = new Set([
      ...repository.collaborators.keys(),
      ...repository.teams.flatMap(({ team }) => [...team.members.keys()]),
      ...[...repository.members].flatMap(([login, role]) => (role === "owner" ? [login] : [])),
    ]);
    const list = [...logins].flatMap((login) => {
      const user = call.world.store.user(login);
      const role = roleOf(repository, login);
      return user && role ? [{ user, role }] : [];
    });
    return paged(call, list, ({ user, role }) => collaborator(call, user, role));
  }),
  route("GET /repos/{owner}/{repo}/collaborators/{username}", (call) => {
    if (!isCollaborator(call.repository, param(call, "username"))) throw notFound();
    return { status: 204 };
  }),
  route("GET /repos/{owner}/{repo}/collaborators/{username}/permission", (call) => {
    const user = call.world.store.user(param(call, "username"));
    if (!user) throw notFound();
    const role = user.type === "Bot" ? undefined : roleOf(call.repository, user.login);
    return ok({
      permission: legacy(role),
      role_name: role ?? "none",
      user: {
        ...simpleUser(call.world, user),
        permissions: role ? permissions(role) : { ...permissions("read"), pull: false },
        role_name: role ?? "none",
      },
    });
  }),

  route("GET /repos/{owner}/{repo}/tags", async (call) => {
    const tags = await listRefs(call.git, "refs/tags/");
    const api = apiUrl(call.world, call.repository);
    return paged(call, tags.reverse(), async (tag) => {
      const name = tag.name.slice("refs/tags/".length);
      const sha = (await resolveCommit(call.git, tag.name)) ?? tag.sha;
      return {
        name,
        zipball_url: `${api}/zipball/${tag.name}`,
        tarball_url: `${api}/tarball/${tag.name}`,
        commit: { sha, url: `${api}/commits/${sha}` },
        node_id: nodeId("Ref", `${call.repository.id}:${tag.name}`),
      };
    });
  }),
];

export function isWriter(call: Call): boolean {
  return call.actor.kind === "user" && hasRole(call.repository, call.actor.user.login, "write");
}
