/** Who makes a request, and what a role allows. */

import type { RepositoryRecord, Role } from "../store/records.ts";
import type { Store } from "../store/store.ts";
import type { Actor, Cause } from "../world.ts";
import { looksLikeJwt, verifyAppJwt } from "./app-jwt.ts";

const ORDER: readonly Role[] = ["read", "triage", "write", "maintain", "admin"];

function tokenOf(header: string): string | undefined {
  const [scheme = "", value = ""] = header.trim().split(/\s+/, 2);
  switch (scheme.toLowerCase()) {
    case "bearer":
    case "token":
      return value;
    case "basic": {
      const text = Buffer.from(value, "base64").toString("utf8");
      const colon = text.indexOf(":");
      const password = text.slice(colon + 1);
      // A token may also stand in the user's place, with an empty password.
      return password && password !== "x-oauth-basic" ? password : text.slice(0, colon);
    }
    default:
      return undefined;
  }
}

/** The actor that an `Authorization` header names; undefined when its token is unknown, revoked or expired. */
export function authenticate(store: Store, header: string | undefined, now: Date): Actor | undefined {
  if (!header) return { kind: "anonymous" };
  const text = tokenOf(header);
  if (text === undefined) return undefined;
  if (looksLikeJwt(text)) {
    const jwt = verifyAppJwt(store.apps, text, now.getTime() / 1000);
    return jwt.ok ? { kind: "jwt", user: jwt.app.bot, app: jwt.app } : undefined;
  }
  const record = store.token(text);
  if (!record || record.revoked) return undefined;
  switch (record.kind) {
    case "user":
      return { kind: "user", user: record.user };
    case "job": {
      const { user, repositoryId, permissions, runId, jobId } = record;
      return { kind: "job", user, repositoryId, permissions, runId, jobId };
    }
    case "app": {
      if (Date.parse(record.expiresAt) <= now.getTime()) return undefined;
      const { user, installation, repositories, permissions } = record;
      return { kind: "app", user, installation, repositories, permissions };
    }
  }
}

/** Why credentials that {@link authenticate} does not take are bad, in GitHub's words. */
export function refusalOfCredentials(store: Store, header: string | undefined, now: Date): string {
  const text = tokenOf(header ?? "");
  if (text === undefined || !looksLikeJwt(text)) return "Bad credentials";
  const jwt = verifyAppJwt(store.apps, text, now.getTime() / 1000);
  return jwt.ok ? "Bad credentials" : jwt.message;
}

/** The token's text, for a request that ends the token's life. */
export const credentialOf = (header: string | undefined): string | undefined => tokenOf(header ?? "");

const highest = (roles: readonly (Role | undefined)[]): Role | undefined =>
  ORDER.findLast((role) => roles.includes(role));

/**
 * The role of a login on a repository: the highest of what it was given itself, what its teams were given, and what
 * everybody has. Owners of the organization are admins everywhere.
 */
export function roleOf(repository: RepositoryRecord, login: string): Role | undefined {
  const key = login.toLowerCase();
  return highest([
    repository.members.get(key) === "owner" ? "admin" : undefined,
    repository.collaborators.get(key),
    ...repository.teams.map(({ team, role }) => (team.members.has(key) ? role : undefined)),
    repository.visibility === "public" ? "read" : undefined,
  ]);
}

/** Whether a login was let in, be it itself, by a team or as an owner: what makes it a collaborator. */
export function isCollaborator(repository: RepositoryRecord, login: string): boolean {
  const key = login.toLowerCase();
  return (
    repository.collaborators.has(key) ||
    repository.members.get(key) === "owner" ||
    repository.teams.some(({ team }) => team.members.has(key))
  );
}

export function hasRole(repository: RepositoryRecord, login: string, needed: Role): boolean {
  const role = roleOf(repository, login);
  return role !== undefined && ORDER.indexOf(role) >= ORDER.indexOf(needed);
}

/** Tokens that carry permissions instead of a role: a job's, and an installation's. */
export type Integration = Extract<Actor, { kind: "job" | "app" }>;

export function isIntegration(actor: Actor): actor is Integration {
  return actor.kind === "job" || actor.kind === "app";
}

/** Whether a token was made for a repository. */
export function covers(actor: Integration, repository: RepositoryRecord): boolean {
  if (actor.kind === "job") return actor.repositoryId === repository.id;
  if (actor.installation.account !== repository.owner) return false;
  return actor.repositories === "all" || actor.repositories.has(repository.id);
}

/** Whether the actor may know that the repository exists. */
export function canSee(actor: Actor, repository: RepositoryRecord): boolean {
  if (repository.visibility === "public") return true;
  if (isIntegration(actor)) return covers(actor, repository);
  // The App itself may ask where it is installed; that route answers for itself, and no other lets it in.
  if (actor.kind === "jwt") return true;
  return actor.kind === "user" && hasRole(repository, actor.user.login, "read");
}

/** Whether the actor has a workflow permission (`contents`, `pull-requests`, …) at a level on a repository. */
export function allows(
  actor: Actor,
  repository: RepositoryRecord,
  key: string,
  level: "read" | "write",
): boolean {
  if (level === "read" && repository.visibility === "public") return true;
  switch (actor.kind) {
    case "anonymous":
    case "jwt":
      return false;
    case "user":
      return hasRole(repository, actor.user.login, level);
    case "job":
    case "app": {
      if (!covers(actor, repository)) return false;
      if (key === "metadata") return level === "read";
      const given = actor.permissions[key] ?? "none";
      return given === "write" || given === level;
    }
  }
}

/** What a change by this actor is put down to. @throws Error for one that cannot change anything */
export function causeOfActor(store: Store, actor: Actor): Cause {
  switch (actor.kind) {
    case "user":
      return { user: actor.user, viaJob: false, app: null, changesWorkflows: true };
    case "job":
      return { user: actor.user, viaJob: true, app: store.actionsApp, changesWorkflows: false };
    case "app":
      return {
        user: actor.user,
        viaJob: false,
        app: actor.installation.app,
        changesWorkflows: actor.permissions.workflows === "write",
      };
    default:
      throw new Error(`A change was admitted from an actor of kind '${actor.kind}'.`);
  }
}
