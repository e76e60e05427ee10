/** Organizations: their members, and teams of them. */

import type { RepositoryRecord, Role, TeamRecord, UserRecord } from "./records.ts";

export interface Organizations {
  /** Members by login in lower case; one map for each organization, which its repositories share. */
  members(organization: UserRecord): Map<string, "owner" | "member">;
  teams(organization: UserRecord): readonly TeamRecord[];
  team(organization: UserRecord, slug: string): TeamRecord | undefined;
  addTeam(organization: UserRecord, slug: string, name: string): TeamRecord;
}

export function createOrganizations(nextId: () => number, timestamp: () => string): Organizations {
  const members = new Map<number, Map<string, "owner" | "member">>();
  const teams: TeamRecord[] = [];
  const find = (organization: UserRecord, slug: string) =>
    teams.find((team) => team.organization === organization && team.slug === slug.toLowerCase());
  return {
    members(organization) {
      const known = members.get(organization.id) ?? new Map();
      members.set(organization.id, known);
      return known;
    },
    teams: (organization) => teams.filter((team) => team.organization === organization),
    team: find,
    addTeam(organization, slug, name) {
      const known = find(organization, slug);
      if (known) return known;
      const team: TeamRecord = {
        id: nextId(),
        organization,
        slug: slug.toLowerCase(),
        name,
        members: new Map(),
        createdAt: timestamp(),
      };
      teams.push(team);
      return team;
    },
  };
}

/** Sets what a team may do in a repository. */
export function grantTeam(repository: RepositoryRecord, team: TeamRecord, role: Role): void {
  const others = repository.teams.filter((grant) => grant.team !== team);
  repository.teams.splice(0, repository.teams.length, ...others, { team, role });
}
