/** A repository, its refs and releases. */

import { listRefs, readRef, resolveCommit } from "../git/refs.ts";
import { repositorySize } from "../git/repositories.ts";
import { hasRole, isCollaborator, isIntegration, roleOf } from "../http/auth.ts";
import { fullName, htmlUrl } from "../serialize/repositories.ts";
import { nodeId } from "../store/node-id.ts";
import type { IssueRecord, LabelRecord, ReleaseRecord, RepositoryRecord } from "../store/records.ts";
import { isPull, labelByName } from "../store/store.ts";
import { commitView } from "./commits.ts";
import { connection, empty, type Order, ordered, type PageArguments } from "./connections.ts";
import { refusal } from "./errors.ts";
import { type Graph, loginOf, requireRead, type View } from "./graph.ts";
import { type IssueArguments, issuesOf, issueView, labelView } from "./issues.ts";
import { type PullArguments, pullsMatching, pullView } from "./pulls.ts";
import { releasesOf, releaseView } from "./releases.ts";
import { userView } from "./users.ts";

const METHOD = { MERGE: "allowMergeCommit", SQUASH: "allowSquashMerge", REBASE: "allowRebaseMerge" } as const;

/** An issue or pull request, as GitHub finds it. @throws GraphQLError NOT_FOUND */
function subject(repository: RepositoryRecord, kind: string, number: number): IssueRecord {
  const found = repository.issues.get(number);
  const fits = kind === "Issue" ? !found?.pull : kind === "PullRequest" ? found?.pull : true;
  if (found && fits) return found;
  const what =
    kind === "Either" ? "an issue or pull request" : kind === "Issue" ? "an Issue" : "a PullRequest";
  throw refusal("NOT_FOUND", `Could not resolve to ${what} with the number of ${number}.`);
}

const eitherView = (graph: Graph, issue: IssueRecord) =>
  isPull(issue) ? pullView(graph, issue) : issueView(graph, issue);

