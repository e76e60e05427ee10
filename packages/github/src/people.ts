import { ConfigurationError, errorText } from "@slipway/model";
import { isMissing, refusalOf } from "./client/errors.ts";
import type { GitHubContext } from "./context.ts";

type Context = Pick<GitHubContext, "octokit" | "owner" | "repo">;

export type Role = "none" | "read" | "triage" | "write" | "maintain" | "admin";
const ROLES: readonly Role[] = ["none", "read", "triage", "write", "maintain", "admin"];

/** A person's role could not be read. Whoever asked must take it for no role at all. */
export class RoleUnreadableError extends ConfigurationError {
  readonly login: string;

  constructor(login: string, repository: string, cause: unknown) {
    const why = errorText(cause);
    super(`The role of @${login} in ${repository} cannot be read, so it counts as none: ${why}`, { cause });
    this.login = login;
  }
}

/**
 * What a login may do in the repository. A role of an organization's own counts as what it is based on.
 * Requests: 1.
 *
 * @throws RoleUnreadableError when GitHub does not answer, or with something unknown
 */
export async function roleOf({ octokit, owner, repo }: Context, login: string): Promise<Role> {
  let told: { readonly role_name?: string; readonly permission: string };
  try {
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/collaborators/{username}/permission", {
      owner,
      repo,
      username: login,
    });
    told = data;
  } catch (error) {
    if (isMissing(error)) return "none";
    throw new RoleUnreadableError(login, `${owner}/${repo}`, error);
  }
  const role = ROLES.find((one) => one === told.role_name) ?? ROLES.find((one) => one === told.permission);
  if (role === undefined) {
    throw new RoleUnreadableError(
      login,
      `${owner}/${repo}`,
      new Error(`GitHub names the permission "${told.permission}", which is none that Slipway knows`),
    );
  }
  return role;
}

/**
 * Whether a login is in a team (also through a team below it). `unreadable` is to count as no, and is warned of: the
 * token of a job may not read teams; that of a GitHub App with the organization permission "Members: read" may.
 * Requests: 1.
 */
export async function teamMembership(
  { octokit, log }: Pick<GitHubContext, "octokit" | "log">,
  org: string,
  slug: string,
  login: string,
): Promise<"member" | "none" | "unreadable"> {
  try {
    const { data } = await octokit.request("GET /orgs/{org}/teams/{team_slug}/memberships/{username}", {
      org,
      team_slug: slug,
      username: login,
    });
    return data.state === "active" ? "member" : "none";
  } catch (error) {
    const status = refusalOf(error)?.status;
    if (status !== 403 && status !== 404 && status !== 410) throw error;
    log.warn(
      `@${login} does not count as a member of @${org}/${slug}: GitHub shows no membership to this token (HTTP ${status}). ` +
        'Teams are readable to a GitHub App with the organization permission "Members: read", not to a job\'s own token.',
    );
    // Who may read teams is answered 404 for whoever is in none of that name.
    return status === 404 ? "none" : "unreadable";
  }
}
