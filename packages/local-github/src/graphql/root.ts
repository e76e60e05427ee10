/** Where every query and mutation begins. */

import { canSee, isIntegration } from "../http/auth.ts";
import { searchIssues } from "../issues/search.ts";
import type { IssueRecord, UserRecord } from "../store/records.ts";
import { isPull } from "../store/store.ts";
import { connection, type PageArguments } from "./connections.ts";
import { notAccessible, notServed, refusal } from "./errors.ts";
import type { Graph, View } from "./graph.ts";
import { issueView } from "./issues.ts";
import { mutationRoot } from "./mutations.ts";
import { nodeView } from "./nodes.ts";
import { pullView } from "./pulls.ts";
import { repositoryView } from "./repository.ts";
import { userView } from "./users.ts";

/** What a request costs, and what is left after it. */
export interface Budget {
  readonly limit: number;
  readonly remaining: number;
  readonly used: number;
  /** Unix seconds. */
  readonly reset: number;
}

export function rootOf(graph: Graph, cost: { points: number; nodes: number }, budget: () => Budget): View {
  const { store } = graph.world;
  const account = (login: string, types: readonly UserRecord["type"][], name: string) => {
    const found = store.user(login);
    if (found && types.includes(found.type)) return userView(graph, found);
    throw refusal("NOT_FOUND", `Could not resolve to ${name} with the login of '${login}'.`);
  };
  return {
    repository: ({ owner, name }: { owner: string; name: string }) => {
      const found = store.repository(owner, name);
      if (found && canSee(graph.actor, found)) return repositoryView(graph, found);
      throw refusal("NOT_FOUND", `Could not resolve to a Repository with the name '${owner}/${name}'.`);
    },
    viewer: () => {
      // GitHub shows a token of an App's the bot behind it as a user, with the brackets in its name.
      if (graph.actor.kind === "anonymous" || graph.actor.kind === "jwt") throw notAccessible();
      const view = userView(graph, graph.actor.user);
      const { login } = graph.actor.user;
      return isIntegration(graph.actor) ? { ...view, __typename: "User", login, name: null } : view;
    },
    user: ({ login }: { login: string }) => account(login, ["User"], "a User"),
    organization: ({ login }: { login: string }) => account(login, ["Organization"], "an Organization"),
    repositoryOwner: ({ login }: { login: string }) => {
      const found = store.user(login);
      return found && found.type !== "Bot" ? userView(graph, found) : null;
    },
    search: ({ query, type, ...args }: PageArguments & { query: string; type: string }) => {
      if (type !== "ISSUE") throw notServed("SearchType", type);
      const found = searchIssues(graph.world, graph.actor, query);
      const shown = (issue: IssueRecord) =>
        isPull(issue) ? pullView(graph, issue) : issueView(graph, issue);
      return connection("search", found, args, shown, { issueCount: found.length });
    },
    node: ({ id }: { id: string }) => nodeView(graph, id),
    // Each stands for itself: an error among the list's items is that item's alone.
    nodes: ({ ids }: { ids: readonly string[] }) =>
      ids.map((id) => {
        try {
          return nodeView(graph, id);
        } catch (error) {
          return error;
        }
      }),
    rateLimit: () => {
      const { limit, remaining, used, reset } = budget();
      const resetAt = new Date(reset * 1000).toISOString().replace(".000Z", "Z");
      return {
        __typename: "RateLimit",
        cost: cost.points,
        nodeCount: cost.nodes,
        limit,
        remaining,
        used,
        resetAt,
      };
    },
    ...mutationRoot(graph),
  };
}
