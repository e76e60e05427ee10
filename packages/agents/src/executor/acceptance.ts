import { type CommandOptions, type CommandResult, runCommand } from "../process/command.ts";
import { asToolResult } from "../prompt/sanitize.ts";

/** One of the commands that a change has to pass before it counts as finished, and how it went. */
export interface Check {
  readonly command: string;
  /** Null when it was killed or could not be started. */
  readonly exitCode: number | null;
  readonly ended: CommandResult["ended"];
  readonly seconds: number;
  /** The end of its output. */
  readonly output: string;
}

const OUTPUT_MAX = 4_000;

export type Where = Pick<CommandOptions, "cwd" | "env" | "confinement" | "signal">;

/** Runs them one after another, all of them, so that one round shows all that is wrong. */
export async function runChecks(
  commands: readonly string[],
  where: Where,
  /** Milliseconds for the next one. */
  timeoutMs: () => number,
): Promise<Check[]> {
  const checks: Check[] = [];
  for (const command of commands) {
    const keep = { head: 0, tail: OUTPUT_MAX };
    const result = await runCommand(command, { ...where, timeoutMs: Math.max(1, timeoutMs()), keep });
    const { exitCode, ended, seconds } = result;
    checks.push({ command, exitCode, ended, seconds, output: asToolResult(result.output).trim() });
  }
  return checks;
}

export function passed({ ended, exitCode }: Check): boolean {
  return ended === "exit" && exitCode === 0;
}

/** How a check went, in one sentence for the model and for people. */
export function saidOf({ command, ended, exitCode, seconds }: Check): string {
  const shown = JSON.stringify(command.length > 200 ? `${command.slice(0, 200)}…` : command);
  switch (ended) {
    case "exit":
      return exitCode === 0 ? `${shown} passed.` : `${shown} failed with exit code ${exitCode}.`;
    case "timeout":
      return `${shown} did not end within ${Math.round(seconds)} s and was killed.`;
    case "aborted":
      return `${shown} was stopped before it had ended.`;
    case "not-started":
      return `${shown} could not be started.`;
  }
}
