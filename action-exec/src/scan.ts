import type { ActionContext } from "@slipway/action-kit";
import { scanChange } from "@slipway/agents";
import { changeOf, isText } from "./change-files.ts";
import { judged } from "./judged.ts";

/** Looks for secrets in what the change writes. */
export function scan(context: ActionContext): Promise<void> {
  return judged(context, "Scan", async ({ github, node, subject, at }) => {
    const { files } = await changeOf(github, subject);
    const result = await scanChange({
      files: files.map(({ path, after, before }) => ({
        path,
        ...(isText(after)
          ? { content: after.toString("utf8") }
          : { content: after.toString("base64"), encoding: "base64" as const }),
        before: before?.toString("utf8") ?? null,
      })),
    });
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
