/** People, bots, organizations and teams. */

import { canSee } from "../http/auth.ts";
import { simpleUser } from "../serialize/users.ts";
import { nodeId } from "../store/node-id.ts";
import type { RepositoryRecord, TeamRecord, UserRecord } from "../store/records.ts";
import { userNodeId } from "../store/store.ts";
import { connection, type Order, ordered, type PageArguments } from "./connections.ts";
import { type Graph, isViewer, type View } from "./graph.ts";
import { repositoryView } from "./repository.ts";

/** A `User`, `Bot` or `Organization`. */
export function userView(graph: Graph, user: UserRecord): View {
  const { world } = graph;
  const { html_url: url, avatar_url: avatar } = simpleUser(world, user);
  const owned = () =>
    world.store.repositories.filter((one) => one.owner === user && canSee(graph.actor, one));
  return {
    __typename: user.type,
    id: userNodeId(user),
    // GraphQL shows a bot without the brackets that REST has.
    login: user.login.replace(/\[bot\]$/, ""),
    avatarUrl: avatar,
    url,
    resourcePath: new URL(url).pathname,
    createdAt: user.createdAt,
    updatedAt: user.createdAt,
    ...(user.type === "Bot"
      ? {}
      : {
          name: user.name,
          email: user.type === "User" ? "" : null,
          location: null,
          websiteUrl: null,
          ...(user.type === "User"
            ? { isViewer: isViewer(graph, user), bio: null, company: null, status: null }
            : { description: null }),
          repository: ({ name }: { name: string }) => {
            const found = owned().find((one) => one.name.toLowerCase() === name.toLowerCase());
            return found ? repositoryView(graph, found) : null;
          },
          repositories: (args: PageArguments & { orderBy?: Order; privacy?: "PUBLIC" | "PRIVATE" }) => {
            const list = owned().filter(
              (one) => !args.privacy || one.visibility.toUpperCase() === args.privacy,
            );
            const keys = {
              NAME: (one: RepositoryRecord) => one.name,
              CREATED_AT: (one: RepositoryRecord) => one.createdAt,
              PUSHED_AT: (one: RepositoryRecord) => one.pushedAt,
              UPDATED_AT: (one: RepositoryRecord) => one.updatedAt,
              STARGAZERS: () => 0,
            };
            const sorted = ordered(list, args.orderBy, keys);
            return connection("repositories", sorted, args, (one) => repositoryView(graph, one));
          },
        }),
  };
}

export function teamView(graph: Graph, team: TeamRecord): View {
  return {
    __typename: "Team",
    id: nodeId("Team", team.id),
    name: team.name,
    slug: team.slug,
    combinedSlug: `${team.organization.login}/${team.slug}`,
    organization: () => userView(graph, team.organization),
    createdAt: team.createdAt,
    updatedAt: team.createdAt,
  };
}
