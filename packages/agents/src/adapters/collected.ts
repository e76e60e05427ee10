import { type AgentTask, errorText } from "@slipway/model";
import { type Baseline, type Collected, rememberBaseline } from "../executor/collect.ts";
import { runCommand } from "../process/command.ts";
import type { Confinement } from "../process/isolation.ts";
import { visibleText } from "../prompt/text.ts";
import type { ExecutionRecord } from "./record.ts";

/** @throws Error when the work tree does not hold the task's `startSha` */
export function baselineOf(task: AgentTask, workDir: string): Promise<Baseline> {
  const { protectedPaths, files, bytes } = task.constraints;
  // More than may be published is still kept: a person may want it.
  return rememberBaseline({
    workDir,
    startSha: task.startSha,
    protectedPaths,
    files: 4 * files,
    bytes: 4 * bytes,
  });
}

/** A work tree that cannot be read any more must not hide what the work has cost. */
export async function collectOr(
  baseline: Baseline,
): Promise<{ readonly collected: Collected; readonly problems: readonly string[] }> {
  try {
    return { collected: await baseline.collect(), problems: [] };
  } catch (error) {
    const problem = `The change could not be collected from the work tree: ${errorText(error)}`;
    return { collected: { files: [], refused: [] }, problems: [problem] };
  }
}

export interface CheckOptions {
  readonly workDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly confinement?: Confinement;
  readonly record: ExecutionRecord;
}

const SHOWN = 5_000;

/** Runs the task's commands in their order up to the first that fails. Returns what keeps the work from being finished. */
export async function runChecks(task: AgentTask, options: CheckOptions): Promise<string[]> {
  for (const command of task.constraints.commands) {
    const result = await runCommand(command, {
      cwd: options.workDir,
      env: options.env,
      timeoutMs: task.constraints.commandSeconds * 1_000,
      keep: { head: SHOWN, tail: SHOWN },
      signal: options.signal,
      ...(options.confinement ? { confinement: options.confinement } : {}),
    });
    const { exitCode, seconds } = result;
    options.record.add({ type: "check", command, exitCode, seconds, text: visibleText(result.output) });
    if (exitCode === 0) continue;
    const how =
      exitCode === null ? `did not end within ${Math.round(seconds)} s` : `ended with exit code ${exitCode}`;
    return [
      `After the work ${JSON.stringify(command.slice(0, 300))} ${how}; its output is in the trajectory.`,
    ];
  }
  return [];
}
