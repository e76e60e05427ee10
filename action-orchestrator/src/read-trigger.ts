import type { TriggerEvent } from "@slipway/action-kit";
import { isInsider, placeOf, readMarkers } from "@slipway/github";
import { type Command, EVENT_PREFIX, issueOfBranch, RefusalError, runIdSchema } from "@slipway/model";
import { z } from "zod";
import { readCommand } from "./read-command.ts";
import { type Request, readComment } from "./read-comment.ts";
import { type Report, readReport } from "./read-report.ts";

/** Who caused an event, as the event says. */
export interface Sender {
  readonly login: string;
  readonly bot: boolean;
}

/** The issue or pull request that an event is about, and what its hidden marker ties it to. */
export interface Place {
  readonly runId: string;
  /** Null: the issue with the questions of a specification, which is about the whole run. */
  readonly nodeId: string | null;
  readonly number: number;
  readonly pull: boolean;
}

export type NodePlace = Place & { readonly nodeId: string };

/** What a person has just done, so that it is told with their name. */
export interface Doing {
  readonly login: string;
  readonly issue?: number;
  readonly pull?: number;
  readonly branch?: string;
}

export type Trigger =
  /** By `repository_dispatch` or the form in the Actions page. */
  | { readonly kind: "command"; readonly command: Command; readonly sender: Sender }
  | {
      readonly kind: "comment";
      readonly request: Request;
      readonly place: Place;
      readonly sender: Sender;
      readonly commentId: number;
    }
  /** An approving review of one commit. */
  | {
      readonly kind: "review";
      readonly place: NodePlace;
      readonly sender: Sender;
      readonly reviewId: number;
      readonly headSha: string;
    }
  /** Somebody did something to a run's issue or pull request. */
  | { readonly kind: "seen"; readonly runId: string; readonly doing: Doing }
  /** Somebody pushed to a branch of a node with this issue. */
  | { readonly kind: "pushed"; readonly issue: number; readonly doing: Doing }
  /** Something that reports on a commit of ours has ended: what a node waits for may be there. */
  | ({ readonly kind: "reported" } & Report)
  /** One run is looked at thoroughly. */
  | { readonly kind: "turn"; readonly runId: string }
  /** All runs are looked at. */
  | { readonly kind: "sweep" }
  | { readonly kind: "nothing"; readonly reason: string };

/** Asks for what the schedule asks for; with a `runId`, for a thorough turn of that run. */
export const SWEEP_EVENT = `${EVENT_PREFIX}sweep`;

const nothing = (reason: string): Trigger => ({ kind: "nothing", reason });

/**
 * What an event asks of Slipway. Pure; what other people wrote is compared, never followed, but for the first line of
 * a comment.
 *
 * @throws RefusalError when it is meant for Slipway and cannot be read
 */
export function readTrigger(eventName: string, event: TriggerEvent): Trigger {
  switch (eventName) {
    case "schedule":
      return { kind: "sweep" };
    case "repository_dispatch":
      if (event.action === SWEEP_EVENT) return readSweep(event);
      return readDispatch(eventName, event);
    case "issue_comment":
      return readIssueComment(event);
    case "pull_request_review":
      return readReview(event);
    case "pull_request":
      return readPull(event);
    case "issues":
      return readIssue(event);
    case "push":
      return readPush(event);
    case "check_suite":
    case "status":
    case "workflow_run": {
      const report = readReport(eventName, event);
      return report ? { kind: "reported", ...report } : nothing("Nothing has ended on a branch of a node.");
    }
    default:
      return readDispatch(eventName, event);
  }
}

function readDispatch(eventName: string, event: TriggerEvent): Trigger {
  const command = readCommand(eventName, event);
  if (!command) return nothing(`The event ${event.action ?? eventName} is not for Slipway.`);
  return { kind: "command", command, sender: senderOf(event) };
}

function readSweep(event: TriggerEvent): Trigger {
  const payload = z
    .strictObject({
      version: z.literal(1).optional(),
      dispatchId: z.string().optional(),
      runId: runIdSchema.optional(),
    })
    .safeParse(event.client_payload ?? {});
  if (!payload.success)
    throw new RefusalError(
      `The client_payload of ${SWEEP_EVENT} is not valid: it takes a runId, or nothing for all runs.`,
    );
  const { runId } = payload.data;
  return runId === undefined ? { kind: "sweep" } : { kind: "turn", runId };
}

const senderSchema = () => z.looseObject({ login: z.string(), type: z.string().optional() });

/** An event without a sender, or of an account that is no person, is nobody's. */
function senderOf(event: TriggerEvent): Sender {
  const { data } = senderSchema().safeParse(event.sender);
  return { login: data?.login ?? "", bot: data === undefined || data.type !== "User" };
}

const writtenSchema = () => ({
  number: z.number().int(),
  body: z.string().nullish(),
  user: z.looseObject({ type: z.string() }).nullish(),
  author_association: z.string().optional(),
});

