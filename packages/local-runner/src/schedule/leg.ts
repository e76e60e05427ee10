import { errorText } from "@slipway/model";
import { dictionary, isJsonObject, type JsonObject, toData, toText } from "../expressions/data.ts";
import { resolve, resolveBoolean, resolveNumber, resolveTexts, type Scope } from "../expressions/template.ts";
import { runJob } from "../job/job.ts";
import { TOKEN_OF_THE_JOB } from "../job/types.ts";
import type { CallJob, JobDefinition, StepsJob } from "../load/model.ts";
import { unsupportedLabels } from "../load/runs-on.ts";
import { entries } from "../load/tokens.ts";
import type { Result } from "./attempt.ts";
import type { CancelScope } from "./cancel-scope.ts";
import { type ConcurrencyRule, type Entry, readConcurrency } from "./concurrency.ts";
import { combine, type Graph, type JobEnd, runGraph, workflowOutputs } from "./graph.ts";
import { callInputs } from "./inputs.ts";
import { endJob, recordEnd } from "./record.ts";
import type { Slots } from "./slots.ts";

/** GitHub's limits where a job sets none, in minutes. */
const JOB_TIMEOUT = 360;
const CANCEL_TIMEOUT = 5;

/** One job of a matrix; a job without a matrix is the only one. */
export interface Leg {
  readonly graph: Graph;
  readonly job: JobDefinition;
  readonly needs: JsonObject;
  /** Place in the run. */
  readonly place: string;
  readonly matrix: JsonObject | null;
  readonly strategy: JsonObject;
  /** The shown name, given the leg's own scope. */
  readonly name: (scope: Scope) => string;
  readonly scope: CancelScope;
  /** The job's `if`, evaluated again when the run is cancelled. */
  readonly stillHolds: () => boolean;
  /** `max-parallel`. */
  readonly slots: Slots;
  readonly repeat: boolean;
}

/** Runs a leg: a job on this machine, or a whole called workflow. Never throws. */
export async function runLeg(leg: Leg): Promise<JobEnd> {
  const { attempt } = leg.graph;
  const known = attempt.before.get(leg.place);
  if (known !== undefined && !leg.repeat && leg.job.kind === "steps" && known.result === "success") {
    attempt.memory.set(leg.place, known);
    return { ...known, ran: false };
  }
  const end = await (leg.job.kind === "call" ? runCalled(leg, leg.job) : runSteps(leg, leg.job)).catch(
    (error: unknown): JobEnd => {
      const message = errorText(error);
      recordEnd(attempt, safeName(leg), leg.job.needs, "failure", message);
      return { result: "failure", outputs: {}, ran: true };
    },
  );
  attempt.memory.set(leg.place, { result: end.result, outputs: end.outputs });
  return end;
}

async function runSteps(leg: Leg, job: StepsJob): Promise<JobEnd> {
  const { graph } = leg;
  const { attempt } = graph;
  const { host, now } = attempt.machine;
  const scope = legScope(leg);
  const name = leg.name(scope);
  const settings = {
    rule: readConcurrency(job.concurrency, scope),
    timeoutMinutes: resolveNumber(job.timeoutMinutes, scope, "timeout-minutes") ?? JOB_TIMEOUT,
    cancelTimeoutMinutes:
      resolveNumber(job.cancelTimeoutMinutes, scope, "cancel-timeout-minutes") ?? CANCEL_TIMEOUT,
    continueOnError: resolveBoolean(job.continueOnError, scope, false, "continue-on-error"),
  };
  checkLabels(resolve(job.runsOn, scope));
  const jobId = host.createJob(attempt.runId, { name, needs: job.needs }).id;
  const cancel = new AbortController();
  const release = watchCancel(leg, cancel);
  const places: (() => void)[] = [release];
  try {
    const given = await leg.slots.take(cancel.signal);
    if (given === undefined) return cancelled(leg, jobId);
    places.push(given);
    const entry = await enterGroup(
      leg,
      settings.rule,
      cancel.signal,
      () => cancel.abort(),
      () => host.updateJob(jobId, { status: "pending" }),
    );
    if (entry !== undefined && entry.kind !== "entered") return cancelled(leg, jobId, entry.reason);
    if (entry !== undefined) {
      places.push(entry.leave);
      host.updateJob(jobId, { status: "queued" });
    }
    const machineSlot = await attempt.slots.take(cancel.signal);
    if (machineSlot === undefined) return cancelled(leg, jobId);
    places.push(machineSlot);
    host.updateJob(jobId, { status: "in_progress", startedAt: now().toISOString() });
    const { outcome, outputs } = await runJob(
      attempt.machine,
      {
        repository: attempt.event.repository,
        runId: attempt.runId,
        jobId,
        name,
        definition: job,
        workflow: graph.workflow.definition,
        origin: graph.workflow.origin,
        permissions: job.permissions ?? graph.workflow.permissions,
        contexts: {
          github: attempt.github,
          vars: attempt.vars,
          needs: leg.needs,
          inputs: graph.inputs,
          matrix: leg.matrix,
          strategy: leg.strategy,
          secrets: graph.secrets,
        },
        hidden: attempt.hidden,
        timeoutMinutes: settings.timeoutMinutes,
        cancelTimeoutMinutes: settings.cancelTimeoutMinutes,
      },
      { cancel: cancel.signal, kill: attempt.kill },
    );
    host.updateJob(jobId, { status: "completed", conclusion: outcome, completedAt: now().toISOString() });
    const result: Result = outcome === "failure" && settings.continueOnError ? "success" : outcome;
    return { result, outputs, ran: true };
  } catch (error) {
    endJob(attempt, jobId, "failure", errorText(error));
    return { result: "failure", outputs: {}, ran: true };
  } finally {
    for (const leave of places.reverse()) leave();
  }
}

