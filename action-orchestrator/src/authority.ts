import { type GitHub, RoleUnreadableError, roleOf, teamMembership } from "@slipway/github";
import { approvalWanted, type Commander, type Policy, type RunState, roleSuffices } from "@slipway/model";
import type { Sender } from "./read-trigger.ts";

/** Who asks, and, when that could not be read, why: they then count as nobody. */
export interface Asker extends Commander {
  readonly login: string;
  readonly problem: string | null;
}

/**
 * Who asks, as GitHub knows them now. What cannot be read counts as no role at all. Requests: 1, and 1 for each team
 * that is asked for.
 *
 * @param teams slugs of teams that matter when the role alone does not suffice
 */
export async function readAsker(
  github: GitHub,
  { login, bot }: Sender,
  teams: readonly string[],
  suffices: (role: string) => boolean,
): Promise<Asker> {
  if (bot || login === "")
    return { login, role: "none", teams: [], problem: `${login || "Nobody"} is not a person.` };
  let role: string;
  try {
    role = await roleOf(github, login);
  } catch (error) {
    if (!(error instanceof RoleUnreadableError)) throw error;
    return { login, role: "none", teams: [], problem: error.message };
  }
  const found: string[] = [];
  const unreadable: string[] = [];
  for (const team of suffices(role) ? [] : teams) {
    const membership = await teamMembership(github, github.owner, team, login);
    if (membership === "member") found.push(team);
    if (membership === "unreadable") unreadable.push(team);
  }
  return { login, role, teams: found, unreadable, problem: null };
}

/** Whether a person's comments are heard at all: those of everybody else change nothing, and nothing is answered. */
export function isHeard(policy: Policy, asker: Asker): boolean {
  return roleSuffices(asker.role, policy.commands);
}

/** Whether a person may approve a node, by role or as a member of a named team. */
export function mayApprove(state: RunState, nodeId: string, asker: Asker): boolean {
  const node = state.nodes.find((item) => item.plan.id === nodeId);
  const wanted = node ? approvalWanted(state.policy, node, node.risk) : null;
  if (wanted === null) return false;
  return roleSuffices(asker.role, wanted) || asker.teams.length > 0;
}
