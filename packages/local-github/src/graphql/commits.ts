/** Commits and who made them. */

import { commitsBetween, diffFiles, EMPTY_TREE } from "../git/diff.ts";
import { type CommitObject, readCommit } from "../git/objects.ts";
import { htmlUrl } from "../serialize/repositories.ts";
import { nodeId } from "../store/node-id.ts";
import type { PullIssue, RepositoryRecord } from "../store/records.ts";
import { pullsOf } from "../store/store.ts";
import { rollupView } from "./checks.ts";
import { connection, type PageArguments } from "./connections.ts";
import { type Graph, requireRead, type View } from "./graph.ts";
import { pullView } from "./pulls.ts";
import { repositoryView } from "./repository.ts";
import { userView } from "./users.ts";

function gitActor(graph: Graph, person: CommitObject["author"]): View {
  // As on GitHub an account is found by its address; here only the addresses that GitHub gives out name one.
  const login = /^(?:\d+\+)?([^@]+)@users\.noreply\.github\.com$/.exec(person.email)?.[1];
  const user = login === undefined ? undefined : graph.world.store.user(login);
  return {
    __typename: "GitActor",
    name: person.name,
    email: person.email,
    date: person.date,
    user: user?.type === "User" ? () => userView(graph, user) : null,
  };
}

/** Null where there is no such commit. */
export async function commitView(
  graph: Graph,
  repository: RepositoryRecord,
  sha: string,
): Promise<View | null> {
  requireRead(graph, repository, "contents", "pull-requests");
  const git = graph.world.git(repository);
  const commit = await readCommit(git, sha);
  if (!commit) return null;
  const url = `${htmlUrl(graph.world, repository)}/commit/${sha}`;
  const [headline = "", ...rest] = commit.message.trimEnd().split("\n");
  const files = () => diffFiles(git, commit.parents[0] ?? EMPTY_TREE, sha);
  const sum = async (key: "additions" | "deletions") =>
    (await files()).reduce((total, file) => total + file[key], 0);
  return {
    __typename: "Commit",
    id: nodeId("Commit", `${repository.id}:${sha}`),
    oid: sha,
    abbreviatedOid: sha.slice(0, 7),
    message: commit.message.trimEnd(),
    messageHeadline: headline,
    messageBody: rest.join("\n").trim(),
    author: gitActor(graph, commit.author),
    committer: gitActor(graph, commit.committer),
    authors: (args: PageArguments) =>
      connection("authors", [commit.author], args, (person) => gitActor(graph, person)),
    authoredDate: commit.author.date,
    committedDate: commit.committer.date,
    url,
    commitUrl: url,
    resourcePath: new URL(url).pathname,
    commitResourcePath: new URL(url).pathname,
    repository: () => repositoryView(graph, repository),
    parents: (args: PageArguments) =>
      connection("parents", commit.parents, args, (parent) => commitView(graph, repository, parent)),
    additions: () => sum("additions"),
    deletions: () => sum("deletions"),
    changedFilesIfAvailable: async () => (await files()).length,
    statusCheckRollup: () => rollupView(graph, repository, sha),
    associatedPullRequests: async (args: PageArguments) => {
      const holds = async (pull: PullIssue) =>
        pull.pull.mergeCommitSha === sha ||
        (await commitsBetween(git, pull.pull.base.sha, pull.pull.head.sha)).includes(sha);
      const pulls = pullsOf(repository);
      const held = await Promise.all(pulls.map(holds));
      return connection(
        "associatedPullRequests",
        pulls.filter((_, at) => held[at]),
        args,
        (pull) => pullView(graph, pull),
      );
    },
  };
}
