/** Where the documents of a run are committed, and how their commits are known. Pure. */
import { branchOf } from "../branches.ts";
import { TRAILERS } from "../names.ts";
import type { RunState } from "../schema/state.ts";
import { rootOf } from "../tree.ts";
import { documentsFolder, documentsOf, type SpecDocument } from "./render.ts";

export interface RunDocuments {
  readonly branch: string;
  /** Folder of the documents, and another for when something else is there already: `spec/greet`, `spec/greet-7f3k2a`. */
  readonly folders: readonly [string, string];
  readonly documents: readonly SpecDocument[];
  /** Ends the message of each commit: trailers, with an empty line before. */
  readonly trailers: string;
}

/**
 * What is to be committed of a run; null where its policy wants nothing, or the tree is not drawn yet.
 *
 * @param state with the issues' numbers
 */
export function runDocuments(state: RunState): RunDocuments | null {
  const root = rootOf(state);
  if (!state.policy.spec.documents || !root?.issue) return null;
  const numbers = new Map(
    state.nodes.flatMap(({ plan, issue }) => (issue ? [[plan.id, issue.number] as const] : [])),
  );
  const folder = documentsFolder(state);
  return {
    branch: branchOf(root),
    folders: [folder, `${folder}-${state.runId.slice(-6)}`],
    documents: documentsOf(state, numbers),
    trailers: `\n${TRAILERS.run}: ${state.runId}\n`,
  };
}
