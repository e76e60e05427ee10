import {
  type ActionContext,
  aloneNodeInputs,
  checkOf,
  controlText,
  heldFor,
  nodeOf,
  openRun,
  orHandFailureOver,
  readInputs,
  saveArtifact,
  watchControl,
  withGitHub,
} from "@slipway/action-kit";
import type { GitHub } from "@slipway/github";
import {
  artifactName,
  type Evidence,
  type EvidenceArtifact,
  evidenceSummary,
  InternalError,
  type NodeState,
  noteSummary,
  type RunState,
  type Subject,
} from "@slipway/model";
import { changeInputs, presentChange } from "./present-change.ts";

/** What a check is called in a sentence, and its evidence. */
const KINDS = { QA: "qa", Review: "review", Scan: "scan" } as const;

export interface Judged {
  readonly github: GitHub;
  readonly state: RunState;
  readonly node: NodeState;
  readonly subject: Subject;
  /** Number of the claim; alone, that of the node's last one. */
  readonly attempt: number;
  readonly at: string;
  /** Somebody asked for this check by itself. */
  readonly alone: boolean;
  /** Asked before each step that takes long or costs: why to stop now, or null. */
  readonly interrupted: () => Promise<string | null>;
}

/**
 * Has one exact change checked and hands over the evidence. A check that says no is a result, not a failure
 * of the job: the gate reads it. A check that breaks off leaves no evidence, which the gate counts as failed, but why it
 * did and what it cost; one that stops because the run was paused ends quietly.
 *
 * @param check gives null when it was interrupted
 */
export async function judged(
  context: ActionContext,
  what: keyof typeof KINDS,
  check: (judged: Judged) => Promise<Evidence | null>,
): Promise<void> {
  const { runner, environment } = context;
  const inputs = readInputs(runner, { ...aloneNodeInputs, ...changeInputs });
  const runId = inputs["run-id"];
  const alone = inputs.claim === undefined;
  const work = () =>
    withGitHub(context, inputs.token, async (github) => {
      const head = await openRun(context, github, runId).head();
      const { state } = head;
      const node = nodeOf(state, inputs["node-id"]);
      const watch = watchControl(github, runId, head);
      // Whoever asks for one stage alone wants it whatever the run does.
      const interrupted = async () => {
        const control = alone ? "RUN" : await watch.look();
        return control === "RUN" ? null : controlText(control);
      };
      const stopped = (reason: string) => {
        runner.info(`${what} of ${node.plan.id} is left out. ${reason}`);
        runner.addSummary(
          noteSummary(
            `${what} of ${node.plan.id} left out`,
            `${reason} Nothing was lost: it is done when the run goes on.`,
          ),
        );
        runner.setOutput("outcome", "stopped");
      };
      if (inputs.claim !== undefined && !heldFor(context, node.plan.id, node, inputs.claim))
        return stopped(`Claim ${inputs.claim} is not held any more.`);
      if (!alone && state.control !== "RUN") return stopped(controlText(state.control));
      if (!state.specHash) throw new InternalError(`Run ${runId} has no specification yet.`);
      const change = await presentChange(github, state, node, inputs);
      const evidence = await check({
        github,
        state,
        node,
        subject: { specHash: state.specHash, ...change },
        attempt: inputs.claim ?? Math.max(1, node.claims),
        at: github.now().toISOString(),
        alone,
        interrupted,
      });
      if (!evidence) return stopped((await interrupted()) ?? "The run was paused meanwhile.");
      const document: EvidenceArtifact = { kind: "evidence", runId, evidence };
      const name = artifactName.evidence(evidence.kind, node.plan.id, inputs.claim ?? "alone");
      await saveArtifact(environment, name, [{ name: "evidence.json", content: JSON.stringify(document) }]);
      runner.setOutput("outcome", evidence.verdict);
      runner.setOutput("artifact", name);
      if (evidence.verdict === "fail")
        runner.warning(`${evidence.kind} of ${node.plan.id}: ${evidence.reason}`);
      runner.addSummary(evidenceSummary(evidence));
      if (alone)
        runner.addSummary(
          `\nAsked for alone: handed out as the artifact \`${name}\`; the run's record is as it was.`,
        );
    });
  await (inputs.claim === undefined
    ? work()
    : orHandFailureOver(environment, checkOf(KINDS[what], inputs["node-id"]), inputs.claim, work));
}