export function repositoryView(graph: Graph, repository: RepositoryRecord): View {
  const { world } = graph;
  const { settings } = repository;
  const login = loginOf(graph);
  const url = htmlUrl(world, repository);
  const role = login === undefined || isIntegration(graph.actor) ? undefined : roleOf(repository, login);
  const git = world.git(repository);
  return {
    __typename: "Repository",
    id: nodeId("Repository", repository.id),
    name: repository.name,
    nameWithOwner: fullName(repository),
    owner: () => userView(graph, repository.owner),
    description: settings.description,
    url,
    resourcePath: new URL(url).pathname,
    sshUrl: `git@${new URL(url).host}:${fullName(repository)}.git`,
    homepageUrl: null,
    mirrorUrl: null,
    parent: null,
    templateRepository: null,
    primaryLanguage: null,
    licenseInfo: null,
    createdAt: repository.createdAt,
    updatedAt: repository.updatedAt,
    pushedAt: repository.pushedAt,
    archivedAt: null,
    visibility: repository.visibility.toUpperCase(),
    isPrivate: repository.visibility === "private",
    isInOrganization: repository.owner.type === "Organization",
    ...Object.fromEntries(
      ["isArchived", "isDisabled", "isFork", "isLocked", "isMirror", "isTemplate"].map((name) => [
        name,
        false,
      ]),
    ),
    isEmpty: async () => (await resolveCommit(git, repository.defaultBranch)) === undefined,
    diskUsage: () => repositorySize(git),
    hasIssuesEnabled: settings.hasIssues,
    hasWikiEnabled: false,
    hasProjectsEnabled: false,
    hasDiscussionsEnabled: false,
    isBlankIssuesEnabled: true,
    mergeCommitAllowed: settings.allowMergeCommit,
    squashMergeAllowed: settings.allowSquashMerge,
    rebaseMergeAllowed: settings.allowRebaseMerge,
    allowUpdateBranch: settings.allowUpdateBranch,
    autoMergeAllowed: false,
    deleteBranchOnMerge: settings.deleteBranchOnMerge,
    webCommitSignoffRequired: false,
    forkCount: 0,
    stargazerCount: 0,
    viewerHasStarred: false,
    viewerPermission: role?.toUpperCase() ?? null,
    viewerCanAdminister: login !== undefined && hasRole(repository, login, "admin"),
    viewerDefaultMergeMethod:
      (["MERGE", "SQUASH", "REBASE"] as const).find((method) => settings[METHOD[method]]) ?? "MERGE",
    watchers: empty("watchers"),
    languages: empty("languages"),
    milestones: empty("milestones"),
    milestone: null,
    assignableUsers: (args: PageArguments) => {
      const users = [...world.store.users.values()].filter((user) => isCollaborator(repository, user.login));
      return connection("assignableUsers", users, args, (user) => userView(graph, user));
    },
    label: ({ name }: { name: string }) => {
      const found = labelByName(repository, name);
      return found ? labelView(graph, repository, found) : null;
    },
    labels: (args: PageArguments & { orderBy?: Order; query?: string }) => {
      const wanted = args.query?.toLowerCase();
      const all = [...repository.labels.values()].filter(
        ({ name, description }) => !wanted || `${name} ${description ?? ""}`.toLowerCase().includes(wanted),
      );
      const keys = {
        NAME: ({ name }: LabelRecord) => name.toLowerCase(),
        CREATED_AT: ({ id }: LabelRecord) => id,
      };
      return connection("labels", ordered(all, args.orderBy, keys), args, (label) =>
        labelView(graph, repository, label),
      );
    },
    issue: ({ number }: { number: number }) => {
      requireRead(graph, repository, "issues");
      return issueView(graph, subject(repository, "Issue", number));
    },
    issues: (args: IssueArguments) => {
      requireRead(graph, repository, "issues");
      return connection("issues", issuesOf(repository, args), args, (issue) => issueView(graph, issue));
    },
    pullRequest: ({ number }: { number: number }) => {
      requireRead(graph, repository, "pull-requests");
      return eitherView(graph, subject(repository, "PullRequest", number));
    },
    pullRequests: (args: PullArguments) => {
      requireRead(graph, repository, "pull-requests");
      return connection("pullRequests", pullsMatching(repository, args), args, (pull) =>
        pullView(graph, pull),
      );
    },
    issueOrPullRequest: ({ number }: { number: number }) => {
      const found = subject(repository, "Either", number);
      requireRead(graph, repository, found.pull ? "pull-requests" : "issues");
      return eitherView(graph, found);
    },
    defaultBranchRef: () => refView(graph, repository, `refs/heads/${repository.defaultBranch}`),
    ref: ({ qualifiedName: name }: { qualifiedName: string }) =>
      refView(graph, repository, name.startsWith("refs/") ? name : `refs/heads/${name}`),
    refs: async (args: PageArguments & { refPrefix: string }) => {
      requireRead(graph, repository, "contents");
      const refs = await listRefs(git, args.refPrefix);
      return connection("refs", refs, args, ({ name }) => refView(graph, repository, name));
    },
    object: async ({ oid, expression }: { oid?: string; expression?: string }) => {
      requireRead(graph, repository, "contents");
      const name = oid ?? expression;
      const sha = name === undefined ? undefined : await resolveCommit(git, name);
      return sha === undefined ? null : commitView(graph, repository, sha);
    },
    latestRelease: () => {
      const found = releasesOf(graph, repository).findLast(isFull);
      return found ? releaseView(graph, repository, found) : null;
    },
    release: ({ tagName }: { tagName: string }) => {
      const found = releasesOf(graph, repository).find((release) => release.tagName === tagName);
      return found ? releaseView(graph, repository, found) : null;
    },
    releases: (args: PageArguments & { orderBy?: Order }) => {
      const keys = {
        CREATED_AT: ({ id }: ReleaseRecord) => id,
        NAME: ({ name, tagName }: ReleaseRecord) => name ?? tagName,
      };
      const sorted = ordered(releasesOf(graph, repository).toReversed(), args.orderBy, keys);
      return connection("releases", sorted, args, (release) => releaseView(graph, repository, release));
    },
  };
}

const isFull = ({ draft, prerelease }: ReleaseRecord) => !draft && !prerelease;

async function refView(graph: Graph, repository: RepositoryRecord, name: string): Promise<View | null> {
  requireRead(graph, repository, "contents");
  const git = graph.world.git(repository);
  const found = await readRef(git, name);
  const sha = found && (await resolveCommit(git, name));
  if (!found || !sha) return null;
  const prefix = /^refs\/(?:heads|tags)\//.exec(name)?.[0] ?? "refs/";
  return {
    __typename: "Ref",
    id: nodeId("Ref", `${repository.id}:${name}`),
    name: name.slice(prefix.length),
    prefix,
    repository: () => repositoryView(graph, repository),
    target: () => commitView(graph, repository, sha),
    // Rules here are rulesets; the classic protection does not exist.
    branchProtectionRule: null,
    associatedPullRequests: (args: PullArguments) => {
      const headRefName = name.slice(prefix.length);
      const pulls = pullsMatching(repository, { ...args, headRefName });
      return connection("associatedPullRequests", pulls, args, (pull) => pullView(graph, pull));
    },
  };
}
