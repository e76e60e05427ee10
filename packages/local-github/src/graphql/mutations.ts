/** Changes: each is the REST route that does the same, by the same checks. */

import { allows, causeOfActor, hasRole, isIntegration } from "../http/auth.ts";
import { fullName } from "../serialize/repositories.ts";
import { changeDraft } from "../setup/happenings.ts";
import { parseNodeId } from "../store/node-id.ts";
import type { IssueRecord, PullIssue, RepositoryRecord } from "../store/records.ts";
import { notAccessible, notServed, refusal } from "./errors.ts";
import { type Graph, loginOf, type View } from "./graph.ts";
import { findNode, nodeView } from "./nodes.ts";
import { commentView } from "./subjects.ts";
import { userView } from "./users.ts";

type Input = Readonly<Record<string, unknown>>;

const text = (input: Input, key: string): string | undefined =>
  typeof input[key] === "string" ? input[key] : undefined;
const texts = (input: Input, key: string): string[] | undefined =>
  Array.isArray(input[key]) ? input[key].map(String) : undefined;

/** Inputs that are asked for and that this server has no place for. @throws GraphQLError naming the first */
function refuseInputs(mutation: string, input: Input, names: readonly string[]): void {
  for (const name of names) {
    const value = input[name];
    const isEmpty = value === undefined || value === null || (Array.isArray(value) && value.length === 0);
    if (!isEmpty) throw notServed(`${mutation}Input`, name);
  }
}

