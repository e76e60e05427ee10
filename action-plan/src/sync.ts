import {
  type ActionContext,
  holdsClaim,
  nodeOf,
  openRun,
  readInputs,
  stageInputs,
  withGitHub,
} from "@slipway/action-kit";
import { syncIssues } from "@slipway/github";
import { issueSection, runStateOf } from "@slipway/model";

/** Draws the tree as issues and records their numbers. Repeating it writes only what differs. */
export async function sync(context: ActionContext): Promise<void> {
  const { runner } = context;
  const inputs = readInputs(runner, stageInputs);
  await withGitHub(context, inputs.token, async (github) => {
    const run = openRun(context, github, inputs["run-id"]);
    const state = await run.read();
    if (!holdsClaim(state.stages.issues, inputs.claim)) {
      runner.info(`Nothing to sync: the run is ${runStateOf(state)}.`);
      return;
    }
    if (state.control !== "RUN") {
      await run.append(() => [
        {
          type: "stage.released",
          stage: "issues",
          claim: inputs.claim,
          reason: `The run is ${runStateOf(state)}.`,
        },
      ]);
      return;
    }
    const synced = await syncIssues(github, {
      runId: state.runId,
      nodes: state.nodes.map((node) => node.plan),
      renderBody: (plan, numbers) => issueSection(state, nodeOf(state, plan.id), numbers),
      since: state.startedAt,
    });
    const after = await run.append((newest) =>
      holdsClaim(newest.stages.issues, inputs.claim)
        ? [{ type: "issues.synced", claim: inputs.claim, issues: [...synced.issues] }]
        : [],
    );
    runner.addSummary(
      `### ${synced.issues.length} issues (${synced.created} created, ${synced.updated} updated)\n\n${after.nodes.map((node) => `- ${node.plan.id} #${node.issue?.number ?? "?"}`).join("\n")}`,
    );
    if (after.control === "RUN") await run.advance();
  });
}
