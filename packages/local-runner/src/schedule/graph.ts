import { errorText } from "@slipway/model";
import { dictionary, isJsonObject, type Json, type JsonObject, toText } from "../expressions/data.ts";
import { statusFunctions } from "../expressions/functions.ts";
import { holds, resolve, resolveText, type Scope } from "../expressions/template.ts";
import type { JobDefinition } from "../load/model.ts";
import { literal } from "../load/tokens.ts";
import type { Attempt, Result } from "./attempt.ts";
import type { CancelScope } from "./cancel-scope.ts";
import { runLeg } from "./leg.ts";
import { type Configuration, expandMatrix } from "./matrix.ts";
import { matrixName, nestedName } from "./names.ts";
import type { PlannedWorkflow } from "./plan.ts";
import { recordEnd } from "./record.ts";
import { createSlots } from "./slots.ts";

/** A workflow that runs: the one that was started, or a called one. */
export interface Graph {
  readonly attempt: Attempt;
  readonly workflow: PlannedWorkflow;
  /** Place in the run: empty, or the caller's place. */
  readonly place: string;
  /** Shown name of the caller; empty at the top. */
  readonly caller: string;
  readonly inputs: JsonObject;
  readonly secrets: Readonly<Record<string, string>>;
  readonly scope: CancelScope;
  /** Concurrency groups that are held by what this is a part of. */
  readonly held: readonly string[];
  /** Whether jobs that went well before are run again, since something above was. */
  readonly repeat: boolean;
}

/** A job's result with all its matrix together. */
export interface JobEnd {
  readonly result: Result;
  readonly outputs: Readonly<Record<string, string>>;
  /** Whether anything of it ran in this attempt. */
  readonly ran: boolean;
}

/** Runs all jobs of a workflow in the order of their needs. */
export async function runGraph(graph: Graph): Promise<ReadonlyMap<string, JobEnd>> {
  const jobs = new Map(graph.workflow.definition.jobs.map((job) => [job.id, job]));
  const running = new Map<string, Promise<JobEnd>>();
  const ended = new Map<string, JobEnd>();

  function start(job: JobDefinition): Promise<JobEnd> {
    let promise = running.get(job.id);
    if (promise === undefined) {
      promise = (async () => {
        await Promise.all(job.needs.map((id) => startById(id)));
        const end = await runJobs(graph, job, ended, ancestors(jobs, job));
        ended.set(job.id, end);
        return end;
      })();
      running.set(job.id, promise);
    }
    return promise;
  }

  async function startById(id: string): Promise<void> {
    const job = jobs.get(id);
    if (job !== undefined) await start(job);
  }

  await Promise.all([...jobs.values()].map(start));
  // In the order of the file, whatever order they ended in.
  return new Map([...jobs.keys()].flatMap((id) => (ended.has(id) ? [[id, ended.get(id) as JobEnd]] : [])));
}

/** One result for several: failure before cancellation before success; skipped only when all were. */
export function combine(results: Iterable<Result>): Result {
  const all = new Set(results);
  for (const result of ["failure", "cancelled", "success"] as const) if (all.has(result)) return result;
  return "skipped";
}

async function runJobs(
  graph: Graph,
  job: JobDefinition,
  ended: ReadonlyMap<string, JobEnd>,
  above: ReadonlySet<string>,
): Promise<JobEnd> {
  const place = `${graph.place}/${job.id}`;
  const needs: JsonObject = Object.fromEntries(
    job.needs.map((id) => [
      id,
      { result: ended.get(id)?.result ?? "skipped", outputs: ended.get(id)?.outputs ?? {} },
    ]),
  );
  const repeat = graph.repeat || job.needs.some((id) => ended.get(id)?.ran === true);
  const scope = jobScope(graph, needs, ended, above);
  try {
    if (!holds(job.condition, scope)) return skip(graph, job, place, scope);
    const legs = configurations(job, scope);
    const end = await runLegs(graph, job, place, legs, scope, needs, repeat);
    return end;
  } catch (error) {
    const message = errorText(error);
    recordEnd(graph.attempt, nestedName(graph.caller, plainName(job)), job.needs, "failure", message);
    graph.attempt.memory.set(place, { result: "failure", outputs: {} });
    return { result: "failure", outputs: {}, ran: true };
  }
}

/** The scope of a job's `if` and `strategy`. */
function jobScope(
  graph: Graph,
  needs: JsonObject,
  ended: ReadonlyMap<string, JobEnd>,
  above: ReadonlySet<string>,
): Scope {
  const asked = (names: readonly string[]): readonly Result[] =>
    [...(names.length > 0 ? names : above)].map((id) => ended.get(id)?.result ?? "skipped");
  return {
    contexts: {
      github: dictionary(graph.attempt.github),
      inputs: dictionary(graph.inputs),
      vars: dictionary(graph.attempt.vars),
      needs: dictionary(needs),
    },
    functions: statusFunctions({
      // Over all ancestors: a job that needs a job that needs a skipped one is skipped as well, as on GitHub.
      success: (names) => !graph.scope.cancelled && asked(names).every((result) => result === "success"),
      failure: (names) => !graph.scope.cancelled && asked(names).some((result) => result === "failure"),
      cancelled: () => graph.scope.cancelled,
    }),
  };
}

