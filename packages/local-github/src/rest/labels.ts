/** Labels of a repository, and of its issues. */

import { z } from "zod";
import { type Call, created, noContent, ok, param, parseBody, type Route, route } from "../http/call.ts";
import { invalid, notFound } from "../http/errors.ts";
import { paged } from "../http/paginate.ts";
import { labelJson } from "../serialize/issues.ts";
import type { LabelRecord } from "../store/records.ts";
import { labelByName } from "../store/store.ts";
import { issueOf } from "./find.ts";
import { replaceLabels } from "./issues.ts";
import { labelNames } from "./schemas.ts";

const DEFAULT_COLOR = "ededed";
const color = z.string().regex(/^[0-9a-f]{6}$/i);
const newLabel = z.object({
  name: z.string().min(1),
  color: z.string().optional(),
  description: z.string().nullish(),
});
const labelChange = z.object({
  new_name: z.string().min(1).optional(),
  color: z.string().optional(),
  description: z.string().nullish(),
});
const issueLabels = z.union([
  labelNames,
  z.object({ labels: labelNames.optional() }).transform((body) => body.labels ?? []),
]);

/** GitHub counts characters; emoji are allowed. */
const MAX_NAME = 50;
const MAX_DESCRIPTION = 100;

function checkLabel(input: {
  name?: string | undefined;
  color?: string | undefined;
  description?: string | null | undefined;
}): void {
  if (input.name !== undefined && ([...input.name].length > MAX_NAME || !input.name.trim())) {
    throw invalid({ resource: "Label", field: "name", code: "invalid" });
  }
  if (input.color !== undefined && !color.safeParse(input.color).success) {
    throw invalid({ resource: "Label", field: "color", code: "invalid" });
  }
  if ((input.description?.length ?? 0) > MAX_DESCRIPTION) {
    throw invalid({ resource: "Label", field: "description", code: "invalid" });
  }
}

function addLabel(
  call: Call,
  name: string,
  input: { color?: string | undefined; description?: string | null | undefined } = {},
): LabelRecord {
  checkLabel({ name, ...input });
  const label: LabelRecord = {
    id: call.world.store.nextId(),
    name,
    color: (input.color ?? DEFAULT_COLOR).toLowerCase(),
    description: input.description ?? null,
    isDefault: false,
  };
  call.repository.labels.set(name.toLowerCase(), label);
  return label;
}

/** Labels by name, each once; unknown ones are made on the way, as GitHub does when they are put on an issue. */
export function labelsByName(call: Call, names: readonly string[], make: boolean): LabelRecord[] {
  for (const name of names) if (make) checkLabel({ name });
  const labels = names.map((name) => labelByName(call.repository, name) ?? addLabel(call, name));
  return [...new Set(labels)];
}

function labelOf(call: Call): LabelRecord {
  const label = labelByName(call.repository, param(call, "name"));
  if (!label) throw notFound();
  return label;
}

const json = (call: Call) => (label: LabelRecord) => labelJson(call.world, call.repository, label);

async function change(call: Call) {
  const label = labelOf(call);
  const body = parseBody(call, labelChange);
  checkLabel({ name: body.new_name, color: body.color, description: body.description });
  if (body.new_name !== undefined) {
    const other = labelByName(call.repository, body.new_name);
    if (other && other !== label) throw invalid({ resource: "Label", field: "name", code: "already_exists" });
    call.repository.labels.delete(label.name.toLowerCase());
    label.name = body.new_name;
    call.repository.labels.set(label.name.toLowerCase(), label);
  }
  if (body.color !== undefined) label.color = body.color.toLowerCase();
  if (body.description !== undefined) label.description = body.description;
  return ok(json(call)(label));
}

export const labelRoutes: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/labels", (call) => {
    const labels = [...call.repository.labels.values()].sort((one, other) =>
      one.name.localeCompare(other.name, "en"),
    );
    return paged(call, labels, json(call));
  }),
  route("POST /repos/{owner}/{repo}/labels", (call) => {
    const body = parseBody(call, newLabel);
    if (labelByName(call.repository, body.name))
      throw invalid({ resource: "Label", field: "name", code: "already_exists" });
    return created(json(call)(addLabel(call, body.name, body)));
  }),
  route("GET /repos/{owner}/{repo}/labels/{name}", (call) => ok(json(call)(labelOf(call)))),
  route("PATCH /repos/{owner}/{repo}/labels/{name}", change),
  route("DELETE /repos/{owner}/{repo}/labels/{name}", async (call) => {
    const label = labelOf(call);
    call.repository.labels.delete(label.name.toLowerCase());
    for (const issue of call.repository.issues.values()) {
      if (issue.labels.includes(label))
        await replaceLabels(
          call,
          issue,
          issue.labels.filter((one) => one !== label),
        );
    }
    return noContent();
  }),
  // GitHub has no milestones here that could be shown: the list is empty, not unknown.
  route("GET /repos/{owner}/{repo}/milestones", () => ok([])),

  route("GET /repos/{owner}/{repo}/issues/{issue_number}/labels", (call) =>
    paged(call, issueOf(call).labels, json(call)),
  ),
  route("POST /repos/{owner}/{repo}/issues/{issue_number}/labels", async (call) => {
    const issue = issueOf(call);
    const added = labelsByName(call, parseBody(call, issueLabels), true);
    await replaceLabels(call, issue, [...new Set([...issue.labels, ...added])]);
    return ok(issue.labels.map(json(call)));
  }),
  route("PUT /repos/{owner}/{repo}/issues/{issue_number}/labels", async (call) => {
    const issue = issueOf(call);
    await replaceLabels(call, issue, labelsByName(call, parseBody(call, issueLabels), true));
    return ok(issue.labels.map(json(call)));
  }),
  route("DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels", async (call) => {
    await replaceLabels(call, issueOf(call), []);
    return noContent();
  }),
  route("DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}", async (call) => {
    const issue = issueOf(call);
    const name = param(call, "name").toLowerCase();
    const label = issue.labels.find((one) => one.name.toLowerCase() === name);
    if (!label) throw notFoundLabel();
    await replaceLabels(
      call,
      issue,
      issue.labels.filter((one) => one !== label),
    );
    return ok(issue.labels.map(json(call)));
  }),
];

function notFoundLabel() {
  const error = notFound();
  return Object.assign(error, { body: { ...error.body, message: "Label does not exist" } });
}
