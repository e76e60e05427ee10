/** Who makes a request, and what a role allows. */

import type { RepositoryRecord, Role } from "../store/records.ts";
import type { Store } from "../store/store.ts";
import type { Actor } from "../world.ts";

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

/** The actor that an `Authorization` header names; undefined when its token is unknown or revoked. */
export function authenticate(store: Store, header: string | undefined): Actor | undefined {
  if (!header) return { kind: "anonymous" };
  const text = tokenOf(header);
  const record = text ? store.token(text) : undefined;
  if (!record || record.revoked) return undefined;
  if (record.kind === "user") return { kind: "user", user: record.user };
  const { user, repositoryId, permissions, runId, jobId } = record;
  return { kind: "job", user, repositoryId, permissions, runId, jobId };
}

/** The role of a login on a repository, or undefined. */
export function roleOf(repository: RepositoryRecord, login: string): Role | undefined {
  const given = repository.collaborators.get(login.toLowerCase());
  return given ?? (repository.visibility === "public" ? "read" : undefined);
}

export function hasRole(repository: RepositoryRecord, login: string, needed: Role): boolean {
  const role = roleOf(repository, login);
  return role !== undefined && ORDER.indexOf(role) >= ORDER.indexOf(needed);
}

/** Whether the actor may know that the repository exists. */
export function canSee(actor: Actor, repository: RepositoryRecord): boolean {
  if (repository.visibility === "public") return true;
  if (actor.kind === "job") return actor.repositoryId === repository.id;
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
      return false;
    case "user":
      return hasRole(repository, actor.user.login, level);
    case "job": {
      if (actor.repositoryId !== repository.id) return false;
      if (key === "metadata") return level === "read";
      const given = actor.permissions[key] ?? "none";
      return given === "write" || given === level;
    }
  }
}
