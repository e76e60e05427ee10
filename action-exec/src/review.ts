import { type ActionContext, modelInputs, modelOptions, readInputs } from "@slipway/action-kit";
import { createAnthropicClient, reviewChange } from "@slipway/agents";
import { InternalError, isKeptReview, NO_USAGE } from "@slipway/model";
import { changeOf, isText } from "./change-files.ts";
import { judged } from "./judged.ts";

/** A model that sees only the contract and the change says whether the change keeps the contract. */
export function review(context: ActionContext): Promise<void> {
  const inputs = readInputs(context.runner, modelInputs);
  return judged(context, "Review", async (given) => {
    const { github, state, node, subject, attempt, at, alone, interrupted } = given;
    const kept = alone ? undefined : node.evidence.find((item) => isKeptReview(item, subject));
    // Made before a pause or a job that broke off, and paid for then.
    if (kept) return { ...kept, at, usage: NO_USAGE };
    if (!state.spec) throw new InternalError(`Run ${state.runId} has no specification yet.`);
    const { diff, files } = await changeOf(github, subject);
    // Before anything is paid for.
    if ((await interrupted()) !== null) return null;
    const result = await reviewChange({
      client: createAnthropicClient(modelOptions(context.runner, inputs)),
      policy: state.policy,
      runId: state.runId,
      attempt,
      node: node.plan,
      spec: state.spec,
      diff,
      files: files
        .filter((file) => isText(file.after))
        .map((file) => ({ path: file.path, content: file.after.toString("utf8") })),
    });
    return {
      kind: "review",
      nodeId: node.plan.id,
      subject,
      verdict: result.verdict,
      reason: result.reason,
      at,
      findings: [...result.findings],
      ...(result.risk ? { risk: { ...result.risk } } : {}),
      usage: result.usage,
    };
  });
}
