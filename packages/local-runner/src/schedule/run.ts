import { type Conclusion, type EngineEvent, errorText } from "@slipway/model";
import { dictionary, type JsonObject } from "../expressions/data.ts";
import type { Scope } from "../expressions/template.ts";
import type { Machine } from "../job/types.ts";
import type { Attempt, Remembered } from "./attempt.ts";
import { type CancelScope, createCancelScope } from "./cancel-scope.ts";
import { type ConcurrencyGroups, readConcurrency } from "./concurrency.ts";
import { githubContext } from "./github-context.ts";
import { combine, type Graph, runGraph } from "./graph.ts";
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

/** Starts an attempt: enters its concurrency group before it returns. */
export function startAttempt(
  machinery: RunMachinery,
  source: RunSource,
  number: number,
  before: ReadonlyMap<string, Remembered>,
): RunningAttempt {
  const { machine } = machinery;
  const { host } = machine;
  const { event, workflow } = source;
  const scope = createCancelScope();
  const memory = new Map<string, Remembered>();
  const secrets = host.secrets(event.repository);
  const attempt: Attempt = {
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
    hidden: Object.values(secrets),
    scope,
    before,
    memory,
  };
  const graph: Graph = {
    attempt,
    workflow,
    place: "",
    caller: "",
    inputs: source.inputs,
    secrets,
    scope,
    held: [],
    repeat: false,
  };
  const done = run(graph).catch((error: unknown) => {
    const message = errorText(error);
    machine.onDiagnostic(`Run ${source.runId} ended by an error of the engine: ${message}`);
    return end(attempt, "failure");
  });
  return { scope, memory, done };
}

async function run(graph: Graph): Promise<void> {
  const { attempt, scope } = graph;
  const { host } = attempt.machine;
  const waiting = new AbortController();
  scope.onCancel(() => waiting.abort());
  const around: Scope = {
    contexts: {
      github: dictionary(attempt.github),
      inputs: dictionary(graph.inputs),
      vars: dictionary(attempt.vars),
    },
  };
  let rule: ReturnType<typeof readConcurrency>;
  try {
    rule = readConcurrency(graph.workflow.definition.concurrency, around);
  } catch (error) {
    recordEnd(attempt, graph.workflow.origin.path, [], "failure", errorText(error));
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
    await host.updateRun(attempt.runId, { status: "in_progress" });
    const ends = await runGraph({ ...graph, held: entry === undefined ? [] : [entry.key] });
    const result = combine([...ends.values()].map(({ result: one }) => one));
    await end(attempt, scope.cancelled && result !== "success" ? "cancelled" : result);
  } finally {
    entry?.leave();
  }
}

function end(attempt: Attempt, conclusion: Conclusion): Promise<void> {
  return attempt.machine.host.updateRun(attempt.runId, { status: "completed", conclusion });
}
