import { type Conclusion, type EngineEvent, errorText } from "@slipway/model";
import { dictionary, type JsonObject } from "../expressions/data.ts";
import type { Scope } from "../expressions/template.ts";
import type { Machine } from "../job/types.ts";
import type { Attempt, Remembered } from "./attempt.ts";
import { type CancelScope, createCancelScope } from "./cancel-scope.ts";
import { type ConcurrencyGroups, readConcurrency } from "./concurrency.ts";
import { githubContext } from "./github-context.ts";
import { combine, runGraph } from "./graph.ts";
import type { PlannedWorkflow } from "./plan.ts";
import { recordEnd } from "./record.ts";
import type { Slots } from "./slots.ts";

/** A run that may be started, and started again. */
export interface RunSource {
  readonly runId: number;
  readonly runNumber: number;
  readonly event: EngineEvent;
  readonly workflow: PlannedWorkflow;
  /** The `inputs` context. */
  readonly inputs: JsonObject;
}

/** What runs share. */
export interface RunMachinery {
  readonly machine: Machine;
  readonly groups: ConcurrencyGroups;
  readonly slots: Slots;
  readonly kill: AbortSignal;
}

/** An attempt under way. */
export interface RunningAttempt {
  readonly scope: CancelScope;
  /** Jobs by place; complete once `done` has resolved. */
  readonly memory: ReadonlyMap<string, Remembered>;
  readonly done: Promise<void>;
}

/** What the jobs of an attempt share, before any of them has started. */
export function createAttempt(
  machinery: RunMachinery,
  source: RunSource,
  number: number,
  before: ReadonlyMap<string, Remembered>,
): Attempt {
  const { host } = machinery.machine;
  const { event, workflow } = source;
  return {
    ...machinery,
    event,
    runId: source.runId,
    github: githubContext(
      host,
      event,
      { id: source.runId, number: source.runNumber, attempt: number },
      { name: workflow.definition.name ?? workflow.definition.path, path: workflow.definition.path },
    ),
    vars: host.variables(event.repository),
    hidden: Object.values(host.secrets(event.repository)),
    scope: createCancelScope(),
    before,
    memory: new Map(),
  };
}

/** Starts an attempt: enters its concurrency group before it returns. */
export function startAttempt(
  machinery: RunMachinery,
  source: RunSource,
  number: number,
  before: ReadonlyMap<string, Remembered>,
): RunningAttempt {
  const attempt = createAttempt(machinery, source, number, before);
  const { workflow, inputs } = source;
  const { scope, memory } = attempt;
  const secrets = machinery.machine.host.secrets(attempt.event.repository);
  const done = inGroup(attempt, source, async (held) => {
    await machinery.machine.host.updateRun(attempt.runId, { status: "in_progress" });
    const ends = await runGraph({
      attempt,
      workflow,
      place: "",
      caller: "",
      inputs,
      secrets,
      scope,
      held,
      repeat: false,
    });
    const result = combine([...ends.values()].map(({ result: one }) => one));
    return scope.cancelled && result !== "success" ? "cancelled" : result;
  });
  return { scope, memory, done };
}

/**
 * Waits for the run's concurrency group, has the jobs run, and records what the run has come to. Never throws for
 * what goes wrong in them.
 *
 * @param jobs is given the keys of the groups that are held
 */
export async function inGroup(
  attempt: Attempt,
  source: RunSource,
  jobs: (held: readonly string[]) => Promise<Conclusion>,
): Promise<void> {
  try {
    await whenFree(attempt, source, jobs);
  } catch (error) {
    const message = errorText(error);
    attempt.machine.onDiagnostic(`Run ${source.runId} ended by an error of the engine: ${message}`);
    await end(attempt, "failure");
  }
}

async function whenFree(
  attempt: Attempt,
  { workflow, inputs }: RunSource,
  jobs: (held: readonly string[]) => Promise<Conclusion>,
): Promise<void> {
  const { scope } = attempt;
  const { host } = attempt.machine;
  const waiting = new AbortController();
  scope.onCancel(() => waiting.abort());
  const around: Scope = {
    contexts: {
      github: dictionary(attempt.github),
      inputs: dictionary(inputs),
      vars: dictionary(attempt.vars),
    },
  };
  let rule: ReturnType<typeof readConcurrency>;
  try {
    rule = readConcurrency(workflow.definition.concurrency, around);
  } catch (error) {
    recordEnd(attempt, workflow.origin.path, [], "failure", errorText(error));
    await end(attempt, "startup_failure");
    return;
  }
  const entry =
    rule === undefined
      ? undefined
      : await attempt.groups.enter({
          repository: attempt.event.repository,
          rule,
          held: [],
          cancel: () => scope.cancel(),
          signal: waiting.signal,
          onPending: () => void host.updateRun(attempt.runId, { status: "pending" }),
        });
  if (entry !== undefined && entry.kind !== "entered") {
    await end(attempt, "cancelled");
    return;
  }
  try {
    await end(attempt, await jobs(entry === undefined ? [] : [entry.key]));
  } finally {
    entry?.leave();
  }
}

function end(attempt: Attempt, conclusion: Conclusion): Promise<void> {
  return attempt.machine.host.updateRun(attempt.runId, { status: "completed", conclusion });
}
