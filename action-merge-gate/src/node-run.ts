import {
  type ActionContext,
  heldFor,
  holdsClaim,
  limitEvents,
  nodeInputs,
  nodeOf,
  openRun,
  type RunSession,
  readInputs,
  StageError,
  withGitHub,
} from "@slipway/action-kit";
import { type GitHub, LimitReachedError, setBlocked } from "@slipway/github";
import {
  ConfigurationError,
  errorText,
  isLimited,
  type LedgerEvent,
  NO_USAGE,
  type NodeState,
  type RunState,
} from "@slipway/model";

/** A node that this job holds the claim of, and what a writing stage may do with it. */
export interface NodeRun extends RunSession {
  readonly state: RunState;
  readonly node: NodeState;
  readonly claim: number;
  /** Appends events of this claim; none when the claim was lost meanwhile. Returns whether they were appended. */
  record(events: Events): Promise<{ state: RunState; node: NodeState; held: boolean }>;
  /** {@link record}, then the next turn, and a word on the issue if the node is BLOCKED now. */
  finish(events: Events): Promise<void>;
}

/** Events, or what makes them of the newest state; that may be asked more than once. */
export type Events = readonly LedgerEvent[] | ((state: RunState, node: NodeState) => readonly LedgerEvent[]);

/**
 * Opens the node that the inputs name; does nothing when its claim is no longer held by this job.
 *
 * @param limitPatienceMs longest single wait for a limit of GitHub's; default: that of an ordinary job
 */
export async function withNode(
  context: ActionContext,
  work: (run: NodeRun) => Promise<void>,
  limitPatienceMs?: number,
): Promise<void> {
  const { token } = readInputs(context.runner, nodeInputs);
  await withGitHub(context, token, (github) => workOnNode(context, github, work), limitPatienceMs);
}

async function workOnNode(
  context: ActionContext,
  github: GitHub,
  work: (run: NodeRun) => Promise<void>,
): Promise<void> {
  const { runner } = context;
  const { claim, "node-id": nodeId, "run-id": runId } = readInputs(runner, nodeInputs);
  const session = openRun(context, github, runId);
  const state = await session.read();
  const node = nodeOf(state, nodeId);
  if (!heldFor(context, nodeId, node, claim)) {
    runner.info(`${nodeId} is not held by claim ${claim} any more: nothing is done.`);
    runner.setOutput("outcome", "stopped");
    return;
  }
  const record: NodeRun["record"] = async (events) => {
    let held = false;
    const after = await session.append((newest) => {
      const newestNode = nodeOf(newest, nodeId);
      held = holdsClaim(newestNode, claim);
      if (!held) return [];
      return typeof events === "function" ? events(newest, newestNode) : events;
    });
    return { state: after, node: nodeOf(after, nodeId), held };
  };
  const finish: NodeRun["finish"] = async (events) => {
    const after = await record(events);
    if (after.held && after.node.status === "BLOCKED" && after.node.issue) {
      await setBlocked(github, {
        issue: after.node.issue.number,
        runId: state.runId,
        nodeId,
        reason: after.node.trouble ?? "",
      });
    }
    // Also where the run is paused or cancelled: the turn claims nothing then, and tells what has come to rest.
    // While a limit leaves no room it could only be refused: the sweep asks for it then.
    if (after.held && !isLimited(after.state, github.now().toISOString())) await session.advance();
  };
  const run = { ...session, state, node, claim, record, finish };
  try {
    await work(run);
  } catch (error) {
    await giveBack(run, error);
    throw error;
  }
}

/**
 * What went wrong is told on the node too, in its own words, where they are meant for people; a later job says the rest.
 * What earlier jobs of the claim have handed over still waits for somebody to take it up.
 */
async function giveBack({ node, claim, finish, github }: NodeRun, error: unknown): Promise<void> {
  if (!isForPeople(error)) return;
  const reason = error.message.slice(0, 2_000);
  const nodeId = node.plan.id;
  try {
    await finish((state) =>
      error instanceof LimitReachedError
        ? [...limitEvents(error, state), { type: "node.released", nodeId, claim, reason, brokeOff: true }]
        : [{ type: "node.failed", nodeId, claim, reason, usage: NO_USAGE, brokeOff: true }],
    );
  } catch (second) {
    github.log.warn(`That could not be recorded: ${errorText(second)}`);
  }
}

/** Whether the words of an error are meant for whoever has to act. */
export function isForPeople(error: unknown): error is ConfigurationError | StageError {
  return error instanceof ConfigurationError || error instanceof StageError;
}
