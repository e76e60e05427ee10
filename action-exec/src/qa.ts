import type { ActionContext } from "@slipway/action-kit";
import { InterruptedError, runQa } from "@slipway/agents";
import { judged } from "./judged.ts";

/** Wall time of all commands together, below the job's own limit so that the evidence is still handed over. */
const SECONDS_MAX = 110 * 60;

/** The repository's own commands, as the policy names them, on the head that was checked out. */
export function qa(context: ActionContext): Promise<void> {
  return judged(context, "QA", async ({ state, node, subject, at, interrupted }) => {
    try {
      const result = await runQa({
        workDir: context.environment.workspace,
        qa: state.policy.qa,
        seconds: SECONDS_MAX,
        env: context.env,
        interrupted,
      });
      return {
        kind: "qa",
        nodeId: node.plan.id,
        subject,
        verdict: result.verdict,
        reason: result.reason,
        at,
        commands: [...result.commands],
        coverage: result.coverage,
      };
    } catch (error) {
      if (error instanceof InterruptedError) return null;
      throw error;
    }
  });
}
