import type { ActionContext, TriggerEvent } from "@slipway/action-kit";
import { type GitHub, POLICY_PATH, readPolicyFile } from "@slipway/github";
import {
  type Command,
  ConfigurationError,
  dateOfUuid7,
  explainIssues,
  type LedgerEvent,
  type Policy,
  policySchema,
  runIdFor,
  startEvent,
} from "@slipway/model";

/** The id of the run that a start request belongs to; the same for the same request, however often it comes. */
export function runIdOfStart(
  context: ActionContext,
  command: Extract<Command, { command: "start" }>,
  now: Date,
): string {
  if (command.dispatchId) return runIdFor(command.dispatchId, dateOfUuid7(command.dispatchId));
  // A request without an id is told apart by the workflow run that it started.
  return runIdFor(
    `${context.environment.owner}/${context.environment.repo}#${context.environment.workflowRunId}`,
    now,
  );
}

/** The first event of a run, with the policy that holds for its whole length. */
export async function firstEvent(
  context: ActionContext,
  github: GitHub,
  command: Extract<Command, { command: "start" }>,
  runId: string,
  event: TriggerEvent,
): Promise<LedgerEvent> {
  const { environment } = context;
  const defaultBranch = event.repository.default_branch;
  const policy = await readPolicy(github, defaultBranch);
  if (policy.qa.test === undefined) {
    throw new ConfigurationError(
      `${POLICY_PATH} on ${defaultBranch} names no test command, so nothing could ever be shown to work: set qa.test, then start again.`,
    );
  }
  return startEvent({
    command,
    runId,
    requestedBy: environment.actor,
    repository: `${environment.owner}/${environment.repo}`,
    integrationBranch: policy.integrationBranch ?? defaultBranch,
    policy,
  });
}

async function readPolicy(github: GitHub, branch: string): Promise<Policy> {
  const file = await readPolicyFile(github, `refs/heads/${branch}`);
  const text = file?.text;
  if (text === undefined) return policySchema.parse({});
  const { parse } = await import("yaml");
  const parsed = policySchema.safeParse(readYaml(parse, text) ?? {});
  if (!parsed.success)
    throw new ConfigurationError(
      `${POLICY_PATH} on ${branch} is not a valid policy: ${explainIssues(parsed.error)}.`,
    );
  return parsed.data;
}

function readYaml(parse: (text: string) => unknown, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new ConfigurationError(
      `${POLICY_PATH} is not valid YAML: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
