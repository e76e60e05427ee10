import { type ActionContext, readPolicy, type TriggerEvent } from "@slipway/action-kit";
import { branchSha, type GitHub, POLICY_PATH } from "@slipway/github";
import {
  type Command,
  ConfigurationError,
  dateOfUuid7,
  type LedgerEvent,
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
    integrationBranch: await integrationBranch(github, command, policy.integrationBranch, defaultBranch),
    policy,
  });
}

/** A branch that the policy names is made when it is missing; by a dry run, which writes nothing, it is only not used. */
async function integrationBranch(
  github: GitHub,
  { dryRun }: Extract<Command, { command: "start" }>,
  named: string | undefined,
  defaultBranch: string,
): Promise<string> {
  if (named === undefined) return defaultBranch;
  return dryRun && (await branchSha(github, named)) === undefined ? defaultBranch : named;
}
