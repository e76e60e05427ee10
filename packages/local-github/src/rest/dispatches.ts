/** `repository_dispatch` and `workflow_dispatch`. */

import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { createRun } from "../engine/runs.ts";
import { workflowByIdOrName } from "../engine/workflows.ts";
import { deliverAtDefault } from "../events/deliver.ts";
import { readFileAt } from "../git/objects.ts";
import { readRef } from "../git/refs.ts";
import { type Call, causeOf, noContent, ok, param, parseBody, type Route, route } from "../http/call.ts";
import { invalid, notFound, unprocessable } from "../http/errors.ts";
import { apiUrl, htmlUrl, repositoryBody } from "../serialize/repositories.ts";
import { simpleUser } from "../serialize/users.ts";

const dispatch = z.object({
  event_type: z.string(),
  client_payload: z.record(z.string(), z.unknown()).optional(),
});

const workflowDispatch = z.object({
  ref: z.string(),
  inputs: z.record(z.string(), z.unknown()).optional(),
  return_run_details: z.boolean().optional(),
});

const MAX_PROPERTIES = 10;
const MAX_PAYLOAD = 65_535;
const MAX_INPUTS = 25;

async function repositoryDispatch(call: Call) {
  const body = parseBody(call, dispatch);
  const payload = body.client_payload ?? {};
  if (body.event_type.length === 0 || body.event_type.length > 100) {
    throw invalid({
      resource: "Repository",
      field: "event_type",
      code: "custom",
      message: "event_type must be between 1 and 100 characters",
    });
  }
  if (Object.keys(payload).length > MAX_PROPERTIES) {
    throw unprocessable(
      `Invalid request.\n\nNo more than ${MAX_PROPERTIES} properties are allowed; ${Object.keys(payload).length} were supplied.`,
    );
  }
  if (JSON.stringify(payload).length > MAX_PAYLOAD) throw unprocessable("client_payload is too large.");
  const event = {
    action: body.event_type,
    branch: call.repository.defaultBranch,
    client_payload: body.client_payload ?? null,
  };
  await deliverAtDefault(call.world, call.repository, "repository_dispatch", event, causeOf(call));
  return noContent();
}

const workflowFile = z.object({
  on: z.unknown().optional(),
  name: z.string().optional(),
});
const trigger = z.object({
  inputs: z
    .record(
      z.string(),
      z
        .object({
          required: z.boolean().optional(),
          default: z.unknown().optional(),
          type: z.string().optional(),
          options: z.array(z.unknown()).optional(),
        })
        .nullable(),
    )
    .nullish(),
});
type InputSpec = NonNullable<NonNullable<z.infer<typeof trigger>["inputs"]>[string]>;

/** The declared inputs of a workflow's `workflow_dispatch`, or undefined when it has no such trigger. */
function declaredInputs(text: string): Readonly<Record<string, InputSpec | null>> | undefined {
  let parsed: unknown;
  try {
    parsed = parseYaml(text);
  } catch {
    return undefined;
  }
  const file = workflowFile.safeParse(parsed);
  const on = file.success ? file.data.on : undefined;
  if (on === "workflow_dispatch") return {};
  if (Array.isArray(on)) return on.includes("workflow_dispatch") ? {} : undefined;
  if (typeof on !== "object" || on === null || !("workflow_dispatch" in on)) return undefined;
  const found = trigger.safeParse(on.workflow_dispatch ?? {});
  return found.success ? (found.data.inputs ?? {}) : {};
}

/** Every value is a string in the event, as on GitHub. */
function resolveInputs(
  given: Readonly<Record<string, unknown>>,
  declared: Readonly<Record<string, InputSpec | null>>,
) {
  const unexpected = Object.keys(given).filter((name) => !(name in declared));
  if (unexpected.length) throw unprocessable(`Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  const inputs: Record<string, string> = {};
  for (const [name, spec] of Object.entries(declared)) {
    const value = given[name] ?? spec?.default ?? (spec?.type === "boolean" ? false : undefined);
    const text = value === undefined || value === null ? "" : String(value);
    if (spec?.required && text === "") throw unprocessable(`Required input '${name}' not provided`);
    if (spec?.type === "choice" && spec.options && text && !spec.options.map(String).includes(text)) {
      throw unprocessable(`Provided value '${text}' for input '${name}' not in the list of allowed values`);
    }
    if (spec?.type === "boolean" && !["true", "false"].includes(text)) {
      throw unprocessable(`Provided value '${text}' for input '${name}' is not a boolean`);
    }
    inputs[name] = text;
  }
  return inputs;
}

async function dispatchWorkflow(call: Call) {
  const { world, repository } = call;
  const body = parseBody(call, workflowDispatch);
  const workflow = await workflowByIdOrName(world, repository, param(call, "workflow_id"));
  if (!workflow) throw notFound();
  const names = body.ref.startsWith("refs/")
    ? [body.ref]
    : [`refs/heads/${body.ref}`, `refs/tags/${body.ref}`];
  let target: { name: string; sha: string } | undefined;
  for (const name of names) target ??= await readRef(call.git, name);
  if (!target) throw unprocessable(`No ref found for: ${body.ref}`);
  const text = (await readFileAt(call.git, target.sha, workflow.path))?.toString("utf8");
  const declared = text === undefined ? undefined : declaredInputs(text);
  if (!declared) throw unprocessable("Workflow does not have 'workflow_dispatch' trigger");
  const given = body.inputs ?? {};
  if (Object.keys(given).length > MAX_INPUTS)
    throw unprocessable(`Invalid request.\n\nNo more than ${MAX_INPUTS} properties are allowed.`);
  const inputs = resolveInputs(given, declared);
  const cause = causeOf(call);
  const event = {
    name: "workflow_dispatch",
    repository: { owner: repository.owner.login, name: repository.name },
    payload: {
      inputs: Object.keys(declared).length ? inputs : null,
      ref: target.name,
      workflow: workflow.path,
      repository: repositoryBody(world, repository),
      sender: simpleUser(world, cause.user),
    },
    ref: target.name,
    sha: target.sha,
    actor: cause.user.login,
    workflowPath: workflow.path,
  };
  const run = createRun(world, repository, {
    event,
    workflowPath: workflow.path,
    workflowName: workflow.name,
    displayTitle: workflow.name,
  });
  world.deliver({ ...event, runId: run.id }, cause);
  if (!body.return_run_details) return noContent();
  return ok({
    workflow_run_id: run.id,
    run_url: `${apiUrl(world, repository)}/actions/runs/${run.id}`,
    html_url: `${htmlUrl(world, repository)}/actions/runs/${run.id}`,
  });
}

export const dispatchRoutes: readonly Route[] = [
  route("POST /repos/{owner}/{repo}/dispatches", repositoryDispatch),
  route("POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches", dispatchWorkflow),
];
