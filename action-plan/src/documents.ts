import type { ActionContext } from "@slipway/action-kit";
import { branchSha, branchWithDocuments, type GitHub } from "@slipway/github";
import {
  branchOf,
  documentsFolder,
  documentsOf,
  errorText,
  type LedgerEvent,
  type RunState,
  rootOf,
  TRAILERS,
  treeOf,
} from "@slipway/model";

/**
 * Commits the documents of the specification and the plan, each on its own, on the root's branch, which is made with
 * them. They are in the ledger as well: when they cannot be written, the run goes on without them and says so.
 *
 * @param state with the issues' numbers
 * @returns what is to be recorded
 */
export async function writeDocuments(
  { runner }: ActionContext,
  github: GitHub,
  state: RunState,
): Promise<LedgerEvent[]> {
  const root = rootOf(treeOf(state.nodes));
  if (!state.policy.spec.documents || !root?.issue) return [];
  const numbers = new Map(
    state.nodes.flatMap(({ plan, issue }) => (issue ? [[plan.id, issue.number] as const] : [])),
  );
  const documents = documentsOf(state, numbers);
  const folder = documentsFolder(state);
  try {
    const start = await branchSha(github, state.integrationBranch);
    if (start === undefined) return [];
    const written = await branchWithDocuments(github, {
      branch: branchOf(root),
      start,
      folders: [folder, `${folder}-${state.runId.slice(-6)}`],
      documents,
      trailers: `\n${TRAILERS.run}: ${state.runId}\n`,
    });
    if (written > 0)
      runner.addSummary(
        `\n${documents.map(({ file }) => `\`${file}\``).join(", ")} written to \`${folder}\`.`,
      );
    return [];
  } catch (error) {
    const reason = errorText(error);
    runner.warning(`The documents of the specification could not be committed: ${reason}`);
    return [
      {
        type: "run.noted",
        text: `The documents of the specification could not be committed: ${reason.slice(0, 1_000)} They are in the ledger; the run goes on without them.`,
      },
    ];
  }
}
