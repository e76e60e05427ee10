import { LimitReachedError, requestText, statusOf } from "@slipway/github";
import {
  ConfigurationError,
  errorText,
  failureSummary,
  RefusalError,
  type StageRequest,
} from "@slipway/model";
import { createRunner, type Runner } from "./commands.ts";
import { type JobEnvironment, readJobEnvironment } from "./environment.ts";
import { type JobIdentity, jobIdentity } from "./identity.ts";
import type { ActionName } from "./permissions.ts";
import { readStageRequest } from "./stage-request.ts";

export interface ActionContext {
  readonly runner: Runner;
  readonly environment: JobEnvironment;
  readonly env: NodeJS.ProcessEnv;
  readonly identity: JobIdentity;
  /** The stage that a client asked for by itself; undefined where this is the work of a turn. */
  readonly asked: StageRequest | undefined;
}

/** Runs an action and turns whatever it throws into an annotation for the person who has to act. */
export async function runAction(
  name: ActionName,
  action: (context: ActionContext) => Promise<void>,
): Promise<void> {
  const runner = createRunner(process.env, (text) => void process.stdout.write(text));
  try {
    const environment = readJobEnvironment(process.env);
    // What a client asked for is checked as a whole, before any job of it does anything.
    const asked = readStageRequest(environment);
    const identity = jobIdentity({ action: name, runner, environment });
    await action({ runner, environment, env: process.env, identity, asked });
    const told = identity.told();
    if (told !== undefined) runner.addSummary(`\n${told}`);
  } catch (error) {
    report(runner, error);
    process.exitCode = 1;
  }
}

function report(runner: Runner, error: unknown): void {
  const { title, text, trace } = explainError(error);
  runner.error(title, trace === undefined ? text : `${text}\n\n${trace}`);
  runner.addSummary(failureSummary(title, text));
  if (trace !== undefined) {
    // Longer than any fence within, which may hold what somebody else wrote.
    const fence = "~".repeat(Math.max(3, ...[...trace.matchAll(/~+/g)].map(([run]) => run.length + 1)));
    runner.addSummary(`\n${fence}text\n${trace}\n${fence}`);
  }
}

/** Who has to act decides the title: the consumer, the person who asked, or us. */
export function explainError(error: unknown): { title: string; text: string; trace?: string } {
  const message = errorText(error);
  if (error instanceof LimitReachedError)
    return { title: "GitHub's request limit is used up", text: message };
  if (error instanceof ConfigurationError) return { title: "Slipway is not set up right", text: message };
  if (error instanceof RefusalError) return { title: "Slipway refused", text: message };
  if (error instanceof Error && /^(Model|Agent|Artifact|Scan|Stage)\w*(Error|Failure)$/.test(error.name)) {
    return { title: "Slipway could not finish this stage", text: message };
  }
  const trace = error instanceof Error ? (error.stack ?? message) : message;
  const request = requestText(error);
  if (request !== undefined) {
    const status = statusOf(error) ?? 0;
    if (status === 0 || status >= 500) {
      const text = `${request} What was done stays: the run goes on with its next event, or with \`retry\`.`;
      return { title: "GitHub did not answer", text };
    }
    return { title: "GitHub refused a request", text: request, trace };
  }
  return { title: "A fault in Slipway", text: `${message}\n\nPlease report it with this trace:`, trace };
}

/** A stage ended as it may end, but without its result: shown to people, and the job fails. */
export class StageError extends Error {
  override readonly name = "StageError";
}
