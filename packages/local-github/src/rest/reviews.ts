/** Reviews, their comments, and who is asked for one. */

import { z } from "zod";
import { deliverReview } from "../events/deliver.ts";
import { commentableLines, diffFiles } from "../git/diff.ts";
import { isCollaborator } from "../http/auth.ts";
import { type Call, causeOf, created, numberParam, ok, parseBody, type Route, route } from "../http/call.ts";
import { ApiError, notFound, unprocessable } from "../http/errors.ts";
import { paged } from "../http/paginate.ts";
import { pullRange, reviewCommentJson, reviewJson, simplePull } from "../serialize/pulls.ts";
import { simpleUser } from "../serialize/users.ts";
import type { PullIssue, ReviewCommentRecord, ReviewRecord, ReviewState } from "../store/records.ts";
import { reviewCommentById } from "../store/store.ts";
import { pullOf } from "./find.ts";
import { markdown } from "./schemas.ts";

const STATES = {
  APPROVE: "APPROVED",
  REQUEST_CHANGES: "CHANGES_REQUESTED",
  COMMENT: "COMMENTED",
} as const satisfies Record<string, ReviewState>;
const eventName = z.enum(["APPROVE", "REQUEST_CHANGES", "COMMENT"]);
const side = z.enum(["LEFT", "RIGHT"]);

const draftComment = z.object({
  path: z.string(),
  body: markdown,
  position: z.number().int().optional(),
  line: z.number().int().optional(),
  side: side.optional(),
  start_line: z.number().int().optional(),
  start_side: side.optional(),
});
const creation = z.object({
  commit_id: z.string().optional(),
  body: markdown.optional(),
  event: eventName.optional(),
  comments: z.array(draftComment).optional(),
});
const oneComment = draftComment.extend({
  commit_id: z.string(),
  in_reply_to: z.number().int().optional(),
  subject_type: z.enum(["line", "file"]).optional(),
});

type DraftComment = z.infer<typeof draftComment>;

function reviewOf(call: Call, pull: PullIssue): ReviewRecord {
  const review = pull.pull.reviews.find((one) => one.id === numberParam(call, "review_id"));
  if (!review) throw notFound();
  return review;
}

/** A pending review is its author's alone. */
function visible(call: Call, review: ReviewRecord): boolean {
  return (
    review.state !== "PENDING" || (call.actor.kind !== "anonymous" && call.actor.user.id === review.user.id)
  );
}

function refuseEvent(
  call: Call,
  pull: PullIssue,
  event: z.infer<typeof eventName>,
  body: string,
  hasComments: boolean,
): void {
  const own = call.actor.kind !== "anonymous" && call.actor.user.id === pull.author.id;
  if (own && event === "APPROVE")
    throw new ApiError(422, "Unprocessable Entity", { errors: ["Can not approve your own pull request"] });
  if (own && event === "REQUEST_CHANGES") {
    throw new ApiError(422, "Unprocessable Entity", {
      errors: ["Can not request changes on your own pull request"],
    });
  }
  if (
    event === "APPROVE" &&
    call.actor.kind === "job" &&
    !call.repository.settings.actionsCanCreatePullRequests
  ) {
    throw new ApiError(422, "Unprocessable Entity", {
      errors: ["GitHub Actions is not permitted to approve pull requests."],
    });
  }
  if (event !== "APPROVE" && body === "" && !hasComments) throw unprocessable("Body cannot be blank");
}

