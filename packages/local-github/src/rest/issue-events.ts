/** An issue's events and timeline, and the search over issues. */

import { canSee } from "../http/auth.ts";
import { type Call, type Route, route } from "../http/call.ts";
import { invalid } from "../http/errors.ts";
import { linkHeader, paged, pageQuery, slicePage } from "../http/paginate.ts";
import { commentJson, issueEventJson, issueJson } from "../serialize/issues.ts";
import { reviewJson } from "../serialize/pulls.ts";
import { fullName } from "../serialize/repositories.ts";
import { simpleUser } from "../serialize/users.ts";
import type { IssueRecord } from "../store/records.ts";
import { isPull } from "../store/store.ts";
import { issueOf } from "./find.ts";

function timeline(call: Call) {
  const issue = issueOf(call);
  const { world } = call;
  const entries = [
    ...issue.events.map((event) => ({
      id: event.id,
      json: () => issueEventJson(world, issue, event) as object,
    })),
    ...issue.comments.map((comment) => ({
      id: comment.id,
      json: () => ({
        ...commentJson(world, comment),
        event: "commented",
        actor: simpleUser(world, comment.author),
      }),
    })),
    ...(isPull(issue)
      ? issue.pull.reviews
          .filter((review) => review.state !== "PENDING")
          .map((review) => ({
            id: review.id,
            json: () => ({
              ...reviewJson(world, issue, review),
              state: review.state.toLowerCase(),
              event: "reviewed",
            }),
          }))
      : []),
  ].sort((one, other) => one.id - other.id);
  return paged(call, entries, (entry) => entry.json());
}

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
  head: (issue, value) => issue.pull?.head.ref.toLowerCase().startsWith(value) ?? false,
  base: (issue, value) => issue.pull?.base.ref.toLowerCase().startsWith(value) ?? false,
  in: () => true,
};

function search(call: Call) {
  const text = call.query.get("q") ?? "";
  if (!text.trim()) throw invalid({ resource: "Search", field: "q", code: "missing" });
  const { words, qualifiers } = parseSearch(text);
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
  const found = call.world.store.repositories
    .filter((repository) => canSee(call.actor, repository))
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
  const direction = call.query.get("order") === "asc" ? 1 : -1;
  found.sort((one, other) => direction * (one.id - other.id));
  const query = pageQuery(call);
  const items = slicePage(found, query).map((issue) => ({ ...issueJson(call.world, issue), score: 1 }));
  return {
    status: 200,
    json: { total_count: found.length, incomplete_results: false, items },
    headers: linkHeader(call, found.length, query),
  };
}

const ISSUE = "/repos/{owner}/{repo}/issues/{issue_number}";

export const issueEventRoutes: readonly Route[] = [
  route(`GET ${ISSUE}/events`, (call) => {
    const issue = issueOf(call);
    return paged(call, issue.events, (event) => issueEventJson(call.world, issue, event));
  }),
  route(`GET ${ISSUE}/timeline`, timeline),
  route("GET /search/issues", search),
];
