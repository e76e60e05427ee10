import { isMissing } from "./client/errors.ts";
import type { GitHubContext } from "./context.ts";

export type Role = "none" | "read" | "triage" | "write" | "maintain" | "admin";
const ROLES: readonly Role[] = ["none", "read", "triage", "write", "maintain", "admin"];

/** What a login may do in the repository. A role of an organization's own counts as what it is based on. Requests: 1. */
export async function roleOf(
  { octokit, owner, repo }: Pick<GitHubContext, "octokit" | "owner" | "repo">,
  login: string,
): Promise<Role> {
  try {
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/collaborators/{username}/permission", {
      owner,
      repo,
      username: login,
    });
    return (
      ROLES.find((role) => role === data.role_name) ??
      ROLES.find((role) => role === data.permission) ??
      "none"
    );
  } catch (error) {
    if (isMissing(error)) return "none";
    throw error;
  }
}
