/** Finding what a node id names. */

import { canSee } from "../http/auth.ts";
import { parseNodeId } from "../store/node-id.ts";
import type {
  CommentRecord,
  IssueRecord,
  PullIssue,
  RepositoryRecord,
  ReviewRecord,
} from "../store/records.ts";
import { isPull } from "../store/store.ts";
import { refusal } from "./errors.ts";
import { type Graph, requireRead, type View } from "./graph.ts";
import { issueView } from "./issues.ts";
import { pullView, reviewView } from "./pulls.ts";
import { releasesOf, releaseView } from "./releases.ts";
import { repositoryView } from "./repository.ts";
import { commentView, labelView } from "./subjects.ts";
import { userView } from "./users.ts";

export type Found =
  | { readonly kind: "repository"; readonly repository: RepositoryRecord }
  | { readonly kind: "issue"; readonly repository: RepositoryRecord; readonly issue: IssueRecord }
  | { readonly kind: "pull"; readonly repository: RepositoryRecord; readonly pull: PullIssue }
  | { readonly kind: "comment"; readonly repository: RepositoryRecord; readonly comment: CommentRecord }
  | {
      readonly kind: "review";
      readonly repository: RepositoryRecord;
      readonly pull: PullIssue;
      readonly review: ReviewRecord;
    }
  | { readonly kind: "view"; readonly view: View };

const unresolved = (id: string) =>
  refusal("NOT_FOUND", `Could not resolve to a node with the global id of '${id}'`);

/** @throws GraphQLError NOT_FOUND, also for what the actor may not see */
export function findNode(graph: Graph, id: string): Found {
  const parsed = parseNodeId(id);
  const repositories = graph.world.store.repositories.filter((one) => canSee(graph.actor, one));
  for (const repository of parsed ? repositories : []) {
    const found = parsed && inRepository(graph, repository, parsed.kind, parsed.key);
    if (found) return found;
  }
  const user = [...graph.world.store.users.values()].find(
    (one) => parsed?.kind === one.type && String(one.id) === parsed.key,
  );
  if (!user) throw unresolved(id);
  return { kind: "view", view: userView(graph, user) };
}

function inRepository(
  graph: Graph,
  repository: RepositoryRecord,
  kind: string,
  key: string,
): Found | undefined {
  const issues = [...repository.issues.values()];
  switch (kind) {
    case "Repository":
      return String(repository.id) === key ? { kind: "repository", repository } : undefined;
    case "Issue": {
      const issue = issues.find((one) => !one.pull && String(one.id) === key);
      return issue && { kind: "issue", repository, issue };
    }
    case "PullRequest": {
      const pull = issues.filter(isPull).find((one) => String(one.pull.id) === key);
      return pull && { kind: "pull", repository, pull };
    }
    case "IssueComment": {
      const comment = issues.flatMap(({ comments }) => comments).find((one) => String(one.id) === key);
      return comment && { kind: "comment", repository, comment };
    }
    case "PullRequestReview": {
      for (const pull of issues.filter(isPull)) {
        const review = pull.pull.reviews.find((one) => String(one.id) === key);
        if (review) return { kind: "review", repository, pull, review };
      }
      return undefined;
    }
    case "Label": {
      const label = [...repository.labels.values()].find((one) => String(one.id) === key);
      return label && { kind: "view", view: labelView(graph, repository, label) };
    }
    case "Release": {
      const release = repository.releases.find((one) => String(one.id) === key);
      if (!release || !releasesOf(graph, repository).includes(release)) return undefined;
      return { kind: "view", view: releaseView(graph, repository, release) };
    }
    default:
      return undefined;
  }
}

export function nodeView(graph: Graph, id: string): View {
  const found = findNode(graph, id);
  switch (found.kind) {
    case "repository":
      return repositoryView(graph, found.repository);
    case "issue":
      requireRead(graph, found.repository, "issues");
      return issueView(graph, found.issue);
    case "pull":
      requireRead(graph, found.repository, "pull-requests");
      return pullView(graph, found.pull);
    case "comment":
      requireRead(graph, found.repository, found.comment.issue.pull ? "pull-requests" : "issues");
      return commentView(graph, found.comment);
    case "review":
      requireRead(graph, found.repository, "pull-requests");
      return reviewView(graph, found.pull, found.review);
    case "view":
      return found.view;
  }
}
