import {
  type Append,
  appendToLedger,
  createGitHub,
  dispatch,
  type GitHub,
  type LedgerHead,
  LimitReachedError,
  readLedger,
} from "@slipway/github";
import {
  ConfigurationError,
  EVENT_PREFIX,
  errorText,
  InternalError,
  type LedgerEvent,
  type NodeState,
  RefusalError,
  type RunState,
  runIdSchema,
} from "@slipway/model";
import { v7 as uuid7 } from "uuid";
import { AGENT_NAME } from "./app-token.ts";
import { checkout } from "./checkout.ts";
import { LIMIT_PATIENCE_MS, limitEvents } from "./limit.ts";
import type { ActionContext } from "./main.ts";

/** One job's dealings with one run. */
export interface RunSession {
  readonly github: GitHub;
  readonly runId: string;
  /** The newest state. @throws RefusalError when there is no such run */
  read(): Promise<RunState>;
  /** The same with its commit, for {@link watchControl}. */
  head(): Promise<LedgerHead>;
  /** Appends what `decide` makes of the newest state; it may be asked more than once when another turn was faster. */
  append(decide: (state: RunState) => readonly LedgerEvent[]): Promise<RunState>;
  /** Asks for the next turn. */
  advance(): Promise<void>;
}

/**
 * Opens the repository that this job works on, as whoever the consumer has set up.
 *
 * @param token the job's GITHUB_TOKEN
 * @param limitPatienceMs longest single wait for a limit of GitHub's
 * @throws ConfigurationError when an App is set up and cannot be used; nothing was written then
 * @throws LimitReachedError when a limit asks for a longer wait; the run's ledger says so, where the job may write to it
 */
export async function withGitHub<T>(
  context: ActionContext,
  token: string,
  work: (github: GitHub) => Promise<T>,
  limitPatienceMs = LIMIT_PATIENCE_MS,
): Promise<T> {
  const { runner, environment, env, identity } = context;
  const github = createGitHub({
    token: await identity.token(token),
    apiUrl: environment.apiUrl,
    serverUrl: environment.serverUrl,
    owner: environment.owner,
    repo: environment.repo,
    userAgent: AGENT_NAME,
    environment: env,
    tempDir: environment.temp,
    maxWaitMs: limitPatienceMs,
    log: { debug: () => undefined, info: (text) => runner.info(text), warn: (text) => runner.warning(text) },
  });
  try {
    return await work(github);
  } catch (error) {
    await recordLimit(context, github, error);
    throw error;
  } finally {
    if (github.requests > 0) runner.info(`${github.requests} API requests.`);
    await github.close();
  }
}

async function recordLimit(context: ActionContext, github: GitHub, error: unknown): Promise<void> {
  const { runner, identity } = context;
  const runId = runIdSchema.safeParse(runner.input("run-id"));
  if (!(error instanceof LimitReachedError) || !runId.success || !identity.writes) return;
  try {
    await openRun(context, github, runId.data).append((state) => limitEvents(error, state));
  } catch (second) {
    runner.warning(`That GitHub's limit is used up could not be recorded: ${errorText(second)}`);
  }
}

export function openRun(context: ActionContext, github: GitHub, runId: string): RunSession {
  const head = async () => {
    const found = await readLedger(github.git, runId);
    if (!found) throw new RefusalError(`There is no run ${runId} in ${github.owner}/${github.repo}.`);
    return found;
  };
  return {
    github,
    runId,
    head,
    read: async () => (await head()).state,
    async append(decide) {
      return appendTurn(github, runId, context.environment.actor, (state) =>
        state
          ? { events: decide(state) }
          : { refuse: `There is no run ${runId} in ${github.owner}/${github.repo}.` },
      );
    },
    advance: () => askForTurn(github, runId),
  };
}

/** Asks for a turn of a run, under a fresh id: the next one, or what another event type stands for. Requests: 1. */
export function askForTurn(
  github: GitHub,
  runId: string,
  eventType = `${EVENT_PREFIX}advance`,
): Promise<void> {
  return dispatch(github, eventType, { version: 1, dispatchId: uuid7(), runId });
}

/**
 * Appends one turn and returns the state that it leads to.
 *
 * @throws RefusalError when `decide` refuses
 */
export async function appendTurn(
  github: GitHub,
  runId: string,
  by: string,
  decide: Append["decide"],
): Promise<RunState> {
  const { git, log, now, random, sleep } = github;
  const turned = await appendToLedger({ git, log, now, random, sleep, runId, by, decide });
  if (turned.kind === "refused") throw new RefusalError(turned.reason);
  if (!turned.state) throw new InternalError(`Run ${runId} has no state after a turn.`);
  return turned.state;
}

export function nodeOf(state: RunState, nodeId: string): NodeState {
  const node = state.nodes.find((item) => item.plan.id === nodeId);
  if (!node) throw new RefusalError(`Run ${state.runId} has no node ${nodeId}.`);
  return node;
}

/** Whether this job still holds the claim that it was started for: a late job must not act for a newer one. */
export function holdsClaim(
  holder: { readonly lease: { readonly claim: number } | null },
  claim: number,
): boolean {
  return holder.lease?.claim === claim;
}

/**
 * {@link holdsClaim}, for the work of a turn. Whoever asked for the stage themselves named that claim, and is told.
 *
 * @param what `The spec stage`, `T1`
 * @throws RefusalError when a client named a claim that is not held
 */
export function heldFor(
  { asked }: ActionContext,
  what: string,
  holder: { readonly lease: { readonly claim: number } | null },
  claim: number,
): boolean {
  if (holdsClaim(holder, claim)) return true;
  if (!asked) return false;
  const by = holder.lease ? `claim ${holder.lease.claim} is` : "none is";
  throw new RefusalError(
    `${what} is not held by claim ${claim} (${by}): leave \`claim\` out to ask for it alone.`,
  );
}

/** What a checkout needs to know of a run, or of a policy where there is no run. */
export type Checkoutable = Pick<RunState, "integrationBranch" | "repository"> & {
  readonly policy: Pick<RunState["policy"], "submodules" | "lfs">;
};

/** Puts the integration branch's newest commit into the workspace, for reading. */
export async function checkOutIntegration(
  context: ActionContext,
  github: GitHub,
  token: string,
  state: Checkoutable,
): Promise<void> {
  const ref = `refs/heads/${state.integrationBranch}`;
  const sha = (await github.git.lsRemote([ref])).get(ref);
  if (!sha)
    throw new ConfigurationError(
      `The integration branch ${state.integrationBranch} does not exist in ${state.repository}.`,
    );
  await checkoutFor(context, token, state, sha);
}

/** A clean checkout of one commit in the workspace, with submodules and LFS as the policy says. */
export function checkoutFor(
  { environment, env }: ActionContext,
  token: string,
  state: Pick<Checkoutable, "policy">,
  sha: string,
): Promise<void> {
  const { submodules, lfs } = state.policy;
  const { serverUrl, owner, repo, workspace } = environment;
  return checkout({ serverUrl, owner, repo, token, sha, directory: workspace, submodules, lfs, env });
}
