import { type ActionContext, loadLeft, type Named, saveArtifact } from "@slipway/action-kit";
import { type ChangeDraft, type Earlier, TRAJECTORY } from "@slipway/agents";
import {
  type ArtifactClaim,
  artifactName,
  type ChangeArtifact,
  changeArtifactSchema,
  type NodeState,
  type RunState,
} from "@slipway/model";

const CHANGE = "change.json";

/**
 * What an attempt has left that did not get through, to be gone on from: paid for, and mostly right. What its job
 * handed over goes before what it had saved in the midst of its work.
 */
export async function earlierWork(
  context: ActionContext,
  token: string,
  state: RunState,
  node: NodeState,
  claim: number,
): Promise<Earlier | undefined> {
  const { id } = node.plan;
  const look = (nameOf: (claim: number) => Named) =>
    loadLeft(
      context,
      token,
      { left: node.left, claim },
      nameOf,
      { json: CHANGE, text: TRAJECTORY },
      changeArtifactSchema,
      (change) => change.runId === state.runId && change.nodeId === id && change.files.length > 0,
    );
  const left =
    (await look((earlier) => artifactName.change(id, earlier))) ??
    (await look((earlier) => ({ newest: artifactName.drafts(id, earlier) })));
  if (!left) return undefined;
  const { startSha, files, summary, reason } = left.document;
  return { startSha, files, summary, reason, trajectory: left.text };
}

export interface DraftOf {
  readonly runId: string;
  readonly nodeId: string;
  /** Number of the claim, from 1. */
  readonly attempt: number;
  readonly claim: ArtifactClaim;
}

/** Hands out what was done so far, each time under a name of its own: an artifact cannot be written again. */
export function draftKeeper(
  { environment }: ActionContext,
  { runId, nodeId, attempt, claim }: DraftOf,
): (draft: ChangeDraft) => Promise<void> {
  let saved = 0;
  return async ({ reason, startSha, files, title, summary, usage, ending, trajectory }) => {
    if (files.length === 0) return;
    saved += 1;
    const document: ChangeArtifact = {
      kind: "change",
      runId,
      nodeId,
      attempt,
      outcome: "unfinished",
      reason,
      startSha,
      files,
      title,
      summary,
      usage,
      ending,
    };
    await saveArtifact(environment, `${artifactName.drafts(nodeId, claim)}${saved}`, [
      { name: CHANGE, content: JSON.stringify(document) },
      { name: TRAJECTORY, content: trajectory || "\n" },
    ]);
  };
}
