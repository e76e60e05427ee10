import { isBasicExpression } from "@actions/workflow-parser";
import { type EngineHost, errorText, type TokenPermissions } from "@slipway/model";
import { createActionResolver } from "../job/actions.ts";
import type { Library } from "../load/library.ts";
import type {
  CallInterface,
  CallJob,
  FileOrigin,
  InputDefinition,
  WorkflowDefinition,
} from "../load/model.ts";
import { InvalidFile } from "../load/parse.ts";
import { DEFAULT_PERMISSIONS, violations } from "../load/permissions.ts";
import { type child, entries, position } from "../load/tokens.ts";

/** Levels of workflows: the one that starts and nine below it. */
export const MAX_LEVELS = 10;
/** Different workflow files that one run may call. */
export const MAX_CALLED = 50;

/** A workflow with all that it calls, checked as a whole: what can be known to fail never starts. */
export interface PlannedWorkflow {
  readonly origin: FileOrigin;
  readonly definition: WorkflowDefinition;
  /** By job id. */
  readonly calls: ReadonlyMap<string, PlannedWorkflow>;
  /** What a job without `permissions` of its own gets. */
  readonly permissions: TokenPermissions;
}

/**
 * Reads everything that a workflow calls and uses, and checks it.
 * @throws InvalidFile
 */
export async function planWorkflow(
  host: EngineHost,
  library: Library,
  origin: FileOrigin,
  definition: WorkflowDefinition,
): Promise<PlannedWorkflow> {
  const actions = createActionResolver(host, library);
  const called = new Set<string>();
  const planned = await plan(origin, definition, DEFAULT_PERMISSIONS, []);
  if (called.size > MAX_CALLED) {
    throw new InvalidFile(origin.path, [
      `${origin.path}: ${called.size} different reusable workflows are called; ${MAX_CALLED} is the most a run may call.`,
    ]);
  }
  return planned;

  async function plan(
    at: FileOrigin,
    workflow: WorkflowDefinition,
    inherited: TokenPermissions,
    above: readonly string[],
  ): Promise<PlannedWorkflow> {
    const problems: string[] = [];
    const permissions = workflow.permissions ?? inherited;
    const calls = new Map<string, PlannedWorkflow>();
    for (const job of workflow.jobs) {
      const refuse = (text: string): void => void problems.push(`${position(at.path, job.at)}: ${text}`);
      if (job.kind === "steps") {
        await actions.prepare(job.steps, at).catch((error: unknown) => refuse(messageOf(error)));
        continue;
      }
      const target = await locate(at, job, refuse);
      if (target === undefined) continue;
      const id =
        `${target.repository.owner}/${target.repository.name}/${target.path}@${target.sha}`.toLowerCase();
      if (above.includes(id)) {
        refuse(`'${job.uses.text}' calls itself: reusable workflows cannot form a loop.`);
        continue;
      }
      if (above.length + 2 > MAX_LEVELS) {
        refuse(`'${job.uses.text}': workflows are nested more than ${MAX_LEVELS} levels deep.`);
        continue;
      }
      called.add(id);
      try {
        const file = await library.workflow(target.repository, target.sha, target.path);
        if (file === undefined)
          refuse(`error parsing called workflow '${job.uses.text}': workflow was not found.`);
        else if (file.call === undefined) {
          refuse(`'${job.uses.text}' cannot be called: it has no 'on.workflow_call'.`);
        } else {
          const allowed = job.permissions ?? permissions;
          checkCall(job, file.call, refuse);
          checkPermissions(job, file, allowed, refuse);
          calls.set(job.id, await plan(target, file, allowed, [...above, id]));
        }
      } catch (error) {
        if (!(error instanceof InvalidFile)) throw error;
        problems.push(...error.problems.map((text) => `${position(at.path, job.at)}: ${text}`));
      }
    }
    if (problems.length > 0) throw new InvalidFile(at.path, problems);
    return { origin: at, definition: workflow, calls, permissions };
  }

  async function locate(
    at: FileOrigin,
    job: CallJob,
    refuse: (text: string) => void,
  ): Promise<FileOrigin | undefined> {
    const { uses } = job;
    if (uses.kind !== "repository") return { ...at, path: uses.path };
    for (const ref of [`refs/heads/${uses.ref}`, `refs/tags/${uses.ref}`, uses.ref]) {
      const sha = await host.resolveRef(uses.repository, ref);
      if (sha !== undefined) return { repository: uses.repository, ref, sha, path: uses.path };
    }
    const { owner, name } = uses.repository;
    refuse(
      `error parsing called workflow '${uses.text}': workflow was not found. There is no repository ${owner}/${name} here with a ref '${uses.ref}'.`,
    );
    return undefined;
  }
}

function checkCall(job: CallJob, call: CallInterface, refuse: (text: string) => void): void {
  const given = entries(job.with);
  for (const { key, value } of given) {
    const input = call.inputs.find(({ name }) => same(name, key));
    if (input === undefined) refuse(`Invalid input, ${key} is not defined in the referenced workflow.`);
    else if (!literalFits(input, value))
      refuse(`Input '${key}' of '${job.uses.text}' must be a ${input.type}.`);
  }
  for (const { name, required, default: fallback } of call.inputs) {
    if (required && fallback === undefined && !given.some(({ key }) => same(key, name))) {
      refuse(`Input ${name} is required, but not provided while calling.`);
    }
  }
  if (job.secrets === "inherit") return;
  const secrets = entries(job.secrets);
  for (const { key } of secrets) {
    if (!call.secrets.some(({ name }) => same(name, key))) {
      refuse(`Invalid secret, ${key} is not defined in the referenced workflow.`);
    }
  }
  for (const { name, required } of call.secrets) {
    if (required && !secrets.some(({ key }) => same(key, name))) {
      refuse(`Secret ${name} is required, but not provided while calling.`);
    }
  }
}

function checkPermissions(
  job: CallJob,
  file: WorkflowDefinition,
  allowed: TokenPermissions,
  refuse: (text: string) => void,
): void {
  const check = (requested: TokenPermissions | undefined, who: string): void => {
    const found = requested === undefined ? [] : violations(requested, allowed);
    if (found.length === 0) return;
    const asked = found.map(({ name, requested: level }) => `${name}: ${level}`).join(", ");
    const given = found.map(({ name, allowed: level }) => `${name}: ${level}`).join(", ");
    refuse(
      `Error calling workflow '${job.uses.text}'. ${who} is requesting '${asked}', but is only allowed '${given}'.`,
    );
  };
  check(file.permissions, "The workflow");
  for (const nested of file.jobs) check(nested.permissions, `The nested job '${nested.id}'`);
}

function literalFits({ type }: InputDefinition, value: NonNullable<ReturnType<typeof child>>): boolean {
  if (isBasicExpression(value) || (type !== "boolean" && type !== "number")) return true;
  return value.typeName().toLowerCase().startsWith(type);
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function messageOf(error: unknown): string {
  if (error instanceof InvalidFile) return error.problems.join("\n");
  return errorText(error);
}