/** Where a comment stands in the diff. @throws ApiError 422 for a place outside of it */
async function placeOf(
  call: Call,
  pull: PullIssue,
  draft: DraftComment,
): Promise<{ line: number | null; position: number | null; hunk: string }> {
  const { git, start, head } = await pullRange(call.world, pull);
  const file = (await diffFiles(git, start, head)).find((one) => one.path === draft.path);
  if (!file) throw new ApiError(422, "Unprocessable Entity", { errors: ["Path could not be resolved"] });
  const lines = commentableLines(file.patch ?? "");
  if (draft.line !== undefined) {
    const found = lines.get(`${draft.side ?? "RIGHT"}:${draft.line}`);
    if (!found) throw new ApiError(422, "Unprocessable Entity", { errors: ["Line could not be resolved"] });
    return { line: draft.line, position: found.position, hunk: found.hunk };
  }
  const byPosition = [...lines].find(([, place]) => place.position === draft.position);
  if (!byPosition)
    throw new ApiError(422, "Unprocessable Entity", { errors: ["Position could not be resolved"] });
  return {
    line: Number(byPosition[0].split(":")[1]),
    position: byPosition[1].position,
    hunk: byPosition[1].hunk,
  };
}

async function commentRecord(
  call: Call,
  pull: PullIssue,
  review: ReviewRecord,
  draft: DraftComment,
  inReplyTo: number | null,
): Promise<ReviewCommentRecord> {
  const place = await placeOf(call, pull, draft);
  const at = call.world.store.timestamp();
  return {
    id: call.world.store.nextId(),
    review,
    user: review.user,
    body: draft.body,
    path: draft.path,
    line: place.line,
    startLine: draft.start_line ?? null,
    side: draft.side ?? "RIGHT",
    position: place.position,
    diffHunk: place.hunk,
    commitId: review.commitId,
    inReplyTo,
    subjectType: "line",
    createdAt: at,
    updatedAt: at,
    reactions: [],
    resolved: false,
  };
}

async function create(call: Call) {
  const pull = pullOf(call);
  const body = parseBody(call, creation);
  const { world } = call;
  const cause = causeOf(call);
  const text = body.body ?? "";
  if (body.event) refuseEvent(call, pull, body.event, text, (body.comments ?? []).length > 0);
  const review: ReviewRecord = {
    id: world.store.nextId(),
    user: cause.user,
    state: body.event ? STATES[body.event] : "PENDING",
    body: text,
    commitId: body.commit_id ?? pull.pull.head.sha,
    submittedAt: body.event ? world.store.timestamp() : null,
  };
  // All places are resolved before anything is kept: a refused review leaves no trace.
  const comments: ReviewCommentRecord[] = [];
  for (const draft of body.comments ?? [])
    comments.push(await commentRecord(call, pull, review, draft, null));
  pull.pull.reviews.push(review);
  pull.pull.reviewComments.push(...comments);
  pull.updatedAt = world.store.timestamp();
  if (body.event) await deliverReview(world, pull, review, "submitted", cause);
  return ok(reviewJson(world, pull, review));
}

async function submit(call: Call) {
  const pull = pullOf(call);
  const review = reviewOf(call, pull);
  const body = parseBody(call, z.object({ event: eventName, body: markdown.optional() }));
  if (review.state !== "PENDING") throw unprocessable("Could not submit a review that is not pending.");
  refuseEvent(call, pull, body.event, body.body ?? review.body, true);
  review.state = STATES[body.event];
  review.body = body.body ?? review.body;
  review.submittedAt = call.world.store.timestamp();
  await deliverReview(call.world, pull, review, "submitted", causeOf(call));
  return ok(reviewJson(call.world, pull, review));
}

async function edit(call: Call) {
  const pull = pullOf(call);
  const review = reviewOf(call, pull);
  review.body = parseBody(call, z.object({ body: markdown })).body;
  await deliverReview(call.world, pull, review, "edited", causeOf(call));
  return ok(reviewJson(call.world, pull, review));
}

async function dismiss(call: Call) {
  const pull = pullOf(call);
  const review = reviewOf(call, pull);
  parseBody(call, z.object({ message: z.string(), event: z.literal("DISMISS").optional() }));
  if (review.state !== "APPROVED" && review.state !== "CHANGES_REQUESTED")
    throw unprocessable("Can not dismiss a commented pull request review");
  review.state = "DISMISSED";
  await deliverReview(call.world, pull, review, "dismissed", causeOf(call));
  return ok(reviewJson(call.world, pull, review));
}

