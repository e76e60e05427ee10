/** The search over issues and pull requests, by the qualifiers that GitHub's pages name. */

import { canSee } from "../http/auth.ts";
import { invalid } from "../http/errors.ts";
import { fullName } from "../serialize/repositories.ts";
import type { IssueRecord } from "../store/records.ts";
import type { Actor, World } from "../world.ts";

interface SearchTerms {
  readonly words: readonly string[];
  readonly qualifiers: readonly { readonly key: string; readonly value: string; readonly not: boolean }[];
}

function parseSearch(text: string): SearchTerms {
  const words: string[] = [];
  const qualifiers: { key: string; value: string; not: boolean }[] = [];
  for (const [token] of text.matchAll(/(?:-?[\w-]+:)?"[^"]*"|\S+/g)) {
    const found = /^(-?)([a-z][\w-]*):(.+)$/i.exec(token);
    const value = (found?.[3] ?? token).replaceAll('"', "");
    if (found?.[2])
      qualifiers.push({ key: found[2].toLowerCase(), value: value.toLowerCase(), not: found[1] === "-" });
    else words.push(value.toLowerCase());
  }
  return { words, qualifiers };
}

const TESTS: Readonly<Record<string, (issue: IssueRecord, value: string) => boolean>> = {
  repo: (issue, value) => fullName(issue.repository).toLowerCase() === value,
  user: (issue, value) => issue.repository.owner.login.toLowerCase() === value,
  org: (issue, value) => issue.repository.owner.login.toLowerCase() === value,
  is: (issue, value) =>
    value === "issue"
      ? !issue.pull
      : value === "pr" || value === "pull-request"
        ? issue.pull !== null
        : value === "merged"
          ? Boolean(issue.pull?.mergedAt)
          : issue.state === value,
  type: (issue, value) =>
    value === "issue"
      ? !issue.pull
      : value === "pr"
        ? issue.pull !== null
        : issue.type?.name.toLowerCase() === value,
  state: (issue, value) => issue.state === value,
  label: (issue, value) =>
    value.split(",").some((name) => issue.labels.some((label) => label.name.toLowerCase() === name)),
  author: (issue, value) => issue.author.login.toLowerCase() === value.replace(/^app\/(.*)$/, "$1[bot]"),
  assignee: (issue, value) => issue.assignees.some((user) => user.login.toLowerCase() === value),
  mentions: (issue, value) => (issue.body ?? "").toLowerCase().includes(`@${value}`),
  "review-requested": (issue, value) =>
    issue.pull?.requestedReviewers.some((user) => user.login.toLowerCase() === value) ?? false,
  "reviewed-by": (issue, value) =>
    issue.pull?.reviews.some(({ user }) => user.login.toLowerCase() === value) ?? false,
  head: (issue, value) => issue.pull?.head.ref.toLowerCase().startsWith(value) ?? false,
  base: (issue, value) => issue.pull?.base.ref.toLowerCase().startsWith(value) ?? false,
  draft: (issue, value) => String(issue.pull?.draft ?? false) === value,
  // Nothing is archived here.
  archived: (_issue, value) => value === "false",
  in: () => true,
};

/** Issues and pull requests that the actor may see and that the text asks for. @throws ApiError 422 */
export function searchIssues(world: World, actor: Actor, text: string): IssueRecord[] {
  const me = actor.kind === "anonymous" ? "" : actor.user.login;
  const { words, qualifiers: all } = parseSearch(text.replaceAll(":@me", `:${me}`));
  const sort = all.findLast(({ key }) => key === "sort")?.value ?? "";
  const qualifiers = all.filter(({ key }) => key !== "sort");
  const places = qualifiers.filter(({ key }) => key === "in").flatMap(({ value }) => value.split(","));
  const inside = (place: string) => places.length === 0 || places.includes(place);
  for (const { key } of qualifiers) {
    if (!(key in TESTS))
      throw invalid({
        resource: "Search",
        field: "q",
        code: "invalid",
        message: `The search qualifier '${key}' is not supported by the local GitHub.`,
      });
  }
  const found = world.store.repositories
    .filter((repository) => canSee(actor, repository))
    .flatMap((repository) => [...repository.issues.values()])
    .filter((issue) =>
      qualifiers.every(({ key, value, not }) => (TESTS[key]?.(issue, value) ?? false) !== not),
    )
    .filter((issue) => {
      const hay = [
        inside("title") ? issue.title : "",
        inside("body") ? (issue.body ?? "") : "",
        inside("comments") ? issue.comments.map((comment) => comment.body).join("\n") : "",
      ]
        .join("\n")
        .toLowerCase();
      return words.every((word) => hay.includes(word));
    });
  const by = sort.startsWith("updated")
    ? (issue: IssueRecord) => issue.updatedAt
    : (issue: IssueRecord) => issue.id;
  const sign = sort.endsWith("-asc") ? 1 : -1;
  return found.sort((one, other) => (by(one) < by(other) ? -sign : by(one) > by(other) ? sign : 0));
}
