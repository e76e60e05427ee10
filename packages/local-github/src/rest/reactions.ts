/** Reactions on issues and comments. */

import { z } from "zod";
import { type Call, causeOf, noContent, numberParam, parseBody, type Route, route } from "../http/call.ts";
import { notFound } from "../http/errors.ts";
import { paged } from "../http/paginate.ts";
import { reactionJson } from "../serialize/issues.ts";
import { REACTIONS, type ReactionRecord } from "../store/records.ts";
import { commentOf } from "./comments.ts";
import { issueOf } from "./find.ts";

const newReaction = z.object({ content: z.enum(REACTIONS) });

/** A repeated reaction is answered with the one that is there, and 200. */
function react(call: Call, reactions: ReactionRecord[]) {
  const { content } = parseBody(call, newReaction);
  const { user } = causeOf(call);
  const known = reactions.find((one) => one.user.id === user.id && one.content === content);
  if (known) return { status: 200, json: reactionJson(call.world, known) };
  const { store } = call.world;
  const reaction: ReactionRecord = { id: store.nextId(), user, content, createdAt: store.timestamp() };
  reactions.push(reaction);
  return { status: 201, json: reactionJson(call.world, reaction) };
}

function list(call: Call, reactions: readonly ReactionRecord[]) {
  const content = call.query.get("content");
  return paged(
    call,
    reactions.filter((one) => !content || one.content === content),
    (reaction) => reactionJson(call.world, reaction),
  );
}

function remove(call: Call, reactions: ReactionRecord[]) {
  const at = reactions.findIndex((one) => one.id === numberParam(call, "reaction_id"));
  if (at < 0) throw notFound();
  reactions.splice(at, 1);
  return noContent();
}

const ISSUE = "/repos/{owner}/{repo}/issues/{issue_number}/reactions";
const COMMENT = "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions";

export const reactionRoutes: readonly Route[] = [
  route(`GET ${ISSUE}`, (call) => list(call, issueOf(call).reactions)),
  route(`POST ${ISSUE}`, (call) => react(call, issueOf(call).reactions)),
  route(`DELETE ${ISSUE}/{reaction_id}`, (call) => remove(call, issueOf(call).reactions)),
  route(`GET ${COMMENT}`, (call) => list(call, commentOf(call).reactions)),
  route(`POST ${COMMENT}`, (call) => react(call, commentOf(call).reactions)),
  route(`DELETE ${COMMENT}/{reaction_id}`, (call) => remove(call, commentOf(call).reactions)),
];
