/** Sub-issues and dependencies. Both name the other issue by its database id, not its number. */

import { z } from "zod";
import { canSee } from "../http/auth.ts";
import { type Call, causeOf, created, numberParam, ok, parseBody, type Route, route } from "../http/call.ts";
import { notFound, unprocessable } from "../http/errors.ts";
import { paged } from "../http/paginate.ts";
import { noteEvent } from "../issues/state.ts";
import { blocking, issueJson } from "../serialize/issues.ts";
import type { IssueRecord } from "../store/records.ts";
import { issueById } from "../store/store.ts";
import { issueOf } from "./find.ts";

/** https://docs.github.com/issues (adding sub-issues): 100 per parent, 8 levels. */
const MAX_CHILDREN = 100;
const MAX_DEPTH = 8;
const MAX_DEPENDENCIES = 50;

const addBody = z.object({ sub_issue_id: z.number().int(), replace_parent: z.boolean().optional() });
const removeBody = z.object({ sub_issue_id: z.number().int() });
const priorityBody = z.object({
  sub_issue_id: z.number().int(),
  after_id: z.number().int().optional(),
  before_id: z.number().int().optional(),
});
const dependencyBody = z.object({ issue_id: z.number().int() });

function byId(call: Call, id: number): IssueRecord {
  const issue = issueById(call.world.store, id);
  if (!issue || issue.pull || !canSee(call.actor, issue.repository)) throw notFound();
  return issue;
}

function ancestors(issue: IssueRecord): IssueRecord[] {
  const list: IssueRecord[] = [];
  for (let at: IssueRecord | null = issue; at; at = at.parent) list.push(at);
  return list;
}

function height(issue: IssueRecord): number {
  return 1 + Math.max(0, ...issue.children.map(height));
}

function detach(child: IssueRecord): void {
  const siblings = child.parent?.children;
  siblings?.splice(siblings.indexOf(child), 1);
  child.parent = null;
}

function add(call: Call) {
  const parent = issueOf(call);
  const body = parseBody(call, addBody);
  const child = byId(call, body.sub_issue_id);
  const refuse = (reason: string) =>
    unprocessable(`An error occurred while adding the sub-issue to the parent issue. ${reason}`);
  if (parent.pull) throw refuse("Pull requests cannot have sub-issues");
  if (child.repository.owner !== parent.repository.owner)
    throw refuse("Sub-issue must belong to the same owner as the parent");
  if (ancestors(parent).includes(child))
    throw refuse("Sub-issue cannot be the issue itself or one of its ancestors");
  if (parent.children.includes(child)) throw refuse("Issue may not contain duplicate sub-issues");
  if (child.parent && !body.replace_parent) throw refuse("Sub issue may only have one parent");
  if (parent.children.length >= MAX_CHILDREN)
    throw refuse(`Parent cannot have more than ${MAX_CHILDREN} sub-issues`);
  if (ancestors(parent).length + height(child) > MAX_DEPTH)
    throw refuse(`Sub-issues may not be nested more than ${MAX_DEPTH} levels`);
  const cause = causeOf(call);
  detach(child);
  parent.children.push(child);
  child.parent = parent;
  noteEvent(call.world, parent, "sub_issue_added", cause);
  noteEvent(call.world, child, "parent_issue_added", cause);
  return created(issueJson(call.world, parent));
}

function remove(call: Call) {
  const parent = issueOf(call);
  const child = byId(call, parseBody(call, removeBody).sub_issue_id);
  if (child.parent !== parent) throw notFound();
  detach(child);
  noteEvent(call.world, parent, "sub_issue_removed", causeOf(call));
  noteEvent(call.world, child, "parent_issue_removed", causeOf(call));
  const json = issueJson(call.world, parent);
  return { status: 200, json, headers: { location: json.url } };
}

function reprioritize(call: Call) {
  const parent = issueOf(call);
  const body = parseBody(call, priorityBody);
  if ((body.after_id === undefined) === (body.before_id === undefined)) {
    throw unprocessable("Exactly one of after_id and before_id must be given");
  }
  const child = byId(call, body.sub_issue_id);
  const anchor = byId(call, body.after_id ?? body.before_id ?? 0);
  const others = parent.children.filter((one) => one !== child);
  const at = others.indexOf(anchor);
  if (child.parent !== parent || at < 0)
    throw unprocessable("Both issues must be sub-issues of the parent issue");
  others.splice(body.after_id === undefined ? at : at + 1, 0, child);
  parent.children.splice(0, parent.children.length, ...others);
  return ok(issueJson(call.world, parent));
}

function reaches(from: IssueRecord, target: IssueRecord, seen = new Set<IssueRecord>()): boolean {
  if (from === target) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  return from.blockedBy.some((next) => reaches(next, target, seen));
}

function block(call: Call) {
  const issue = issueOf(call);
  const blocker = byId(call, parseBody(call, dependencyBody).issue_id);
  if (issue.pull) throw unprocessable("Pull requests cannot have dependencies");
  if (issue.blockedBy.includes(blocker))
    throw unprocessable("Validation failed: Target issue has already been taken");
  if (reaches(blocker, issue)) throw unprocessable("Validation failed: Dependency cycles are not allowed");
  if (issue.blockedBy.length >= MAX_DEPENDENCIES)
    throw unprocessable(`Validation failed: An issue can be blocked by at most ${MAX_DEPENDENCIES} issues`);
  issue.blockedBy.push(blocker);
  noteEvent(call.world, issue, "blocked_by_added", causeOf(call));
  noteEvent(call.world, blocker, "blocking_added", causeOf(call));
  return created(issueJson(call.world, blocker));
}

function unblock(call: Call) {
  const issue = issueOf(call);
  const blocker = byId(call, numberParam(call, "issue_id"));
  const at = issue.blockedBy.indexOf(blocker);
  if (at < 0) throw notFound();
  issue.blockedBy.splice(at, 1);
  noteEvent(call.world, issue, "blocked_by_removed", causeOf(call));
  noteEvent(call.world, blocker, "blocking_removed", causeOf(call));
  return ok(issueJson(call.world, blocker));
}

const json = (call: Call) => (issue: IssueRecord) => issueJson(call.world, issue);
const ISSUE = "/repos/{owner}/{repo}/issues/{issue_number}";

export const subIssueRoutes: readonly Route[] = [
  route(`GET ${ISSUE}/sub_issues`, (call) => paged(call, issueOf(call).children, json(call))),
  route(`POST ${ISSUE}/sub_issues`, add),
  route(`DELETE ${ISSUE}/sub_issue`, remove),
  route(`PATCH ${ISSUE}/sub_issues/priority`, reprioritize),
  route(`GET ${ISSUE}/parent`, (call) => {
    const { parent } = issueOf(call);
    if (!parent) throw notFound();
    return ok(json(call)(parent));
  }),
  route(`GET ${ISSUE}/dependencies/blocked_by`, (call) => paged(call, issueOf(call).blockedBy, json(call))),
  route(`POST ${ISSUE}/dependencies/blocked_by`, block),
  route(`DELETE ${ISSUE}/dependencies/blocked_by/{issue_id}`, unblock),
  route(`GET ${ISSUE}/dependencies/blocking`, (call) =>
    paged(call, blocking(call.world, issueOf(call)), json(call)),
  ),
];
