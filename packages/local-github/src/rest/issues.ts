/** Issues: create, read, list, change; assignees and locks. */

import { z } from "zod";
import { deliverIssue } from "../events/deliver.ts";
import { hasRole, isCollaborator, isIntegration } from "../http/auth.ts";
import {
  actorUser,
  type Call,
  causeOf,
  created,
  noContent,
  ok,
  parseBody,
  type Route,
  route,
} from "../http/call.ts";
import { ApiError, invalid } from "../http/errors.ts";
import { paged } from "../http/paginate.ts";
import { closeIssue, noteEvent, reopenIssue } from "../issues/state.ts";
import { issueJson, issueTypeJson, labelJson } from "../serialize/issues.ts";
import { simpleUser } from "../serialize/users.ts";
import type { IssueRecord, IssueTypeRecord, LabelRecord, UserRecord } from "../store/records.ts";
import { isPull } from "../store/store.ts";
import { issueOf } from "./find.ts";
import { labelsByName } from "./labels.ts";
import { labelNames, markdown, title } from "./schemas.ts";

const fields = z.object({
  body: markdown.nullish(),
  labels: labelNames.optional(),
  assignees: z.array(z.string()).optional(),
  assignee: z.string().nullish(),
  milestone: z.union([z.string(), z.number(), z.null()]).optional(),
  type: z.string().nullish(),
});
const newIssue = fields.extend({ title });
const changes = fields.extend({
  title: title.optional(),
  state: z.enum(["open", "closed"]).optional(),
  state_reason: z.enum(["completed", "not_planned", "duplicate", "reopened"]).nullish(),
});

/** Triage role for people; a job's token has passed the permission table. */
function mayTriage(call: Call): boolean {
  return isIntegration(call.actor) || hasRole(call.repository, actorUser(call).login, "triage");
}

function typeByName(call: Call, name: string | null): IssueTypeRecord | null {
  if (name === null) return null;
  const found = call.world.store
    .issueTypes(call.repository.owner)
    .find((type) => type.name.toLowerCase() === name.toLowerCase());
  if (!found) throw invalid({ resource: "Issue", field: "type", code: "invalid", value: name });
  return found;
}

/** Logins that cannot be assigned are left out without a word, as on GitHub; ten at most. */
function assignable(call: Call, logins: readonly string[]): UserRecord[] {
  const users = logins.flatMap((login) => {
    const user = call.world.store.user(login);
    return user && user.type === "User" && isCollaborator(call.repository, login) ? [user] : [];
  });
  return [...new Set(users)].slice(0, 10);
}

function refuseMilestone(milestone: unknown): void {
  if (milestone !== undefined && milestone !== null) {
    throw invalid({ resource: "Issue", field: "milestone", code: "invalid", value: milestone });
  }
}

async function create(call: Call) {
  const body = parseBody(call, newIssue);
  const { world, repository } = call;
  if (!repository.settings.hasIssues) throw new ApiError(410, "Issues has been disabled in this repository.");
  refuseMilestone(body.milestone);
  const cause = causeOf(call);
  const triage = mayTriage(call);
  const organization = repository.owner.type === "Organization";
  // Without push access these are dropped silently; so is the type where the owner has no types.
  const labels = triage ? labelsByName(call, body.labels ?? [], true) : [];
  const assignees = triage ? assignable(call, body.assignees ?? (body.assignee ? [body.assignee] : [])) : [];
  const type = triage && organization ? typeByName(call, body.type ?? null) : null;
  const at = world.store.timestamp();
  const issue: IssueRecord = {
    id: world.store.nextId(),
    number: world.store.nextNumber(repository),
    repository,
    title: body.title,
    body: body.body ?? null,
    state: "open",
    stateReason: null,
    author: cause.user,
    app: cause.app,
    labels,
    assignees,
    type,
    locked: false,
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    closedBy: null,
    comments: [],
    reactions: [],
    events: [],
    children: [],
    parent: null,
    blockedBy: [],
    pull: null,
  };
  repository.issues.set(issue.number, issue);
  for (const label of labels) noteLabel(call, issue, "labeled", label);
  for (const user of assignees)
    noteEvent(world, issue, "assigned", cause, { assignee: simpleUser(world, user) });
  await deliverIssue(world, issue, "opened", cause);
  for (const label of labels)
    await deliverIssue(world, issue, "labeled", cause, { label: labelJson(world, repository, label) });
  return created(issueJson(world, issue));
}

