import {
  type Append,
  appendToLedger,
  createGitHub,
  dispatch,
  type GitHub,
  readLedger,
} from "@slipway/github";
import {
  ConfigurationError,
  InternalError,
  type LedgerEvent,
  type NodeState,
  RefusalError,
  type RunState,
} from "@slipway/model";
import { v7 as uuid7 } from "uuid";
import { checkout } from "./checkout.ts";
import type { ActionContext } from "./main.ts";

/** One job's dealings with one run. */
export interface RunSession {
  readonly github: GitHub;
  readonly runId: string;
  /** The newest state. @throws RefusalError when there is no such run */
  read(): Promise<RunState>;
  /** Appends what `decide` makes of the newest state; it may be asked more than once when another turn was faster. */
  append(decide: (state: RunState) => readonly LedgerEvent[]): Promise<RunState>;
  /** Asks for the next turn. */
  advance(): Promise<void>;
}

export const AGENT_NAME = "slipway/0.1.0";

/** Opens the repository that this job works on. The token is masked before anything else happens. */
export async function withGitHub<T>(
  context: ActionContext,
  token: string,
  work: (github: GitHub) => Promise<T>,
): Promise<T> {
  const { runner, environment, env } = context;
  runner.mask(token);
  const github = createGitHub({
    token,
    apiUrl: environment.apiUrl,
    serverUrl: environment.serverUrl,
    owner: environment.owner,
    repo: environment.repo,
    userAgent: AGENT_NAME,
    environment: env,
    tempDir: environment.temp,
    log: { debug: () => undefined, info: (text) => runner.info(text), warn: (text) => runner.warning(text) },
  });
  try {
    return await work(github);
  } finally {
    if (github.requests > 0) runner.info(`${github.requests} API requests.`);
    await github.close();
  }
}

export function openRun(context: ActionContext, github: GitHub, runId: string): RunSession {
  return {
    github,
    runId,
    async read() {
      const found = await readLedger(github.git, runId);
      if (!found) throw new RefusalError(`There is no run ${runId} in ${github.owner}/${github.repo}.`);
      return found.state;
    },
    async append(decide) {
      return appendTurn(github, runId, context.environment.actor, (state) =>
        state
          ? { events: decide(state) }
          : { refuse: `There is no run ${runId} in ${github.owner}/${github.repo}.` },
      );
    },
    advance: () => dispatch(github, "orchestrator.advance", { version: 1, dispatchId: uuid7(), runId }),
  };
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

/** Puts the integration branch's newest commit into the workspace, for reading. */
export async function checkOutIntegration(
  context: ActionContext,
  github: GitHub,
  token: string,
  state: RunState,
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
  state: RunState,
  sha: string,
): Promise<void> {
  const { submodules, lfs } = state.policy;
  const { serverUrl, owner, repo, workspace } = environment;
  return checkout({ serverUrl, owner, repo, token, sha, directory: workspace, submodules, lfs, env });
}