async function runCalled(leg: Leg, job: CallJob): Promise<JobEnd> {
  const { graph } = leg;
  const { attempt } = graph;
  const workflow = graph.workflow.calls.get(job.id);
  if (workflow === undefined) throw new Error(`The workflow that job '${job.id}' calls was not loaded.`);
  const scope = legScope(leg);
  const name = leg.name(scope);
  const given = resolve(job.with, scope);
  const base = { github: dictionary(attempt.github), vars: dictionary(attempt.vars) };
  const inputs = callInputs(workflow.definition.call?.inputs ?? [], isJsonObject(given) ? given : {}, {
    contexts: { ...base, inputs: dictionary(graph.inputs) },
  });
  const secrets = calledSecrets(leg, job, workflow.definition.call?.secrets ?? [], scope);
  const cancel = new AbortController();
  const places: (() => void)[] = [watchCancel(leg, cancel)];
  const inner = leg.scope.child();
  const held = [...graph.held];
  const stop = (): void => {
    cancel.abort();
    inner.cancel();
  };
  const none = (message?: string): JobEnd => {
    recordEnd(attempt, name, job.needs, "cancelled", message);
    return { result: "cancelled", outputs: {}, ran: true };
  };
  try {
    const slot = await leg.slots.take(cancel.signal);
    if (slot === undefined) return none();
    places.push(slot);
    const rules = [
      readConcurrency(job.concurrency, scope),
      readConcurrency(workflow.definition.concurrency, { contexts: { ...base, inputs: dictionary(inputs) } }),
    ];
    for (const rule of rules) {
      const entry = await enterGroup({ ...leg, graph: { ...graph, held } }, rule, cancel.signal, stop);
      if (entry === undefined) continue;
      if (entry.kind === "deadlock" && rule?.cancelInProgress === true) attempt.scope.cancel();
      if (entry.kind !== "entered") return none(entry.reason);
      places.push(entry.leave);
      held.push(entry.key);
    }
    const called: Graph = {
      attempt,
      workflow,
      place: leg.place,
      caller: name,
      inputs,
      secrets,
      scope: inner,
      held,
      repeat: leg.repeat,
    };
    const ends = await runGraph(called);
    return {
      result: combine([...ends.values()].map((end) => end.result)),
      outputs: workflowOutputs(called, ends),
      ran: [...ends.values()].some((end) => end.ran),
    };
  } finally {
    for (const leave of places.reverse()) leave();
  }
}

/** When the run is cancelled, a job whose `if` still holds goes on. A cancelled matrix sibling never does. */
function watchCancel(leg: Leg, cancel: AbortController): () => void {
  if (leg.job.kind === "call") return leg.scope.onCancel(() => cancel.abort());
  return leg.scope.onCancel(() => {
    let goOn = false;
    try {
      goOn = leg.graph.scope.cancelled && leg.stillHolds();
    } catch {
      // A condition that cannot be evaluated does not hold.
    }
    if (!goOn) cancel.abort();
  });
}

async function enterGroup(
  leg: Leg,
  rule: ConcurrencyRule | undefined,
  signal: AbortSignal,
  cancel: () => void,
  onPending: () => void = () => undefined,
): Promise<Entry | undefined> {
  if (rule === undefined) return undefined;
  const { attempt, held } = leg.graph;
  return attempt.groups.enter({
    repository: attempt.event.repository,
    rule,
    held,
    cancel,
    signal,
    onPending,
  });
}

function cancelled(leg: Leg, jobId: number, reason?: string): JobEnd {
  endJob(leg.graph.attempt, jobId, "cancelled", reason ?? "The operation was canceled.");
  return { result: "cancelled", outputs: {}, ran: true };
}

/** The scope of everything in a job that is evaluated before it starts. */
function legScope(leg: Leg): Scope {
  const { attempt, inputs } = leg.graph;
  return {
    contexts: {
      github: dictionary(attempt.github),
      vars: dictionary(attempt.vars),
      inputs: dictionary(inputs),
      needs: dictionary(leg.needs),
      matrix: toData(leg.matrix),
      strategy: dictionary(leg.strategy),
    },
  };
}

function calledSecrets(
  leg: Leg,
  job: CallJob,
  declared: readonly { readonly name: string; readonly required: boolean }[],
  scope: Scope,
): Readonly<Record<string, string>> {
  const { secrets } = leg.graph;
  if (job.secrets === "inherit") return secrets;
  if (job.secrets === undefined || entries(job.secrets).length === 0) return {};
  const own = { ...secrets, GITHUB_TOKEN: TOKEN_OF_THE_JOB };
  const given = resolveTexts(
    job.secrets,
    { contexts: { ...scope.contexts, secrets: dictionary(own) } },
    "secrets",
  );
  // A secret that the caller does not have is empty there: it is then not passed on at all.
  const passed = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ""));
  const names = new Set(Object.keys(passed).map((name) => name.toLowerCase()));
  const missing = declared.filter(({ name, required }) => required && !names.has(name.toLowerCase()));
  if (missing.length > 0) {
    throw new Error(
      `Secret ${missing.map(({ name }) => name).join(", ")} is required by '${job.uses.text}', but has no value.`,
    );
  }
  return passed;
}

function checkLabels(runsOn: ReturnType<typeof resolve>): void {
  const labels = isJsonObject(runsOn) ? runsOn.labels : runsOn;
  const list = Array.isArray(labels) ? labels : [labels ?? null];
  const problems = unsupportedLabels(list.map((label) => toText(label)));
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

function safeName(leg: Leg): string {
  try {
    return leg.name(legScope(leg));
  } catch {
    return leg.graph.caller === "" ? leg.job.id : `${leg.graph.caller} / ${leg.job.id}`;
  }
}
