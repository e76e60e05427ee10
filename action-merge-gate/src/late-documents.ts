import { addDocuments, documentsProblem } from "@slipway/github";
import { runDocuments } from "@slipway/model";
import type { NodeRun } from "./node-run.ts";

/**
 * The head of the root's branch with the documents of the run. Where they could not be committed when the tree was
 * drawn, or the branch was deleted and made anew, they are committed now, before the pull request is opened; where that
 * is refused again, the root goes on without them, and the run says so.
 */
export async function withDocuments(run: NodeRun, base: string, head: string): Promise<string> {
  const { state, node, github } = run;
  const wanted = runDocuments(state);
  if (node.plan.parent !== null || node.pull !== null || !wanted) return head;
  try {
    const withThem = await addDocuments(github, wanted, { base, head });
    if (withThem !== head)
      await run.record([
        { type: "run.noted", text: `The documents of the specification were committed to ${wanted.branch}.` },
      ]);
    return withThem;
  } catch (error) {
    const problem = documentsProblem(error);
    github.log.warn(problem);
    await run.record([{ type: "run.noted", text: `${problem} They are in the ledger alone.` }]);
    return head;
  }
}