export function mutationRoot(graph: Graph): View {
  const { store } = graph.world;
  const mutation =
    (change: (input: Input) => Promise<View>) =>
    async ({ input }: { input: Input }): Promise<View> => ({
      clientMutationId: text(input, "clientMutationId") ?? null,
      ...(await change(input)),
    });
  const path = (repository: RepositoryRecord) => `/repos/${fullName(repository)}`;
  const wrong = (id: string, what: string) =>
    refusal("NOT_FOUND", `Could not resolve to ${what} with the global id of '${id}'.`);
  const repositoryOf = (id = ""): RepositoryRecord => {
    const found = findNode(graph, id);
    if (found.kind !== "repository") throw wrong(id, "a Repository");
    return found.repository;
  };
  const subjectOf = (id = ""): IssueRecord => {
    const found = findNode(graph, id);
    if (found.kind === "issue") return found.issue;
    if (found.kind === "pull") return found.pull;
    throw wrong(id, "an issue or pull request");
  };
  const pullOf = (id = ""): PullIssue => {
    const found = findNode(graph, id);
    if (found.kind !== "pull") throw wrong(id, "a PullRequest");
    return found.pull;
  };
  const labelNames = (repository: RepositoryRecord, ids: readonly string[]): string[] =>
    ids.map((id) => {
      const key = parseNodeId(id)?.key;
      const label = [...repository.labels.values()].find((one) => String(one.id) === key);
      if (!label) throw wrong(id, "a Label");
      return label.name;
    });
  const logins = (ids: readonly string[]): string[] =>
    ids.map((id) => {
      const parsed = parseNodeId(id);
      const user = [...store.users.values()].find((one) => String(one.id) === parsed?.key);
      if (!user) throw wrong(id, "a User");
      return user.login;
    });
  const edit = async (id: string | undefined, body: Input): Promise<void> => {
    const subject = subjectOf(id);
    const kind = subject.pull ? "pulls" : "issues";
    await graph.rest("PATCH", `${path(subject.repository)}/${kind}/${subject.number}`, body);
  };
  const draft = async (id: string | undefined, isDraft: boolean): Promise<void> => {
    const pull = pullOf(id);
    const { actor } = graph;
    const login = loginOf(graph);
    // There is no REST route for it: who may push may do it, and who has opened the pull request.
    const mayPush = isIntegration(actor)
      ? allows(actor, pull.repository, "pull-requests", "write")
      : login !== undefined && (hasRole(pull.repository, login, "write") || login === pull.author.login);
    if (!mayPush) throw notAccessible();
    if (pull.pull.draft !== isDraft)
      await changeDraft(graph.world, pull, isDraft, causeOfActor(graph.world.store, actor));
  };
  const shown = (id: string | undefined, key: string) => ({ [key]: () => nodeView(graph, id ?? "") });

  return {
    addComment: mutation(async (input) => {
      const subject = subjectOf(text(input, "subjectId"));
      const made = await graph.rest("POST", `${path(subject.repository)}/issues/${subject.number}/comments`, {
        body: text(input, "body"),
      });
      const id = idOf(made, "id");
      const comment = subject.comments.find((one) => String(one.id) === id);
      if (!comment) throw new Error(`The comment ${id} that was made is gone.`);
      return {
        ...shown(text(input, "subjectId"), "subject"),
        commentEdge: { cursor: id, node: () => commentView(graph, comment) },
      };
    }),
    updateIssueComment: mutation(async (input) => {
      const found = findNode(graph, text(input, "id") ?? "");
      if (found.kind !== "comment") throw wrong(text(input, "id") ?? "", "an IssueComment");
      const { repository, comment } = found;
      await graph.rest("PATCH", `${path(repository)}/issues/comments/${comment.id}`, {
        body: text(input, "body"),
      });
      return shown(text(input, "id"), "issueComment");
    }),
    createIssue: mutation(async (input) => {
      refuseInputs("CreateIssue", input, ["milestoneId", "projectIds", "issueTemplate", "parentIssueId"]);
      const repository = repositoryOf(text(input, "repositoryId"));
      const made = await graph.rest("POST", `${path(repository)}/issues`, {
        title: text(input, "title"),
        body: text(input, "body"),
        labels: labelNames(repository, texts(input, "labelIds") ?? []),
        assignees: logins(texts(input, "assigneeIds") ?? []),
      });
      return shown(idOf(made, "node_id"), "issue");
    }),
    updateIssue: mutation(async (input) => {
      refuseInputs("UpdateIssue", input, ["milestoneId", "projectIds"]);
      const id = text(input, "id");
      const labels = texts(input, "labelIds");
      const assignees = texts(input, "assigneeIds");
      await edit(id, {
        ...pick(input, ["title", "body"]),
        ...(text(input, "state") ? { state: text(input, "state")?.toLowerCase() } : {}),
        ...(labels ? { labels: labelNames(subjectOf(id).repository, labels) } : {}),
        ...(assignees ? { assignees: logins(assignees) } : {}),
      });
      return shown(id, "issue");
    }),
    closeIssue: mutation(async (input) => {
      refuseInputs("CloseIssue", input, ["duplicateIssueId"]);
      const reason = text(input, "stateReason")?.toLowerCase();
      await edit(text(input, "issueId"), { state: "closed", ...(reason ? { state_reason: reason } : {}) });
      return shown(text(input, "issueId"), "issue");
    }),
    reopenIssue: mutation(async (input) => {
      await edit(text(input, "issueId"), { state: "open" });
      return shown(text(input, "issueId"), "issue");
    }),
    addLabelsToLabelable: mutation(async (input) => {
      const subject = subjectOf(text(input, "labelableId"));
      const labels = labelNames(subject.repository, texts(input, "labelIds") ?? []);
      await graph.rest("POST", `${path(subject.repository)}/issues/${subject.number}/labels`, { labels });
      return shown(text(input, "labelableId"), "labelable");
    }),
    removeLabelsFromLabelable: mutation(async (input) => {
      const subject = subjectOf(text(input, "labelableId"));
      for (const name of labelNames(subject.repository, texts(input, "labelIds") ?? [])) {
        const below = `issues/${subject.number}/labels/${encodeURIComponent(name)}`;
        if (subject.labels.some((label) => label.name === name))
          await graph.rest("DELETE", `${path(subject.repository)}/${below}`, undefined);
      }
      return shown(text(input, "labelableId"), "labelable");
    }),
    createPullRequest: mutation(async (input) => {
      refuseInputs("CreatePullRequest", input, ["headRepositoryId"]);
      const repository = repositoryOf(text(input, "repositoryId"));
      const made = await graph.rest("POST", `${path(repository)}/pulls`, {
        ...pick(input, ["title", "body", "draft"]),
        base: text(input, "baseRefName"),
        head: text(input, "headRefName"),
      });
      return shown(idOf(made, "node_id"), "pullRequest");
    }),
    updatePullRequest: mutation(async (input) => {
      refuseInputs("UpdatePullRequest", input, ["milestoneId", "projectIds", "labelIds", "assigneeIds"]);
      const base = text(input, "baseRefName");
      await edit(text(input, "pullRequestId"), {
        ...pick(input, ["title", "body"]),
        ...(base ? { base } : {}),
        ...(text(input, "state") ? { state: text(input, "state")?.toLowerCase() } : {}),
      });
      return shown(text(input, "pullRequestId"), "pullRequest");
    }),
    closePullRequest: mutation(async (input) => {
      await edit(text(input, "pullRequestId"), { state: "closed" });
      return shown(text(input, "pullRequestId"), "pullRequest");
    }),
    reopenPullRequest: mutation(async (input) => {
      await edit(text(input, "pullRequestId"), { state: "open" });
      return shown(text(input, "pullRequestId"), "pullRequest");
    }),
    markPullRequestReadyForReview: mutation(async (input) => {
      await draft(text(input, "pullRequestId"), false);
      return shown(text(input, "pullRequestId"), "pullRequest");
    }),
    convertPullRequestToDraft: mutation(async (input) => {
      await draft(text(input, "pullRequestId"), true);
      return shown(text(input, "pullRequestId"), "pullRequest");
    }),
    addPullRequestReview: mutation(async (input) => {
      refuseInputs("AddPullRequestReview", input, ["comments", "threads"]);
      const pull = pullOf(text(input, "pullRequestId"));
      const made = await graph.rest("POST", `${path(pull.repository)}/pulls/${pull.number}/reviews`, {
        ...pick(input, ["body", "event"]),
        ...(text(input, "commitOID") ? { commit_id: text(input, "commitOID") } : {}),
      });
      return shown(idOf(made, "node_id"), "pullRequestReview");
    }),
    mergePullRequest: mutation(async (input) => {
      refuseInputs("MergePullRequest", input, ["authorEmail"]);
      const pull = pullOf(text(input, "pullRequestId"));
      const [title, message] = [text(input, "commitHeadline"), text(input, "commitBody")];
      const sha = text(input, "expectedHeadOid");
      await graph.rest("PUT", `${path(pull.repository)}/pulls/${pull.number}/merge`, {
        merge_method: (text(input, "mergeMethod") ?? "MERGE").toLowerCase(),
        ...(title === undefined ? {} : { commit_title: title }),
        ...(message === undefined ? {} : { commit_message: message }),
        ...(sha === undefined ? {} : { sha }),
      });
      const by = pull.pull.mergedBy;
      return {
        ...shown(text(input, "pullRequestId"), "pullRequest"),
        actor: by && (() => userView(graph, by)),
      };
    }),
  };
}

function idOf(made: unknown, key: "id" | "node_id"): string {
  const value =
    typeof made === "object" && made !== null ? (made as Record<string, unknown>)[key] : undefined;
  if (value === undefined) throw new Error(`What was made has no ${key}.`);
  return String(value);
}

const pick = (input: Input, names: readonly string[]): Input =>
  Object.fromEntries(names.flatMap((name) => (input[name] == null ? [] : [[name, input[name]]])));
