import { ConfigurationError, RefusalError } from "@slipway/model";
import { createRunner, type Runner } from "./commands.ts";
import { type JobEnvironment, readJobEnvironment } from "./environment.ts";

export interface ActionContext {
  readonly runner: Runner;
  readonly environment: JobEnvironment;
  readonly env: NodeJS.ProcessEnv;
}

/** Runs an action and turns whatever it throws into an annotation for the person who has to act. */
export async function runAction(action: (context: ActionContext) => Promise<void>): Promise<void> {
  const runner = createRunner(process.env, (text) => void process.stdout.write(text));
  try {
    await action({ runner, environment: readJobEnvironment(process.env), env: process.env });
  } catch (error) {
    report(runner, error);
    process.exitCode = 1;
  }
}

function report(runner: Runner, error: unknown): void {
  const { title, text } = explainError(error);
  runner.error(title, text);
  runner.addSummary(`### ${title}\n\n${text}`);
}

/** Who has to act decides the title: the consumer, the person who asked, or us. */
export function explainError(error: unknown): { title: string; text: string } {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ConfigurationError) return { title: "Slipway is not set up right", text: message };
  if (error instanceof RefusalError) return { title: "Slipway refused", text: message };
  if (error instanceof Error && /^(Model|Agent|Scan|Stage)\w*(Error|Failure)$/.test(error.name)) {
    return { title: "Slipway could not finish this stage", text: message };
  }
  const stack = error instanceof Error ? (error.stack ?? message) : message;
  return { title: "A fault in Slipway", text: `${message}\n\nPlease report it with this trace:\n${stack}` };
}

/** A stage ended as it may end, but without its result: shown to people, and the job fails. */
export class StageError extends Error {
  override readonly name = "StageError";
}
