import type { AgentTask } from "@slipway/model";
import { type ExecuteRequest, executeNode } from "../executor/execute.ts";
import type { Executor, ExecutorWorld } from "./executor.ts";
import { TRAJECTORY } from "./record.ts";
import { resultOf } from "./result.ts";

/** What the built-in executor needs beside a task: a model, and the plan's own words. The rest is the task's. */
export type BuiltinExecutorOptions = Omit<
  ExecuteRequest,
  | "workDir"
  | "startSha"
  | "runId"
  | "attempt"
  | "limits"
  | "commands"
  | "rules"
  | "env"
  | "secrets"
  | "signal"
  | "onStep"
  | "interrupted"
  | "now"
  | "isolation"
  | "earlier"
>;

/** The loop of our own, in the shape of the others. */
export function builtinExecutor(options: BuiltinExecutorOptions): Executor {
  return { execute: (task, world) => execute(options, task, world) };
}

async function execute(options: BuiltinExecutorOptions, task: AgentTask, world: ExecutorWorld) {
  const { constraints } = task;
  const { confinement, earlier, signal, secrets, onStep, interrupted, env, now } = world;
  const draft = await executeNode({
    agent: task.agent.name,
    ...options,
    workDir: world.workDir,
    startSha: task.startSha,
    runId: task.runId,
    attempt: task.attempt,
    policy: { ...options.policy, protectedPaths: constraints.protectedPaths },
    limits: constraints,
    commands: constraints.commands,
    rules: { binaries: constraints.binaries ?? true, executables: constraints.executables ?? true },
    ...(confinement
      ? {
          isolation: confinement.isolation,
          hidden: [...(options.hidden ?? []), ...confinement.hidden],
        }
      : {}),
    ...(earlier ? { earlier } : {}),
    ...(signal ? { signal } : {}),
    ...(secrets ? { secrets } : {}),
    ...(onStep ? { onStep } : {}),
    ...(interrupted ? { interrupted } : {}),
    ...(env ? { env } : {}),
    ...(now ? { now } : {}),
  });
  return resultOf(task, {
    executor: "builtin",
    ending: draft.ending,
    reason: draft.reason,
    problems: draft.ending === "submitted" && draft.outcome === "unfinished" ? [draft.reason] : [],
    said: { title: draft.title, summary: draft.summary, notes: draft.notes },
    collected: { files: draft.files, refused: draft.refused },
    usage: draft.usage,
    documents: [{ name: TRAJECTORY, mediaType: "application/x-ndjson", text: draft.trajectory }],
    ...(secrets ? { secrets } : {}),
    ...(world.commit ? { commit: world.commit } : {}),
  });
}
