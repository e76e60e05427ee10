import type { ActionContext } from "@slipway/action-kit";
import { branchSha, branchWithDocuments, documentsProblem, type GitHub } from "@slipway/github";
import { type LedgerEvent, type RunState, runDocuments } from "@slipway/model";

/**
 * Commits the documents of the specification and the plan, each on its own, on the root's branch, which is made with
 * them. They are in the ledger as well: when they cannot be written, the run goes on without them and says so, and they
 * are tried once more when the root is published.
 *
 * @param state with the issues' numbers
 * @returns what is to be recorded
 */
export async function writeDocuments(
  { runner }: ActionContext,
  github: GitHub,
  state: RunState,
): Promise<LedgerEvent[]> {
  const wanted = runDocuments(state);
  if (!wanted) return [];
  const { documents, folders } = wanted;
  try {
    const start = await branchSha(github, state.integrationBranch);
    if (start === undefined) return [];
    const written = await branchWithDocuments(github, wanted, start);
    if (written > 0)
      runner.addSummary(
        `\n${documents.map(({ file }) => `\`${file}\``).join(", ")} written to \`${folders[0]}\`.`,
      );
    return [];
  } catch (error) {
    const problem = documentsProblem(error);
    runner.warning(problem);
    return [
      {
        type: "run.noted",
        text: `${problem} They are in the ledger; the run goes on, and tries again at its end.`,
      },
    ];
  }
}
