import { StageError } from "@slipway/action-kit";
import { type EnsurePull, ensurePull, type Pull, refusalOf, reopenPull } from "@slipway/github";
import type { ChangeSize } from "@slipway/model";
import type { NodeRun } from "./node-run.ts";
import { changeRisk } from "./risk.ts";

/** Whether the pull request is opened as a draft: by the policy, or by the risk that the change has by itself. */
export async function isDraft(
  { state, node }: Pick<NodeRun, "state" | "node">,
  size: () => Promise<ChangeSize>,
): Promise<boolean> {
  const { pulls, risk } = state.policy;
  if (pulls.draft) return true;
  if (![risk.low, risk.medium, risk.high].includes("draft-only")) return false;
  return changeRisk(state, node, await size()).action === "draft-only";
}

/**
 * The node's open pull request. One that was closed without merging is opened again where GitHub lets it; one that was
 * merged although more was to come gets a successor.
 */
export async function openPull({ github }: NodeRun, request: EnsurePull): Promise<Pull> {
  const found = await ensurePull(github, request);
  switch (found.kind) {
    case "open":
      return found.pull;
    case "closed":
      return (await reopened(github, found.pull.number)) ?? (await successor(github, request));
    case "merged":
      return successor(github, request);
    case "empty":
      throw nothingBetween(request);
  }
}

/** Undefined when GitHub does not open it again: its branch was forced or made anew since. */
async function reopened(github: NodeRun["github"], number: number): Promise<Pull | undefined> {
  try {
    return await reopenPull(github, number);
  } catch (error) {
    if (refusalOf(error)?.status !== 422) throw error;
    github.log.info(`Pull request #${number} cannot be opened again: a new one takes its place.`);
    return undefined;
  }
}

async function successor(github: NodeRun["github"], request: EnsurePull): Promise<Pull> {
  const found = await ensurePull(github, { ...request, anew: true, knownMissing: false });
  if (found.kind === "open") return found.pull;
  throw nothingBetween(request);
}

const nothingBetween = ({ base, head }: EnsurePull) =>
  new StageError(`GitHub sees no commits between ${base} and ${head}: it is tried again.`);
