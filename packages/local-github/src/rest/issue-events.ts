/** An issue's events and timeline, and the search over issues. */

import { type Call, type Route, route } from "../http/call.ts";
import { invalid } from "../http/errors.ts";
import { linkHeader, paged, pageQuery, slicePage } from "../http/paginate.ts";
import { searchIssues } from "../issues/search.ts";
import { commentJson, issueEventJson, issueJson } from "../serialize/issues.ts";
import { reviewJson } from "../serialize/pulls.ts";
import { simpleUser } from "../serialize/users.ts";
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

function search(call: Call) {
  const text = call.query.get("q") ?? "";
  if (!text.trim()) throw invalid({ resource: "Search", field: "q", code: "missing" });
  const order = call.query.get("order") ?? "desc";
  const found = searchIssues(
    call.world,
    call.actor,
    `${text} sort:${call.query.get("sort") ?? "created"}-${order}`,
  );
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