export function noteLabel(
  call: Call,
  issue: IssueRecord,
  event: "labeled" | "unlabeled",
  label: LabelRecord,
): void {
  noteEvent(call.world, issue, event, causeOf(call), { label: { name: label.name, color: label.color } });
}

/** Sets an issue's labels, with one event for each that comes or goes. */
export async function replaceLabels(
  call: Call,
  issue: IssueRecord,
  next: readonly LabelRecord[],
): Promise<void> {
  const added = next.filter((label) => !issue.labels.includes(label));
  const removed = issue.labels.filter((label) => !next.includes(label));
  issue.labels = [...next];
  for (const label of removed) noteLabel(call, issue, "unlabeled", label);
  for (const label of added) noteLabel(call, issue, "labeled", label);
  const cause = causeOf(call);
  for (const label of removed)
    await deliverIssue(call.world, issue, "unlabeled", cause, {
      label: labelJson(call.world, issue.repository, label),
    });
  for (const label of added)
    await deliverIssue(call.world, issue, "labeled", cause, {
      label: labelJson(call.world, issue.repository, label),
    });
}

export async function replaceAssignees(
  call: Call,
  issue: IssueRecord,
  next: readonly UserRecord[],
): Promise<void> {
  const { world } = call;
  const cause = causeOf(call);
  const added = next.filter((user) => !issue.assignees.includes(user));
  const removed = issue.assignees.filter((user) => !next.includes(user));
  issue.assignees = [...next];
  for (const [event, users] of [
    ["unassigned", removed],
    ["assigned", added],
  ] as const) {
    for (const user of users) {
      noteEvent(world, issue, event, cause, { assignee: simpleUser(world, user) });
      await deliverIssue(world, issue, event, cause, { assignee: simpleUser(world, user) });
    }
  }
}

async function update(call: Call) {
  const issue = issueOf(call);
  const body = parseBody(call, changes);
  const { world } = call;
  const cause = causeOf(call);
  const triage = mayTriage(call);
  const own = issue.author.id === cause.user.id;
  if (!triage && !own) throw new ApiError(403, "Must have admin rights to Repository.");
  refuseMilestone(body.milestone);
  const labels = triage && body.labels ? labelsByName(call, body.labels, true) : undefined;
  const organization = call.repository.owner.type === "Organization";
  const type = triage && organization && body.type !== undefined ? typeByName(call, body.type) : undefined;
  if (body.state === "open" && isPull(issue) && issue.pull.mergedAt) {
    throw invalid({
      resource: "Issue",
      field: "state",
      code: "invalid",
      message: "The pull request cannot be reopened.",
    });
  }

  const edits: Record<string, { from: unknown }> = {};
  if (body.title !== undefined && body.title !== issue.title) {
    edits.title = { from: issue.title };
    noteEvent(world, issue, "renamed", cause, { rename: { from: issue.title, to: body.title } });
    issue.title = body.title;
  }
  if (body.body !== undefined && body.body !== issue.body) {
    edits.body = { from: issue.body };
    issue.body = body.body;
    issue.updatedAt = world.store.timestamp();
  }
  if (type !== undefined && !issue.pull && issue.type !== type) {
    issue.type = type;
    issue.updatedAt = world.store.timestamp();
    await deliverIssue(world, issue, type ? "typed" : "untyped", cause, { type: issueTypeJson(type) });
  }
  if (Object.keys(edits).length) await deliverIssue(world, issue, "edited", cause, { changes: edits });
  if (labels) await replaceLabels(call, issue, labels);
  const assignees =
    body.assignees ??
    (body.assignee === undefined ? undefined : body.assignee === null ? [] : [body.assignee]);
  if (triage && assignees) await replaceAssignees(call, issue, assignable(call, assignees));
  if (body.state === "closed" && issue.state === "open") {
    await closeIssue(world, issue, body.state_reason ?? null, cause);
  } else if (body.state === "closed" && body.state_reason && !issue.pull) {
    issue.stateReason = body.state_reason;
  } else if (body.state === "open" && issue.state === "closed") {
    await reopenIssue(world, issue, cause);
  }
  return ok(issueJson(world, issue));
}