function skip(graph: Graph, job: JobDefinition, place: string, scope: Scope): JobEnd {
  const known = graph.attempt.before.get(place);
  const result: Result = graph.scope.cancelled ? "cancelled" : "skipped";
  if (known === undefined || known.result !== result || graph.repeat) {
    recordEnd(graph.attempt, nestedName(graph.caller, skippedName(job, scope)), job.needs, result);
  }
  graph.attempt.memory.set(place, { result, outputs: {} });
  return { result, outputs: {}, ran: known === undefined || known.result !== result };
}

interface Strategy {
  readonly legs: readonly (Configuration | undefined)[];
  readonly failFast: boolean;
  readonly maxParallel: number;
}

function configurations(job: JobDefinition, scope: Scope): Strategy {
  const strategy = resolve(job.strategy, scope);
  if (!isJsonObject(strategy)) return { legs: [undefined], failFast: true, maxParallel: 1 };
  const matrix = strategy.matrix;
  const legs = matrix === undefined || matrix === null ? [undefined] : expandMatrix(matrix);
  const maxParallel = strategy["max-parallel"] === undefined ? legs.length : Number(strategy["max-parallel"]);
  if (!Number.isInteger(maxParallel) || maxParallel < 1) {
    throw new Error(
      `strategy.max-parallel must be a whole number of at least 1, but is '${toText(strategy["max-parallel"] ?? null)}'.`,
    );
  }
  const failFast = strategy["fail-fast"] ?? true;
  if (typeof failFast !== "boolean") {
    throw new Error(`strategy.fail-fast must be true or false, but is '${toText(failFast)}'.`);
  }
  return { legs, failFast, maxParallel };
}

async function runLegs(
  graph: Graph,
  job: JobDefinition,
  place: string,
  { legs, failFast, maxParallel }: Strategy,
  scope: Scope,
  needs: JsonObject,
  repeat: boolean,
): Promise<JobEnd> {
  const slots = createSlots(maxParallel);
  const scopes: CancelScope[] = legs.map(() => graph.scope.child());
  const outputs: Record<string, string> = {};
  const ends = await Promise.all(
    legs.map(async (leg, index) => {
      const strategy = {
        "fail-fast": failFast,
        "job-index": index,
        "job-total": legs.length,
        "max-parallel": maxParallel,
      };
      const end = await runLeg({
        graph,
        job,
        needs,
        place: leg === undefined ? place : `${place}(${index})`,
        matrix: leg?.matrix ?? null,
        strategy,
        name: (own: Scope) => nestedName(graph.caller, legName(job, leg, own)),
        scope: scopes[index] ?? graph.scope.child(),
        stillHolds: () => holds(job.condition, scope),
        slots,
        repeat,
      });
      if (end.result === "success") {
        for (const [name, value] of Object.entries(end.outputs)) if (value !== "") outputs[name] = value;
      }
      if (end.result === "failure" && failFast && legs.length > 1) {
        for (const [other, sibling] of scopes.entries()) if (other !== index) sibling.cancel();
      }
      return end;
    }),
  );
  return {
    result: combine(ends.map((end) => end.result)),
    outputs: legs.length === 1 ? (ends[0]?.outputs ?? {}) : outputs,
    ran: ends.some((end) => end.ran),
  };
}

/** A name that holds an expression stands for itself; any other gets the matrix values behind it. */
function legName(job: JobDefinition, leg: Configuration | undefined, scope: Scope): string {
  const fixed = job.name === undefined ? job.id : literal(job.name);
  if (fixed !== undefined) return matrixName(fixed === "" ? job.id : fixed, leg?.label ?? []);
  return resolveText(job.name, scope) || matrixName(job.id, leg?.label ?? []);
}

function plainName(job: JobDefinition): string {
  return (job.name === undefined ? undefined : literal(job.name)) || job.id;
}

function skippedName(job: JobDefinition, scope: Scope): string {
  if (job.strategy !== undefined || job.name === undefined) return plainName(job);
  try {
    return resolveText(job.name, scope) || job.id;
  } catch {
    return job.id;
  }
}

function ancestors(jobs: ReadonlyMap<string, JobDefinition>, job: JobDefinition): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (id: string): void => {
    if (found.has(id)) return;
    found.add(id);
    for (const need of jobs.get(id)?.needs ?? []) visit(need);
  };
  for (const id of job.needs) visit(id);
  return found;
}

/** The outputs that a called workflow declares, over the results of its jobs. */
export function workflowOutputs(
  graph: Graph,
  ends: ReadonlyMap<string, JobEnd>,
): Readonly<Record<string, string>> {
  const jobs: Record<string, Json> = {};
  for (const [id, { result, outputs }] of ends) jobs[id] = { result, outputs };
  const scope: Scope = {
    contexts: {
      github: dictionary(graph.attempt.github),
      inputs: dictionary(graph.inputs),
      vars: dictionary(graph.attempt.vars),
      jobs: dictionary(jobs),
    },
  };
  const declared = graph.workflow.definition.call?.outputs ?? [];
  return Object.fromEntries(declared.map(({ name, value }) => [name, resolveText(value, scope)]));
}
