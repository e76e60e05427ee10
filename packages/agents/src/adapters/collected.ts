import type { AgentTask } from "@slipway/model";
import { type Check, runChecks, type Where } from "../executor/acceptance.ts";
import { type Baseline, rememberBaseline } from "../executor/collect.ts";
import type { ExecutionRecord } from "./record.ts";

/**
 * @param parent folder of this execution, where it is kept
 * @throws Error when the work tree does not hold the task's `startSha`
 */
export function baselineOf(task: AgentTask, workDir: string, parent: string): Promise<Baseline> {
  const { protectedPaths, files, bytes, binaries = true, executables = true } = task.constraints;
  // More than may be published is still kept: a person may want it.
  const kept = { files: 4 * files, bytes: 4 * bytes };
  return rememberBaseline({
    workDir,
    startSha: task.startSha,
    protectedPaths,
    ...kept,
    binaries,
    executables,
    parent,
  });
}

/** Of one command of the task; the time of the whole execution is a limit as well. */
const CHECK_MS = 600_000;

/** Runs the task's commands in their order, and tells how they went. */
export async function checksOf(task: AgentTask, where: Where, record: ExecutionRecord): Promise<Check[]> {
  const checks = await runChecks(task.constraints.commands, where, () => CHECK_MS);
  for (const { command, exitCode, seconds, output } of checks) {
    record.add({ type: "check", command, exitCode, seconds, text: output });
  }
  return checks;
}
