/** Who there is, and what they may do: set up by whoever starts the server. */

import type { RepositoryName } from "@slipway/model";
import type { RepositoryRecord, Role, TeamRecord, UserRecord } from "../store/records.ts";
import type { Store } from "../store/store.ts";
import { grantTeam } from "../store/teams.ts";

export interface NewTeam {
  readonly organization: string;
  readonly slug: string;
  /** Default: the slug. */
  readonly name?: string;
  /** Logins; unknown ones become users, and all become members of the organization. */
  readonly members?: readonly string[];
  readonly maintainers?: readonly string[];
  /** Role of the team by the name of a repository of the organization. */
  readonly repositories?: Readonly<Record<string, Role>>;
}

export interface People {
  /** The user of that login, made when new. A login that ends with `[bot]` becomes a bot. */
  createUser(login: string): UserRecord;
  addCollaborator(name: RepositoryName, login: string, role: Role): void;
  removeCollaborator(name: RepositoryName, login: string): void;
  /** A member of an organization, which is made when new; an owner is an admin of all its repositories. */
  addMember(organization: string, login: string, role?: "owner" | "member"): void;
  /** Makes a team, or adds to the one that is there. @throws Error when it names a repository that is not there */
  addTeam(team: NewTeam): TeamRecord;
  /** A token of a person: it allows what the person's role allows. An unknown login becomes a user. */
  mintUserToken(login: string): string;
}

export function peopleOf(store: Store, repositoryOf: (name: RepositoryName) => RepositoryRecord): People {
  const organizationOf = (login: string): UserRecord => {
    const organization = store.addUser(login, "Organization");
    if (organization.type !== "Organization") throw new Error(`${login} is a person, not an organization.`);
    return organization;
  };
  const addMember = (organization: string, login: string, role: "owner" | "member" = "member") => {
    store.addUser(login, "User");
    store.organizations.members(organizationOf(organization)).set(login.toLowerCase(), role);
  };
  return {
    createUser: (login) => store.addUser(login, "User"),
    addCollaborator(name, login, role) {
      store.addUser(login, "User");
      repositoryOf(name).collaborators.set(login.toLowerCase(), role);
    },
    removeCollaborator: (name, login) => void repositoryOf(name).collaborators.delete(login.toLowerCase()),
    addMember,
    addTeam({ organization: owner, slug, name = slug, members = [], maintainers = [], repositories = {} }) {
      const organization = organizationOf(owner);
      const team = store.organizations.addTeam(organization, slug, name);
      const known = store.organizations.members(organization);
      const roles = [
        ...members.map((login) => [login, "member"] as const),
        ...maintainers.map((login) => [login, "maintainer"] as const),
      ];
      for (const [login, role] of roles) {
        if (!known.has(login.toLowerCase())) addMember(owner, login);
        team.members.set(login.toLowerCase(), role);
      }
      for (const [repository, role] of Object.entries(repositories)) {
        grantTeam(repositoryOf({ owner, name: repository }), team, role);
      }
      return team;
    },
    mintUserToken: (login) => store.mintUserToken(store.addUser(login, "User")),
  };
}