const SORTS: Readonly<Record<string, (issue: IssueRecord) => string | number>> = {
  created: (issue) => issue.id,
  updated: (issue) => issue.updatedAt,
  comments: (issue) => issue.comments.length,
};

/** Ties keep the order of creation. */
function compare(one: string | number, other: string | number): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** A repository's issues and, as on GitHub, pull requests. */
function list(call: Call) {
  const { query, repository } = call;
  const state = query.get("state") ?? "open";
  const labels = (query.get("labels") ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter(Boolean);
  const since = query.get("since");
  const creator = query.get("creator")?.toLowerCase();
  const assignee = query.get("assignee")?.toLowerCase();
  const type = query.get("type")?.toLowerCase();
  const milestone = query.get("milestone");
  const actor = call.actor;
  const seesIssues =
    repository.visibility === "public" ||
    actor.kind === "user" ||
    (isIntegration(actor) && (actor.permissions.issues ?? "none") !== "none");
  const found = [...repository.issues.values()].filter(
    (issue) =>
      (state === "all" || issue.state === state) &&
      (seesIssues || issue.pull !== null) &&
      labels.every((name) => issue.labels.some((label) => label.name.toLowerCase() === name)) &&
      (!since || Date.parse(issue.updatedAt) >= Date.parse(since)) &&
      (!creator || issue.author.login.toLowerCase() === creator) &&
      (!assignee ||
        (assignee === "none"
          ? issue.assignees.length === 0
          : assignee === "*"
            ? issue.assignees.length > 0
            : issue.assignees.some((user) => user.login.toLowerCase() === assignee))) &&
      (!type ||
        type === "*" ||
        (type === "none" ? issue.type === null : issue.type?.name.toLowerCase() === type)) &&
      (!milestone || milestone === "none"),
  );
  const key = SORTS[query.get("sort") ?? "created"] ?? SORTS.created;
  const direction = query.get("direction") === "asc" ? 1 : -1;
  if (key)
    found.sort((one, other) => direction * (compare(key(one), key(other)) || compare(one.id, other.id)));
  return paged(call, found, (issue) => issueJson(call.world, issue));
}

const assigneesBody = z.object({ assignees: z.array(z.string()).optional() });

export const issueRoutes: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/issues", list),
  route("POST /repos/{owner}/{repo}/issues", create),
  route("GET /repos/{owner}/{repo}/issues/{issue_number}", (call) =>
    ok(issueJson(call.world, issueOf(call))),
  ),
  route("PATCH /repos/{owner}/{repo}/issues/{issue_number}", update),
  route("POST /repos/{owner}/{repo}/issues/{issue_number}/assignees", async (call) => {
    const issue = issueOf(call);
    const { assignees = [] } = parseBody(call, assigneesBody);
    await replaceAssignees(
      call,
      issue,
      [...new Set([...issue.assignees, ...assignable(call, assignees)])].slice(0, 10),
    );
    return created(issueJson(call.world, issue));
  }),
  route("DELETE /repos/{owner}/{repo}/issues/{issue_number}/assignees", async (call) => {
    const issue = issueOf(call);
    const gone = (parseBody(call, assigneesBody).assignees ?? []).map((login) => login.toLowerCase());
    await replaceAssignees(
      call,
      issue,
      issue.assignees.filter((user) => !gone.includes(user.login.toLowerCase())),
    );
    return ok(issueJson(call.world, issue));
  }),
  route("PUT /repos/{owner}/{repo}/issues/{issue_number}/lock", (call) => {
    const issue = issueOf(call);
    issue.locked = true;
    noteEvent(call.world, issue, "locked", causeOf(call), { lock_reason: null });
    return noContent();
  }),
  route("DELETE /repos/{owner}/{repo}/issues/{issue_number}/lock", (call) => {
    const issue = issueOf(call);
    issue.locked = false;
    noteEvent(call.world, issue, "unlocked", causeOf(call), { lock_reason: null });
    return noContent();
  }),
];
