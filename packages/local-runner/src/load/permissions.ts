import { isMapping } from "@actions/workflow-parser";
import type { PermissionLevel, TokenPermissions } from "@slipway/model";
import { entries, literal, type Token } from "./tokens.ts";

/** Permissions that `read-all` and `write-all` cover. `id-token` and `models` have special levels. */
const ALL = [
  "actions",
  "artifact-metadata",
  "attestations",
  "checks",
  "contents",
  "deployments",
  "discussions",
  "id-token",
  "issues",
  "models",
  "packages",
  "pages",
  "pull-requests",
  "repository-projects",
  "security-events",
  "statuses",
] as const;
const READ_AT_MOST = ["models", "vulnerability-alerts"];
const WRITE_ONLY = ["id-token"];

/** What a token has when no `permissions` are set anywhere: GitHub's restricted default. */
export const DEFAULT_PERMISSIONS: TokenPermissions = { contents: "read", metadata: "read", packages: "read" };

/** Reads a `permissions` key; undefined when there is none. `metadata: read` comes with every token. */
export function readPermissions(token: Token | undefined): TokenPermissions | undefined {
  if (token === undefined) return undefined;
  const shorthand = literal(token);
  if (shorthand === "read-all" || shorthand === "write-all") {
    const level = shorthand === "read-all" ? "read" : "write";
    const granted = ALL.map((name): [string, PermissionLevel] => [name, cap(name, level)]);
    return withMetadata(Object.fromEntries(granted));
  }
  if (!isMapping(token)) return withMetadata({});
  return withMetadata(
    Object.fromEntries(
      entries(token).map(({ key, value }) => [key, (literal(value) ?? "none") as PermissionLevel]),
    ),
  );
}

/** One permission that is asked for and not allowed. */
export interface PermissionViolation {
  readonly name: string;
  readonly requested: PermissionLevel;
  readonly allowed: PermissionLevel;
}

/** The permissions in `requested` that go beyond `allowed`, in order of their names. */
export function violations(
  requested: TokenPermissions,
  allowed: TokenPermissions,
): readonly PermissionViolation[] {
  return Object.keys(requested)
    .sort()
    .map((name) => ({ name, requested: requested[name] ?? "none", allowed: allowed[name] ?? "none" }))
    .filter(({ requested: r, allowed: a }) => rank(r) > rank(a));
}

function withMetadata(permissions: Record<string, PermissionLevel>): TokenPermissions {
  return { ...permissions, metadata: "read" };
}

function cap(name: string, level: PermissionLevel): PermissionLevel {
  if (WRITE_ONLY.includes(name)) return level === "write" ? "write" : "none";
  return READ_AT_MOST.includes(name) ? "read" : level;
}

function rank(level: PermissionLevel): number {
  return level === "write" ? 2 : level === "read" ? 1 : 0;
}
