/** Issues, comments, labels, reactions and events in GitHub's shapes. */

import { isCollaborator, roleOf } from "../http/auth.ts";
import { nodeId } from "../store/node-id.ts";
import type {
  CommentRecord,
  IssueEventRecord,
  IssueRecord,
  IssueTypeRecord,
  LabelRecord,
  ReactionRecord,
  RepositoryRecord,
  UserRecord,
} from "../store/records.ts";
import { REACTIONS } from "../store/records.ts";
import { ACTIONS_BOT } from "../store/store.ts";
import type { World } from "../world.ts";
import { appJson } from "./apps.ts";
import { apiUrl, htmlUrl } from "./repositories.ts";
import { simpleUser } from "./users.ts";

export function authorAssociation(repository: RepositoryRecord, user: UserRecord): string {
  if (user.type === "Bot") return user.id === ACTIONS_BOT.id ? "CONTRIBUTOR" : "NONE";
  const login = user.login.toLowerCase();
  if (login === repository.owner.login.toLowerCase()) return "OWNER";
  if (repository.members.has(login)) return "MEMBER";
  if (!isCollaborator(repository, login)) return "NONE";
  const role = roleOf(repository, login);
  return repository.owner.type === "Organization" && role === "admin" ? "MEMBER" : "COLLABORATOR";
}

/** `label` */
export function labelJson(world: World, repository: RepositoryRecord, label: LabelRecord) {
  return {
    id: label.id,
    node_id: nodeId("Label", label.id),
    url: `${apiUrl(world, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: label.isDefault,
    description: label.description,
  };
}

export function issueTypeJson(type: IssueTypeRecord | null) {
  return (
    type && {
      id: type.id,
      node_id: nodeId("IssueType", type.id),
      name: type.name,
      description: type.description,
      color: type.color,
      is_enabled: true,
    }
  );
}

/** `reaction-rollup` */
export function reactionRollup(url: string, reactions: readonly ReactionRecord[]) {
  const counts = Object.fromEntries(
    REACTIONS.map((content) => [content, reactions.filter((one) => one.content === content).length]),
  );
  return { url: `${url}/reactions`, total_count: reactions.length, ...counts };
}

/** `reaction` */
export function reactionJson(world: World, reaction: ReactionRecord) {
  return {
    id: reaction.id,
    node_id: nodeId("Reaction", reaction.id),
    user: simpleUser(world, reaction.user),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}

export const issueApiUrl = (world: World, issue: IssueRecord) =>
  `${apiUrl(world, issue.repository)}/issues/${issue.number}`;

export const issueHtmlUrl = (world: World, issue: IssueRecord) =>
  `${htmlUrl(world, issue.repository)}/${issue.pull ? "pull" : "issues"}/${issue.number}`;

/** Issues that `issue` blocks. */
export function blocking(world: World, issue: IssueRecord): IssueRecord[] {
  return world.store.repositories.flatMap((repository) =>
    [...repository.issues.values()].filter((other) => other.blockedBy.includes(issue)),
  );
}

function pullLinks(world: World, issue: IssueRecord) {
  if (!issue.pull) return {};
  const url = `${apiUrl(world, issue.repository)}/pulls/${issue.number}`;
  const html = issueHtmlUrl(world, issue);
  return {
    draft: issue.pull.draft,
    pull_request: {
      url,
      html_url: html,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      merged_at: issue.pull.mergedAt,
    },
  };
}

/** `issue` */
export function issueJson(world: World, issue: IssueRecord) {
  const url = issueApiUrl(world, issue);
  const { repository, children } = issue;
  const done = children.filter((child) => child.state === "closed").length;
  const blocks = blocking(world, issue);
  const open = (list: readonly IssueRecord[]) => list.filter((one) => one.state === "open").length;
  return {
    url,
    repository_url: apiUrl(world, repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: issueHtmlUrl(world, issue),
    id: issue.id,
    node_id: issue.pull ? nodeId("PullRequest", issue.pull.id) : nodeId("Issue", issue.id),
    number: issue.number,
    title: issue.title,
    user: simpleUser(world, issue.author),
    labels: issue.labels.map((label) => labelJson(world, repository, label)),
    state: issue.state,
    locked: issue.locked,
    assignees: issue.assignees.map((user) => simpleUser(world, user)),
    milestone: null,
    comments: issue.comments.length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    assignee: issue.assignees[0] ? simpleUser(world, issue.assignees[0]) : null,
    author_association: authorAssociation(repository, issue.author),
    ...(issue.pull ? {} : { type: issueTypeJson(issue.type) }),
    active_lock_reason: null,
    ...pullLinks(world, issue),
    ...(issue.pull
      ? {}
      : {
          sub_issues_summary: {
            total: children.length,
            completed: done,
            percent_completed: children.length ? Math.round((done / children.length) * 100) : 0,
          },
          issue_dependencies_summary: {
            blocked_by: open(issue.blockedBy),
            total_blocked_by: issue.blockedBy.length,
            blocking: open(blocks),
            total_blocking: blocks.length,
          },
          ...(issue.parent ? { parent_issue_url: issueApiUrl(world, issue.parent) } : {}),
        }),
    body: issue.body,
    closed_by: issue.closedBy && simpleUser(world, issue.closedBy),
    reactions: reactionRollup(url, issue.reactions),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: issue.app && appJson(world, issue.app),
    state_reason: issue.stateReason,
  };
}

/** `issue-comment` */
export function commentJson(world: World, comment: CommentRecord) {
  const { issue } = comment;
  const url = `${apiUrl(world, issue.repository)}/issues/comments/${comment.id}`;
  return {
    url,
    html_url: `${issueHtmlUrl(world, issue)}#issuecomment-${comment.id}`,
    issue_url: issueApiUrl(world, issue),
    id: comment.id,
    node_id: nodeId("IssueComment", comment.id),
    user: simpleUser(world, comment.author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: authorAssociation(issue.repository, comment.author),
    body: comment.body,
    reactions: reactionRollup(url, comment.reactions),
    performed_via_github_app: comment.app && appJson(world, comment.app),
  };
}

/** One entry of an issue's events; timelines add comments to these. */
export function issueEventJson(world: World, issue: IssueRecord, event: IssueEventRecord) {
  const api = apiUrl(world, issue.repository);
  return {
    id: event.id,
    node_id: nodeId("Event", event.id),
    url: `${api}/issues/events/${event.id}`,
    actor: simpleUser(world, event.actor),
    event: event.event,
    commit_id: event.commitId,
    commit_url: event.commitId ? `${api}/commits/${event.commitId}` : null,
    created_at: event.createdAt,
    performed_via_github_app: event.app && appJson(world, event.app),
    ...event.extra,
  };
}
