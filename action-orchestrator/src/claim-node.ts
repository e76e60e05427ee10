import {
  type ActionContext,
  heldFor,
  nodeInputs,
  nodeOf,
  openRun,
  type RunSession,
  readInputs,
  readTriggerEvent,
  withGitHub,
} from "@slipway/action-kit";
import {
  type AloneClaim,
  claimAlone,
  type LedgerEvent,
  needsReview,
  nodeIdSchema,
  RefusalError,
  type RunState,
  runIdSchema,
} from "@slipway/model";
import { z } from "zod";
import { mergeGroup } from "./prepare-branches.ts";
import { prepareClaimed } from "./prepare-claimed.ts";

/**
 * Claims one node for work that somebody asked for by itself, makes ready what it builds on, and names the claim to
 * the steps and jobs that do the work.
 */
export async function claimNode(context: ActionContext, token: string): Promise<void> {
  const { runner, environment } = context;
  const inputs = readInputs(runner, {
    "run-id": runIdSchema,
    "node-id": nodeIdSchema,
    work: z.enum(["run", "integrate", "branch", "gate", "defect"]),
  });
  const nodeId = inputs["node-id"];
  await withGitHub(context, token, async (github) => {
    const run = openRun(context, github, inputs["run-id"]);
    const turn = {
      now: github.now().toISOString(),
      workflowRunId: environment.workflowRunId,
      runAttempt: environment.runAttempt,
      endedRuns: new Set<number>(),
    };
    let claimed: AloneClaim | undefined;
    const state = await run.append((newest) => {
      claimed = claimAlone(newest, nodeId, inputs.work, turn);
      return claimed.kind === "claimed" ? claimed.events : [];
    });
    if (claimed?.kind !== "claimed") throw new RefusalError(claimed?.reason ?? "Nothing was claimed.");
    const { claim, mode } = claimed;
    await prepare(context, run, state, { nodeId, mode, claim });
    runner.setOutput("run-id", state.runId);
    runner.setOutput("claim", String(claim));
    runner.setOutput("mode", mode);
    runner.setOutput("merge-group", mergeGroup(state, nodeId));
    runner.setOutput("review", String(needsReview(state, nodeOf(state, nodeId))));
    runner.addSummary(`### ${nodeId} claimed (${mode})\n\nAsked for by itself by ${environment.actor}.`);
  });
}

/** The branches that the work starts from. */
async function prepare(
  context: ActionContext,
  run: RunSession,
  state: RunState,
  work: { nodeId: string; mode: "execute" | "verify" | "gate"; claim: number },
): Promise<void> {
  const { nodeId } = work;
  const { blocked } = await prepareClaimed(
    run,
    state,
    { kind: "nodes", nodes: [work] },
    {
      by: context.environment.actor,
      defaultBranch: readTriggerEvent(context.environment).repository.default_branch,
      heads: null,
    },
  );
  if (!blocked.has(nodeId)) return;
  const { trouble } = nodeOf(await run.read(), nodeId);
  throw new RefusalError(`${nodeId} is BLOCKED: ${trouble ?? "a dependency conflicts with its branch."}`);
}

/** Gives a claim back that was made for one part of the way, and lets the run go on from there. */
export async function giveBack(context: ActionContext, token: string): Promise<void> {
  const { runner } = context;
  const inputs = readInputs(runner, { ...nodeInputs, token: z.string().optional() });
  const nodeId = inputs["node-id"];
  await withGitHub(context, token, async (github) => {
    const run = openRun(context, github, inputs["run-id"]);
    const reason = "One part of its way was asked for by itself, and is done.";
    const { claim } = inputs;
    const released: LedgerEvent = { type: "node.released", nodeId, claim, reason };
    const state = await run.append((newest) =>
      heldFor(context, nodeId, nodeOf(newest, nodeId), claim) ? [released] : [],
    );
    if (state.control === "RUN") await run.advance();
  });
}
