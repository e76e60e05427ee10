/** What issues, pull requests, comments and reviews have in common. */

import { hasRole } from "../http/auth.ts";
import { authorAssociation, issueHtmlUrl } from "../serialize/issues.ts";
import { nodeId } from "../store/node-id.ts";
import type {
  CommentRecord,
  IssueRecord,
  LabelRecord,
  ReactionContent,
  ReactionRecord,
  RepositoryRecord,
  UserRecord,
} from "../store/records.ts";
import { REACTIONS } from "../store/records.ts";
import { isPull } from "../store/store.ts";
import { connection, empty, type Order, ordered, type PageArguments } from "./connections.ts";
import { type Graph, isViewer, loginOf, type View } from "./graph.ts";
import { issueView } from "./issues.ts";
import { pullView } from "./pulls.ts";
import { repositoryView } from "./repository.ts";
import { userView } from "./users.ts";

const CONTENT: Readonly<Record<ReactionContent, string>> = {
  "+1": "THUMBS_UP",
  "-1": "THUMBS_DOWN",
  laugh: "LAUGH",
  hooray: "HOORAY",
  confused: "CONFUSED",
  heart: "HEART",
  rocket: "ROCKET",
  eyes: "EYES",
};

function reactionGroups(graph: Graph, reactions: readonly ReactionRecord[]): View[] {
  return REACTIONS.map((content) => {
    const group = reactions.filter((one) => one.content === content);
    return {
      __typename: "ReactionGroup",
      content: CONTENT[content],
      createdAt: group[0]?.createdAt ?? null,
      viewerHasReacted: group.some(({ user }) => isViewer(graph, user)),
      users: (args: PageArguments) => connection("users", group, args, ({ user }) => userView(graph, user)),
    };
  });
}

interface Text {
  readonly author: UserRecord;
  readonly body: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly reactions: readonly ReactionRecord[];
}

/** The fields of `Comment`: whatever has an author and a text. */
export function textView(graph: Graph, repository: RepositoryRecord, text: Text, url: string): View {
  const login = loginOf(graph);
  const writes = login !== undefined && hasRole(repository, login, "write");
  const own = isViewer(graph, text.author);
  return {
    author: () => userView(graph, text.author),
    authorAssociation: authorAssociation(repository, text.author),
    body: text.body ?? "",
    createdAt: text.createdAt,
    publishedAt: text.createdAt,
    updatedAt: text.updatedAt,
    createdViaEmail: false,
    // Who edited what is not kept.
    includesCreatedEdit: false,
    lastEditedAt: null,
    editor: null,
    url,
    resourcePath: new URL(url).pathname,
    repository: () => repositoryView(graph, repository),
    reactionGroups: () => reactionGroups(graph, text.reactions),
    viewerDidAuthor: own,
    viewerCanUpdate: own || writes,
    viewerCanDelete: own || writes,
    viewerCanReact: login !== undefined,
  };
}

export function labelView(graph: Graph, repository: RepositoryRecord, label: LabelRecord): View {
  const url = `${issueBase(graph, repository)}/labels/${encodeURIComponent(label.name)}`;
  return {
    __typename: "Label",
    id: nodeId("Label", label.id),
    name: label.name,
    color: label.color,
    description: label.description,
    isDefault: label.isDefault,
    createdAt: repository.createdAt,
    updatedAt: repository.updatedAt,
    url,
    resourcePath: new URL(url).pathname,
    repository: () => repositoryView(graph, repository),
  };
}

const issueBase = ({ world }: Graph, { owner, name }: RepositoryRecord) =>
  `${world.urls.server}/${owner.login}/${name}`;

export function commentView(graph: Graph, comment: CommentRecord): View {
  const { issue } = comment;
  const { repository } = issue;
  return {
    __typename: "IssueComment",
    id: nodeId("IssueComment", comment.id),
    fullDatabaseId: String(comment.id),
    ...textView(graph, repository, comment, `${issueHtmlUrl(graph.world, issue)}#issuecomment-${comment.id}`),
    isMinimized: false,
    minimizedReason: null,
    issue: () => issueView(graph, issue),
    pullRequest: () => (isPull(issue) ? pullView(graph, issue) : null),
  };
}

/** The fields that issues and pull requests share. */
export function subjectView(graph: Graph, issue: IssueRecord): View {
  const { repository } = issue;
  const login = loginOf(graph);
  const triages = login !== undefined && hasRole(repository, login, "triage");
  const people = new Map(
    [issue.author, ...issue.comments.map(({ author }) => author)].map((one) => [one.id, one]),
  );
  return {
    fullDatabaseId: String(issue.pull?.id ?? issue.id),
    ...textView(graph, repository, issue, issueHtmlUrl(graph.world, issue)),
    number: issue.number,
    title: issue.title,
    closed: issue.state === "closed",
    closedAt: issue.closedAt,
    locked: issue.locked,
    activeLockReason: null,
    milestone: null,
    projectCards: empty("projectCards"),
    projectItems: empty("projectItems"),
    assignees: (args: PageArguments) =>
      connection("assignees", issue.assignees, args, (user) => userView(graph, user)),
    participants: (args: PageArguments) =>
      connection("participants", [...people.values()], args, (user) => userView(graph, user)),
    labels: (args: PageArguments & { orderBy?: Order }) => {
      const keys = { NAME: ({ name }: LabelRecord) => name.toLowerCase() };
      return connection("labels", ordered(issue.labels, args.orderBy, keys), args, (label) =>
        labelView(graph, repository, label),
      );
    },
    comments: (args: PageArguments & { orderBy?: Order }) => {
      const keys = { UPDATED_AT: ({ updatedAt }: CommentRecord) => updatedAt };
      return connection("comments", ordered(issue.comments, args.orderBy, keys), args, (comment) =>
        commentView(graph, comment),
      );
    },
    viewerCanClose: triages || isViewer(graph, issue.author),
    viewerCanReopen: triages || isViewer(graph, issue.author),
    viewerCanLabel: triages,
  };
}

const KEYS = {
  CREATED_AT: (issue: IssueRecord) => issue.number,
  UPDATED_AT: (issue: IssueRecord) => issue.updatedAt,
  COMMENTS: (issue: IssueRecord) => issue.comments.length,
};

/** Sorted as asked for, oldest first otherwise. */
export const sorted = <Item extends IssueRecord>(items: readonly Item[], order: Order | undefined) =>
  ordered(items, order, KEYS);

export const hasLabel = (issue: IssueRecord, names: readonly string[] | null | undefined): boolean =>
  !names?.length ||
  issue.labels.some(({ name }) => names.some((wanted) => wanted.toLowerCase() === name.toLowerCase()));