function remove(call: Call) {
  const pull = pullOf(call);
  const review = reviewOf(call, pull);
  if (review.state !== "PENDING") throw unprocessable("Can not delete a non-pending pull request review");
  pull.pull.reviews.splice(pull.pull.reviews.indexOf(review), 1);
  return ok(reviewJson(call.world, pull, review));
}

async function createComment(call: Call) {
  const pull = pullOf(call);
  const body = parseBody(call, oneComment);
  const { world } = call;
  const cause = causeOf(call);
  const review: ReviewRecord = {
    id: world.store.nextId(),
    user: cause.user,
    state: "COMMENTED",
    body: "",
    commitId: body.commit_id,
    submittedAt: world.store.timestamp(),
  };
  const comment = await commentRecord(call, pull, review, body, body.in_reply_to ?? null);
  pull.pull.reviews.push(review);
  pull.pull.reviewComments.push(comment);
  await deliverReview(world, pull, review, "submitted", cause);
  return created(reviewCommentJson(world, pull, comment));
}

function comment(call: Call) {
  const found = reviewCommentById(call.repository, numberParam(call, "comment_id"));
  const pull = [...call.repository.issues.values()].find(
    (issue) => found && issue.pull?.reviewComments.includes(found),
  );
  if (!found || !pull?.pull) throw notFound();
  return ok(reviewCommentJson(call.world, { ...pull, pull: pull.pull }, found));
}

const people = z.object({
  reviewers: z.array(z.string()).optional(),
  team_reviewers: z.array(z.string()).optional(),
});

function changeReviewers(call: Call, add: boolean) {
  const pull = pullOf(call);
  const named = (parseBody(call, people).reviewers ?? []).map((login) => login.toLowerCase());
  const known = named
    .flatMap((login) => (isCollaborator(call.repository, login) ? [call.world.store.user(login)] : []))
    .flatMap((user) => user ?? []);
  if (add && known.length !== named.length)
    throw unprocessable(
      "Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator.",
    );
  const kept = pull.pull.requestedReviewers.filter((user) => !named.includes(user.login.toLowerCase()));
  pull.pull.requestedReviewers = add ? [...kept, ...known] : kept;
  const json = simplePull(call.world, pull);
  return add ? created(json) : ok(json);
}

const PULL = "/repos/{owner}/{repo}/pulls/{pull_number}" as const;

export const reviewRoutes: readonly Route[] = [
  route(`POST ${PULL}/reviews`, create),
  route(`GET ${PULL}/reviews`, (call) => {
    const pull = pullOf(call);
    return paged(
      call,
      pull.pull.reviews.filter((review) => visible(call, review)),
      (review) => reviewJson(call.world, pull, review),
    );
  }),
  route(`GET ${PULL}/reviews/{review_id}`, (call) => {
    const pull = pullOf(call);
    const review = reviewOf(call, pull);
    if (!visible(call, review)) throw notFound();
    return ok(reviewJson(call.world, pull, review));
  }),
  route(`PUT ${PULL}/reviews/{review_id}`, edit),
  route(`DELETE ${PULL}/reviews/{review_id}`, remove),
  route(`POST ${PULL}/reviews/{review_id}/events`, submit),
  route(`PUT ${PULL}/reviews/{review_id}/dismissals`, dismiss),
  route(`GET ${PULL}/comments`, (call) => {
    const pull = pullOf(call);
    const shown = pull.pull.reviewComments.filter((one) => one.review.state !== "PENDING");
    return paged(call, shown, (one) => reviewCommentJson(call.world, pull, one));
  }),
  route(`POST ${PULL}/comments`, createComment),
  route("GET /repos/{owner}/{repo}/pulls/comments/{comment_id}", comment),
  route(`GET ${PULL}/requested_reviewers`, (call) =>
    ok({
      users: pullOf(call).pull.requestedReviewers.map((user) => simpleUser(call.world, user)),
      teams: [],
    }),
  ),
  route(`POST ${PULL}/requested_reviewers`, (call) => changeReviewers(call, true)),
  route(`DELETE ${PULL}/requested_reviewers`, (call) => changeReviewers(call, false)),
];
