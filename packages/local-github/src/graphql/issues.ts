/** Issues. */

import { closedByText } from "../pulls/keywords.ts";
import { fullName } from "../serialize/repositories.ts";
import { nodeId } from "../store/node-id.ts";
import type { IssueRecord, RepositoryRecord } from "../store/records.ts";
import { pullsOf } from "../store/store.ts";
import { connection, empty, type Order, type PageArguments } from "./connections.ts";
import type { Graph, View } from "./graph.ts";
import { pullView } from "./pulls.ts";
import { hasLabel, sorted, subjectView } from "./subjects.ts";

export { labelView } from "./subjects.ts";

interface IssueFilters {
  readonly assignee?: string | null;
  readonly createdBy?: string | null;
  readonly labels?: readonly string[] | null;
  readonly mentioned?: string | null;
  readonly since?: string | null;
  readonly states?: readonly string[] | null;
}

export interface IssueArguments extends PageArguments {
  readonly orderBy?: Order;
  readonly states?: readonly string[] | null;
  readonly labels?: readonly string[] | null;
  readonly filterBy?: IssueFilters | null;
}

/** Issues, without pull requests, that the arguments of a list ask for. */
export function issuesOf(repository: RepositoryRecord, args: IssueArguments): readonly IssueRecord[] {
  const { assignee, createdBy, mentioned, since, ...filters } = args.filterBy ?? {};
  const states = filters.states ?? args.states;
  const is = (login: string, wanted: string) =>
    wanted === "*" || login.toLowerCase() === wanted.toLowerCase();
  const found = [...repository.issues.values()].filter(
    (issue) =>
      !issue.pull &&
      (!states || states.includes(issue.state.toUpperCase())) &&
      hasLabel(issue, args.labels) &&
      hasLabel(issue, filters.labels) &&
      (assignee == null || issue.assignees.some(({ login }) => is(login, assignee))) &&
      (createdBy == null || is(issue.author.login, createdBy)) &&
      (mentioned == null || (issue.body ?? "").includes(`@${mentioned}`)) &&
      (since == null || Date.parse(issue.updatedAt) >= Date.parse(since)),
  );
  return sorted(found, args.orderBy);
}

export function issueView(graph: Graph, issue: IssueRecord): View {
  const { repository } = issue;
  return {
    __typename: "Issue",
    id: nodeId("Issue", issue.id),
    ...subjectView(graph, issue),
    state: issue.state.toUpperCase(),
    stateReason: issue.stateReason?.toUpperCase() ?? null,
    isPinned: false,
    parent: () => issue.parent && issueView(graph, issue.parent),
    subIssues: (args: PageArguments) =>
      connection("subIssues", issue.children, args, (child) => issueView(graph, child)),
    trackedIssues: empty("trackedIssues"),
    trackedInIssues: empty("trackedInIssues"),
    closedByPullRequestsReferences: (args: PageArguments & { includeClosedPrs?: boolean }) => {
      const pulls = pullsOf(repository).filter(
        (pull) =>
          closedByText(pull.body ?? "", fullName(repository)).includes(issue.number) &&
          (pull.state === "open" || pull.pull.mergedAt !== null || args.includeClosedPrs),
      );
      return connection("closedByPullRequestsReferences", pulls, args, (pull) => pullView(graph, pull));
    },
  };
}
