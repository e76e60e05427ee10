import type { ActionContext } from "@slipway/action-kit";
import { scanChange } from "@slipway/agents";
import { changeOf } from "./change-files.ts";
import { judged } from "./judged.ts";

/** Looks for secrets in what the change writes. */
export function scan(context: ActionContext): Promise<void> {
  return judged(context, async ({ github, node, subject, at }) => {
    const { files } = await changeOf(github, subject);
    const result = await scanChange({ files });
    return {
      kind: "scan",
      nodeId: node.plan.id,
      subject,
      verdict: result.verdict,
      reason: result.reason,
      at,
      findings: [...result.findings],
    };
  });
}
