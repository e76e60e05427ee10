/** Comments on issues and pull requests. */

import { z } from "zod";
import { deliverComment } from "../events/deliver.ts";
import { hasRole } from "../http/auth.ts";
import {
  type Call,
  causeOf,
  created,
  noContent,
  numberParam,
  ok,
  parseBody,
  type Route,
  route,
} from "../http/call.ts";
import { ApiError, invalid, notFound } from "../http/errors.ts";
import { paged } from "../http/paginate.ts";
import { commentJson } from "../serialize/issues.ts";
import type { CommentRecord } from "../store/records.ts";
import { issueOf, requireSubject } from "./find.ts";
import { markdown } from "./schemas.ts";

const commentBody = z.object({ body: markdown });

export function commentOf(call: Call): CommentRecord {
  const id = numberParam(call, "comment_id");
  for (const issue of call.repository.issues.values()) {
    const found = issue.comments.find((comment) => comment.id === id);
    if (!found) continue;
    requireSubject(call, issue);
    return found;
  }
  throw notFound();
}

/** One's own comments, and everybody's for those who may push. */
function requireEditor(call: Call, comment: CommentRecord): void {
  const { user, app } = causeOf(call);
  if (app || comment.author.id === user.id || hasRole(call.repository, user.login, "write")) return;
  throw new ApiError(403, "Must have admin rights to Repository.");
}

function text(call: Call): string {
  const { body } = parseBody(call, commentBody);
  if (!body.trim()) throw invalid({ resource: "IssueComment", field: "body", code: "missing_field" });
  return body;
}

const newest = (list: readonly CommentRecord[], call: Call) => {
  const since = call.query.get("since");
  return since ? list.filter((comment) => Date.parse(comment.updatedAt) >= Date.parse(since)) : list;
};

export const commentRoutes: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", (call) =>
    paged(call, newest(issueOf(call).comments, call), (comment) => commentJson(call.world, comment)),
  ),
  route("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", async (call) => {
    const issue = issueOf(call);
    const { world } = call;
    const cause = causeOf(call);
    const body = text(call);
    if (issue.locked && !cause.app && !hasRole(call.repository, cause.user.login, "write")) {
      throw new ApiError(403, "Unable to create comment because issue is locked.");
    }
    const at = world.store.timestamp();
    const comment: CommentRecord = {
      id: world.store.nextId(),
      issue,
      author: cause.user,
      app: cause.app,
      body,
      createdAt: at,
      updatedAt: at,
      reactions: [],
    };
    issue.comments.push(comment);
    issue.updatedAt = at;
    await deliverComment(world, comment, "created", cause);
    return created(commentJson(world, comment));
  }),
  route("GET /repos/{owner}/{repo}/issues/comments", (call) => {
    const all = [...call.repository.issues.values()].flatMap((issue) => issue.comments);
    all.sort((one, other) => one.id - other.id);
    if (call.query.get("direction") === "desc") all.reverse();
    return paged(call, newest(all, call), (comment) => commentJson(call.world, comment));
  }),
  route("GET /repos/{owner}/{repo}/issues/comments/{comment_id}", (call) =>
    ok(commentJson(call.world, commentOf(call))),
  ),
  route("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", async (call) => {
    const comment = commentOf(call);
    requireEditor(call, comment);
    const changes = { body: { from: comment.body } };
    comment.body = text(call);
    comment.updatedAt = call.world.store.timestamp();
    await deliverComment(call.world, comment, "edited", causeOf(call), { changes });
    return ok(commentJson(call.world, comment));
  }),
  route("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", async (call) => {
    const comment = commentOf(call);
    requireEditor(call, comment);
    comment.issue.comments.splice(comment.issue.comments.indexOf(comment), 1);
    await deliverComment(call.world, comment, "deleted", causeOf(call));
    return noContent();
  }),
];