type Written = z.infer<z.ZodObject<ReturnType<typeof writtenSchema>>>;

/** The place that our own marker names; undefined for what is not ours, or only looks like it. */
function placeIn(written: Written, pull: boolean): NodePlace | undefined {
  if (!isOurs(written)) return undefined;
  const place = placeOf(written.body, pull ? "pull" : "node");
  if (!place || !runIdSchema.safeParse(place.runId).success) return undefined;
  return { ...place, number: written.number, pull };
}

/** The issue on which the questions of a run's specification are asked. */
function questionsIn(written: Written): Place | undefined {
  if (!isOurs(written)) return undefined;
  const marker = readMarkers(written.body).find(({ what }) => what === "questions");
  const runId = runIdSchema.safeParse(marker?.fields.runId);
  return runId.success ? { runId: runId.data, nodeId: null, number: written.number, pull: false } : undefined;
}

const isOurs = ({ user, author_association }: Written): boolean =>
  isInsider({ user: user ?? null, author_association: author_association ?? "" });

const NOT_OURS = "It is about nothing that Slipway made.";
const BY_BOT = "It was caused by a bot: only people command.";

function readIssueComment(event: TriggerEvent): Trigger {
  const parsed = z
    .looseObject({
      action: z.literal("created"),
      comment: z.looseObject({ id: z.number().int(), body: z.string() }),
      issue: z.looseObject({ ...writtenSchema(), pull_request: z.unknown().optional() }),
    })
    .safeParse(event);
  if (!parsed.success) return nothing("It is no new comment.");
  const { comment, issue } = parsed.data;
  const request = readComment(comment.body);
  if (!request) return nothing("The comment does not begin with `/slipway`.");
  const isPull = issue.pull_request !== undefined && issue.pull_request !== null;
  const place = placeIn(issue, isPull) ?? (isPull ? undefined : questionsIn(issue));
  if (!place) return nothing(NOT_OURS);
  const sender = senderOf(event);
  if (sender.bot) return nothing(BY_BOT);
  return { kind: "comment", request, place, sender, commentId: comment.id };
}

const pullSchema = () =>
  z.looseObject({
    ...writtenSchema(),
    head: z.looseObject({ repo: z.looseObject({ full_name: z.string() }).nullish() }),
  });

/** The place of a pull request whose branch lies in this repository. */
function placeOfPull(event: TriggerEvent): NodePlace | undefined {
  const { data } = z
    .looseObject({
      pull_request: pullSchema(),
      repository: z.looseObject({ full_name: z.string() }),
    })
    .safeParse(event);
  if (!data || data.pull_request.head.repo?.full_name !== data.repository.full_name) return undefined;
  return placeIn(data.pull_request, true);
}

function readReview(event: TriggerEvent): Trigger {
  const parsed = z
    .looseObject({
      action: z.literal("submitted"),
      review: z.looseObject({
        id: z.number().int(),
        state: z.string(),
        commit_id: z.string().regex(/^[0-9a-f]{40}$/),
      }),
    })
    .safeParse(event);
  if (!parsed.success) return nothing("It is no new review of a commit.");
  const { review } = parsed.data;
  if (review.state.toLowerCase() !== "approved") return nothing("The review does not approve.");
  const place = placeOfPull(event);
  if (!place) return nothing(NOT_OURS);
  const sender = senderOf(event);
  if (sender.bot) return nothing(BY_BOT);
  return { kind: "review", place, sender, reviewId: review.id, headSha: review.commit_id };
}

function readPull(event: TriggerEvent): Trigger {
  const place = placeOfPull(event);
  if (!place) return nothing(NOT_OURS);
  const { login, bot } = senderOf(event);
  if (bot) return nothing(BY_BOT);
  return { kind: "seen", runId: place.runId, doing: { login, pull: place.number } };
}

function readIssue(event: TriggerEvent): Trigger {
  const { data } = z.looseObject({ issue: z.looseObject(writtenSchema()) }).safeParse(event);
  const place = data && placeIn(data.issue, false);
  if (!place) return nothing(NOT_OURS);
  const { login, bot } = senderOf(event);
  if (bot) return nothing(BY_BOT);
  return { kind: "seen", runId: place.runId, doing: { login, issue: place.number } };
}

function readPush(event: TriggerEvent): Trigger {
  const { data } = z.looseObject({ ref: z.string() }).safeParse(event);
  const [, branch = ""] = /^refs\/heads\/(.+)$/s.exec(data?.ref ?? "") ?? [];
  const issue = issueOfBranch(branch);
  if (issue === undefined) return nothing("It is no branch of a node.");
  const { login, bot } = senderOf(event);
  if (bot) return nothing(BY_BOT);
  return { kind: "pushed", issue, doing: { login, branch } };
}
