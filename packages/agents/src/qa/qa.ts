import { mkdtemp, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Evidence, Policy } from "@slipway/model";
import { type CommandResult, runCommand } from "../process/command.ts";
import { cleanEnvironment } from "../process/environment.ts";
import { removeFolder } from "../process/remove-folder.ts";
import { redact } from "../prompt/redact.ts";
import { visibleText } from "../prompt/text.ts";
import { coverageOfFile, coverageOfOutput } from "./coverage.ts";

type QaEvidence = Extract<Evidence, { kind: "qa" }>;
export type QaCommand = QaEvidence["commands"][number];
export type QaResult = Pick<QaEvidence, "commands" | "coverage" | "verdict" | "reason">;

export interface QaRequest {
  /** A clean checkout of the head that is judged. */
  readonly workDir: string;
  readonly qa: Policy["qa"];
  /** Wall time of everything together; each command also has `qa.timeoutMinutes`. */
  readonly seconds: number;
  /** What the consumer's setup action exported. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  /** Told before each command. */
  readonly onCommand?: (name: QaCommand["name"], command: string) => void;
  /** Asked before each command: why no more is run, or null to go on. */
  readonly interrupted?: () => Promise<string | null>;
}

/** The commands were not all run, since whoever was asked between them said so: there is no result. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}

/** Characters of output kept for each command: its end, where tools say what failed. */
const OUTPUT_MAX = 20_000;
const ORDER = ["setup", "lint", "test", "coverage"] as const;

/**
 * Runs the commands of the policy, one after another, each in a process group of its own. A setup that
 * fails ends it; lint, test and coverage all run, so that one round shows all that is wrong. The
 * minimum for coverage is a gate of its own and does not move this verdict.
 *
 * @throws InterruptedError
 */
export async function runQa(request: QaRequest): Promise<QaResult> {
  const { qa } = request;
  if (qa.test === undefined) {
    return {
      commands: [],
      coverage: null,
      verdict: "fail",
      reason: "The policy names no test command: set qa.test in .github/slipway.yml.",
    };
  }
  const home = await mkdtemp(join(tmpdir(), "slipway-home-"));
  try {
    const env = cleanEnvironment({ home, ...(request.env ? { extra: request.env } : {}) });
    const deadline = performance.now() + request.seconds * 1_000;
    const folders = [request.workDir, await realpath(request.workDir)];
    const commands: QaCommand[] = [];
    const failures: string[] = [];
    for (const name of ORDER) {
      const command = qa[name];
      if (command === undefined) continue;
      const interruption = (await request.interrupted?.()) ?? null;
      if (interruption !== null) throw new InterruptedError(interruption);
      request.onCommand?.(name, command);
      const left = deadline - performance.now();
      const timeoutMs = Math.max(1, Math.min(left, qa.timeoutMinutes * 60_000));
      const result = await runCommand(command, {
        cwd: request.workDir,
        env,
        timeoutMs,
        keep: { head: 0, tail: OUTPUT_MAX - 100 },
        ...(request.signal ? { signal: request.signal } : {}),
      });
      commands.push({
        name,
        command,
        exitCode: result.exitCode,
        seconds: result.seconds,
        output: kept(result.output, folders),
      });
      const failure = failureOf(name, command, result, timeoutMs);
      if (failure !== null) failures.push(failure);
      if (failure !== null && (name === "setup" || result.ended === "aborted")) break;
    }
    return verdictOf(commands, failures, await coverageOf(request, commands));
  } finally {
    await removeFolder(home);
  }
}

/**
 * What is kept of an output. Where the checkout lies is another place on each runner, and nobody else's business: paths
 * in it are told from its root, so that the same failure says the same wherever it happens.
 */
function kept(output: string, folders: readonly string[]): string {
  const inside = folders
    .flatMap((folder) => [`file://${folder}/`, `${folder}/`])
    .reduce((text, start) => text.replaceAll(start, ""), visibleText(output));
  return redact(inside).trim().slice(-OUTPUT_MAX).toWellFormed();
}

function failureOf(name: string, command: string, result: CommandResult, timeoutMs: number): string | null {
  const shown = `${name} (${JSON.stringify(command.length > 200 ? `${command.slice(0, 200)}…` : command)})`;
  switch (result.ended) {
    case "timeout":
      return `${shown} did not end within ${Math.round(timeoutMs / 1_000)} s and was killed: make it faster or raise qa.timeoutMinutes in .github/slipway.yml.`;
    case "aborted":
      return `${shown} was stopped before it had ended.`;
    case "not-started":
      return `${shown} could not be started: ${visibleText(result.output).slice(0, 200)}`;
    case "exit":
      if (result.exitCode === 0) return null;
      if (result.exitCode === 127) {
        return `${shown} names a command that cannot be found: correct qa.${name} in .github/slipway.yml, or install it in qa.setup or .github/slipway/setup/action.yml.`;
      }
      return `${shown} failed with exit code ${result.exitCode}.`;
  }
}

async function coverageOf(
  { qa, workDir }: QaRequest,
  commands: readonly QaCommand[],
): Promise<number | null> {
  const ran =
    commands.find(({ name }) => name === "coverage") ?? commands.find(({ name }) => name === "test");
  if (ran?.exitCode !== 0) return null;
  if (qa.coverageFile !== undefined) return coverageOfFile(workDir, qa.coverageFile);
  return qa.coverage === undefined && qa.coverageMinimum === undefined ? null : coverageOfOutput(ran.output);
}

function verdictOf(
  commands: readonly QaCommand[],
  failures: readonly string[],
  coverage: number | null,
): QaResult {
  const measured = coverage === null ? "" : ` Line coverage is ${coverage} %.`;
  const passed = `${commands.map(({ name }) => name).join(", ")} passed.${measured}`;
  const reason = failures.length === 0 ? passed : failures.join(" ");
  return {
    commands: [...commands],
    coverage,
    verdict: failures.length === 0 ? "pass" : "fail",
    reason: reason.slice(0, 1_000).toWellFormed(),
  };
}
