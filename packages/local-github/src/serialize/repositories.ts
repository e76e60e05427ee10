/** Repositories in GitHub's shapes. */

import { repositorySize } from "../git/repositories.ts";
import { covers, isIntegration, roleOf } from "../http/auth.ts";
import { nodeId } from "../store/node-id.ts";
import type { RepositoryRecord, Role } from "../store/records.ts";
import type { Actor, World } from "../world.ts";
import { simpleUser } from "./users.ts";

export const fullName = (repository: RepositoryRecord) => `${repository.owner.login}/${repository.name}`;
export const apiUrl = (world: World, repository: RepositoryRecord) =>
  `${world.urls.api}/repos/${fullName(repository)}`;
export const htmlUrl = (world: World, repository: RepositoryRecord) =>
  `${world.urls.server}/${fullName(repository)}`;

/** `minimal-repository` and the base of the others. */
export function minimalRepository(world: World, repository: RepositoryRecord) {
  const api = apiUrl(world, repository);
  return {
    id: repository.id,
    node_id: nodeId("Repository", repository.id),
    name: repository.name,
    full_name: fullName(repository),
    private: repository.visibility === "private",
    owner: simpleUser(world, repository.owner),
    html_url: htmlUrl(world, repository),
    description: repository.settings.description,
    fork: false,
    url: api,
    forks_url: `${api}/forks`,
    keys_url: `${api}/keys{/key_id}`,
    collaborators_url: `${api}/collaborators{/collaborator}`,
    teams_url: `${api}/teams`,
    hooks_url: `${api}/hooks`,
    issue_events_url: `${api}/issues/events{/number}`,
    events_url: `${api}/events`,
    assignees_url: `${api}/assignees{/user}`,
    branches_url: `${api}/branches{/branch}`,
    tags_url: `${api}/tags`,
    blobs_url: `${api}/git/blobs{/sha}`,
    git_tags_url: `${api}/git/tags{/sha}`,
    git_refs_url: `${api}/git/refs{/sha}`,
    trees_url: `${api}/git/trees{/sha}`,
    statuses_url: `${api}/statuses/{sha}`,
    languages_url: `${api}/languages`,
    stargazers_url: `${api}/stargazers`,
    contributors_url: `${api}/contributors`,
    subscribers_url: `${api}/subscribers`,
    subscription_url: `${api}/subscription`,
    commits_url: `${api}/commits{/sha}`,
    git_commits_url: `${api}/git/commits{/sha}`,
    comments_url: `${api}/comments{/number}`,
    issue_comment_url: `${api}/issues/comments{/number}`,
    contents_url: `${api}/contents/{+path}`,
    compare_url: `${api}/compare/{base}...{head}`,
    merges_url: `${api}/merges`,
    archive_url: `${api}/{archive_format}{/ref}`,
    downloads_url: `${api}/downloads`,
    issues_url: `${api}/issues{/number}`,
    pulls_url: `${api}/pulls{/number}`,
    milestones_url: `${api}/milestones{/number}`,
    notifications_url: `${api}/notifications{?since,all,participating}`,
    labels_url: `${api}/labels{/name}`,
    releases_url: `${api}/releases{/id}`,
    deployments_url: `${api}/deployments`,
  };
}

/** `repository`, without what only git knows (its size): used inside pulls and webhook payloads. */
export function repositoryBody(world: World, repository: RepositoryRecord) {
  const { host } = new URL(world.urls.server);
  const open = [...repository.issues.values()].filter((issue) => issue.state === "open").length;
  return {
    ...minimalRepository(world, repository),
    git_url: `git://${host}/${fullName(repository)}.git`,
    ssh_url: `git@${host}:${fullName(repository)}.git`,
    clone_url: `${htmlUrl(world, repository)}.git`,
    svn_url: htmlUrl(world, repository),
    mirror_url: null,
    homepage: null,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: repository.settings.hasIssues,
    has_projects: false,
    has_downloads: true,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    forks_count: 0,
    archived: false,
    disabled: false,
    open_issues_count: open,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: repository.visibility,
    forks: 0,
    open_issues: open,
    watchers: 0,
    default_branch: repository.defaultBranch,
    created_at: repository.createdAt,
    updated_at: repository.updatedAt,
    pushed_at: repository.pushedAt,
  };
}

function permissionsOf(repository: RepositoryRecord, actor: Actor) {
  const order: readonly Role[] = ["read", "triage", "write", "maintain", "admin"];
  // A job's token is an installation's: it shows what it may push, not a role.
  const role: Role | undefined =
    actor.kind === "user"
      ? roleOf(repository, actor.user.login)
      : isIntegration(actor) && covers(actor, repository) && actor.permissions.contents === "write"
        ? "write"
        : "read";
  const level = role === undefined ? -1 : order.indexOf(role);
  return {
    admin: level >= 4,
    maintain: level >= 3,
    push: level >= 2,
    triage: level >= 1,
    pull: level >= 0,
  };
}

/** `full-repository` */
export async function fullRepository(world: World, repository: RepositoryRecord, actor: Actor) {
  const { settings } = repository;
  const permissions = permissionsOf(repository, actor);
  return {
    ...repositoryBody(world, repository),
    size: await repositorySize(world.git(repository)),
    permissions,
    // Merge settings are only shown to those who may push.
    ...(permissions.push
      ? {
          allow_merge_commit: settings.allowMergeCommit,
          allow_squash_merge: settings.allowSquashMerge,
          allow_rebase_merge: settings.allowRebaseMerge,
          allow_auto_merge: false,
          delete_branch_on_merge: settings.deleteBranchOnMerge,
          allow_update_branch: settings.allowUpdateBranch,
          use_squash_pr_title_as_default: false,
          squash_merge_commit_title: "COMMIT_OR_PR_TITLE",
          squash_merge_commit_message: "COMMIT_MESSAGES",
          merge_commit_title: "MERGE_MESSAGE",
          merge_commit_message: "PR_TITLE",
        }
      : {}),
    ...(repository.owner.type === "Organization"
      ? { organization: simpleUser(world, repository.owner) }
      : {}),
    network_count: 0,
    subscribers_count: 0,
  };
}
