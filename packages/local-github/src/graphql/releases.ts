/** Releases. */

import { resolveCommit } from "../git/refs.ts";
import { hasRole, isIntegration } from "../http/auth.ts";
import { htmlUrl } from "../serialize/repositories.ts";
import { nodeId } from "../store/node-id.ts";
import type { ReleaseRecord, RepositoryRecord } from "../store/records.ts";
import { commitView } from "./commits.ts";
import { empty } from "./connections.ts";
import { type Graph, loginOf, requireRead, type View } from "./graph.ts";
import { repositoryView } from "./repository.ts";
import { userView } from "./users.ts";

/** Oldest first. A draft is shown to those who can write. */
export function releasesOf(graph: Graph, repository: RepositoryRecord): readonly ReleaseRecord[] {
  requireRead(graph, repository, "contents");
  const { actor } = graph;
  const login = loginOf(graph);
  const writes = isIntegration(actor)
    ? actor.permissions.contents === "write"
    : login !== undefined && hasRole(repository, login, "write");
  return repository.releases.filter(({ draft }) => writes || !draft);
}

export function releaseView(graph: Graph, repository: RepositoryRecord, release: ReleaseRecord): View {
  const { world } = graph;
  const url = `${htmlUrl(world, repository)}/releases/tag/${encodeURIComponent(release.tagName)}`;
  const latest = repository.releases.findLast(({ draft, prerelease }) => !draft && !prerelease);
  return {
    __typename: "Release",
    id: nodeId("Release", release.id),
    // An Int of GraphQL has 32 bits, and ids here have more.
    databaseId: null,
    name: release.name,
    tagName: release.tagName,
    description: release.body,
    isDraft: release.draft,
    isPrerelease: release.prerelease,
    isLatest: release === latest,
    createdAt: release.createdAt,
    updatedAt: release.updatedAt,
    publishedAt: release.publishedAt,
    url,
    resourcePath: new URL(url).pathname,
    author: () => userView(graph, release.author),
    repository: () => repositoryView(graph, repository),
    releaseAssets: empty("releaseAssets"),
    tagCommit: async () => {
      const sha = await resolveCommit(world.git(repository), `refs/tags/${release.tagName}`);
      return sha === undefined ? null : commitView(graph, repository, sha);
    },
  };
}
