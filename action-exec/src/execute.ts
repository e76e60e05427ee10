import { execFileSync } from "node:child_process";
import {
  type ActionContext,
  holdsClaim,
  modelInputs,
  modelOptions,
  nodeInputs,
  nodeOf,
  openRun,
  readInputs,
  StageError,
  saveArtifact,
  withGitHub,
} from "@slipway/action-kit";
import { createAnthropicClient, executeNode, repositoryContext } from "@slipway/agents";
import { artifactName, type ChangeArtifact, runStateOf } from "@slipway/model";

/** Wall time of one execution, below the job's own limit so that what was done is still handed over. */
const SECONDS_MAX = 100 * 60;
/** Room for what the repository looks like: some 10,000 tokens. */
const CONTEXT_CHARACTERS = 40_000;

/** Has an agent make the node's change and hands it over, finished or not; writes nothing. */
export async function execute(context: ActionContext): Promise<void> {
  const { runner, environment } = context;
  const inputs = readInputs(runner, { ...nodeInputs, ...modelInputs });
  const runId = inputs["run-id"];
  await withGitHub(context, inputs.token, async (github) => {
    const state = await openRun(context, github, runId).read();
    const node = nodeOf(state, inputs["node-id"]);
    if (state.control !== "RUN" || !state.spec || !holdsClaim(node, inputs.claim)) {
      runner.info(`Nothing to execute: the run is ${runStateOf(state)}.`);
      runner.setOutput("outcome", "stopped");
      return;
    }
    const startSha = execFileSync("git", ["rev-parse", "HEAD"], {
      cwd: environment.workspace,
      encoding: "utf8",
    }).trim();
    const { limits } = state.policy;
    const draft = await executeNode({
      client: createAnthropicClient(modelOptions(runner, inputs)),
      policy: state.policy,
      runId,
      attempt: inputs.claim,
      workDir: environment.workspace,
      startSha,
      node: node.plan,
      spec: state.spec,
      context: await repositoryContext({
        workDir: environment.workspace,
        budgetCharacters: CONTEXT_CHARACTERS,
        focus: `${node.plan.title}\n${node.plan.objective}\n${node.trouble ?? ""}`,
      }),
      trouble: node.trouble,
      limits: { steps: limits.steps, seconds: SECONDS_MAX, files: limits.files, bytes: limits.bytes },
      env: context.env,
      onStep: (line) => runner.info(line),
    });
    const document: ChangeArtifact = {
      kind: "change",
      runId,
      nodeId: node.plan.id,
      attempt: inputs.claim,
      outcome: draft.outcome,
      reason: draft.reason,
      startSha,
      files: [...draft.files],
      title: draft.title,
      summary: draft.summary,
      usage: draft.usage,
    };
    const name = artifactName.change(node.plan.id, inputs.claim);
    // Saved whatever came of it: it was paid for (rule 8).
    await saveArtifact(environment, name, [
      { name: "change.json", content: JSON.stringify(document) },
      { name: "trajectory.jsonl", content: draft.trajectory || "\n" },
    ]);
    runner.setOutput("outcome", draft.outcome);
    runner.setOutput("artifact", name);
    runner.addSummary(
      `### ${node.plan.id} ${draft.outcome}: ${draft.title}\n\n${draft.files.length} files. ${draft.reason}`,
    );
    if (draft.outcome === "unfinished")
      throw new StageError(
        `The agent did not finish ${node.plan.id}: ${draft.reason} What it did is saved as the artifact ${name}.`,
      );
  });
}
