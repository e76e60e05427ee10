import {
  type ActionContext,
  nodeInputs,
  nodeOf,
  openRun,
  readInputs,
  saveArtifact,
  withGitHub,
} from "@slipway/action-kit";
import type { GitHub } from "@slipway/github";
import {
  artifactName,
  type Evidence,
  type EvidenceArtifact,
  InternalError,
  type NodeState,
  type RunState,
  type Subject,
  shaSchema,
} from "@slipway/model";

export interface Judged {
  readonly github: GitHub;
  readonly state: RunState;
  readonly node: NodeState;
  readonly subject: Subject;
  readonly claim: number;
  readonly at: string;
}

/**
 * Has one exact change checked and hands over the evidence. A check that says no is a result, not a failure
 * of the job: the gate reads it. A check that breaks off leaves no evidence, which the gate counts as failed.
 */
export async function judged(
  context: ActionContext,
  check: (judged: Judged) => Promise<Evidence>,
): Promise<void> {
  const { runner, environment } = context;
  const inputs = readInputs(runner, { ...nodeInputs, "head-sha": shaSchema, "base-sha": shaSchema });
  const runId = inputs["run-id"];
  await withGitHub(context, inputs.token, async (github) => {
    const state = await openRun(context, github, runId).read();
    const node = nodeOf(state, inputs["node-id"]);
    if (state.control !== "RUN") {
      runner.info(`The run is ${state.control}: nothing is checked.`);
      return;
    }
    if (!state.specHash) throw new InternalError(`Run ${runId} has no specification yet.`);
    const subject = { specHash: state.specHash, headSha: inputs["head-sha"], baseSha: inputs["base-sha"] };
    const evidence = await check({
      github,
      state,
      node,
      subject,
      claim: inputs.claim,
      at: github.now().toISOString(),
    });
    const document: EvidenceArtifact = { kind: "evidence", runId, evidence };
    const name = artifactName.evidence(evidence.kind, node.plan.id, inputs.claim);
    await saveArtifact(environment, name, [{ name: "evidence.json", content: JSON.stringify(document) }]);
    runner.setOutput("outcome", evidence.verdict);
    runner.setOutput("artifact", name);
    if (evidence.verdict === "fail")
      runner.warning(`${evidence.kind} of ${node.plan.id}: ${evidence.reason}`);
    runner.addSummary(`### ${evidence.kind} of ${node.plan.id}: ${evidence.verdict}\n\n${evidence.reason}`);
  });
}
