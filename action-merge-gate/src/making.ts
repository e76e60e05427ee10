import { redact, visibleText } from "@slipway/agents";
import { type ChangeArtifact, cut, type Making, type NodeState, type RunState } from "@slipway/model";
import { commitsOf } from "./proposed-commits.ts";

/** More are read by nobody; all are in the artifact. */
const NOTES_MAX = 10;

/**
 * How a change that was handed over was made, for the ledger and the views of it; undefined for one made by hand. The
 * same for the same change, whenever it is asked for. Pure.
 */
export function madeOf(state: RunState, node: NodeState, change: ChangeArtifact): Making | undefined {
  const { agent, executor, ending = null, usage, cost } = change;
  if (agent === undefined || executor === undefined) return undefined;
  const { note } = commitsOf(state, node, change);
  const all = [...(note === null ? [] : [note]), ...(change.notes ?? [])];
  const notes = all
    .slice(0, NOTES_MAX)
    .map((text) => cut(redact(visibleText(text)).trim() || "(no text)", 500));
  const left = all.length - notes.length;
  if (left > 0)
    notes.push(
      `There ${left === 1 ? "is 1 note" : `are ${left} notes`} more, in the artifact of the job that made the change.`,
    );
  return { agent, executor, ending, notes, usage: cost ?? usage };
}
