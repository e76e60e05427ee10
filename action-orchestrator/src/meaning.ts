import { branchOf, type Command, type RunState, roleSuffices } from "@slipway/model";
import type { Request } from "./read-comment.ts";
import type { Place } from "./read-trigger.ts";

export type RunCommand = Exclude<Command, { command: "start" }>;

export type Meaning =
  | { readonly kind: "command"; readonly command: RunCommand }
  | { readonly kind: "help" }
  | { readonly kind: "unclear" | "refused"; readonly reason: string };

/** Whether the ledger knows the issue or pull request for what its marker says: anybody can copy a marker. */
export function belongs(state: RunState, place: Place): boolean {
  if (place.nodeId === null) return !place.pull && state.questions.issue?.number === place.number;
  const node = state.nodes.find((item) => item.plan.id === place.nodeId);
  return (
    node !== undefined && (place.pull ? node.pull === place.number : node.issue?.number === place.number)
  );
}

/**
 * The command that a comment means, where it was written.
 *
 * @param heads where the branches are now, by name
 * @param dispatchId stands for the comment, so that it is carried out once however often its event comes
 */
export function meaningOf(
  request: Request,
  place: Place,
  state: RunState,
  heads: ReadonlyMap<string, string>,
  dispatchId: string,
): Meaning {
  const on = { version: 1, runId: state.runId, dispatchId } as const;
  switch (request.verb) {
    case "help":
      return { kind: "help" };
    case "unknown":
      return { kind: "unclear", reason: request.reason };
    case "pause":
    case "resume":
    case "cancel":
      return { kind: "command", command: { ...on, command: request.verb } };
    case "answer":
      return { kind: "command", command: { ...on, command: "answer", answers: [...request.answers] } };
    case "retry":
    case "advance": {
      const nodeId = request.nodeId ?? nodeMeant(state, place);
      const command = { ...on, command: request.verb };
      return { kind: "command", command: nodeId === null ? command : { ...command, nodeId } };
    }
    case "approve": {
      const nodeId = request.nodeId ?? place.nodeId;
      if (nodeId === null)
        return { kind: "unclear", reason: "No node was named: `approve T1`, for example." };
      const head = headMeant(state, nodeId, request.sha, heads);
      return "reason" in head
        ? { kind: "refused", reason: head.reason }
        : { kind: "command", command: { ...on, command: "approve", nodeId, headSha: head.sha } };
    }
  }
}

/** The root's issue stands for the whole run. */
function nodeMeant(state: RunState, place: Place): string | null {
  const node = state.nodes.find((item) => item.plan.id === place.nodeId);
  return node?.plan.parent === null && !place.pull ? null : place.nodeId;
}

/** What is approved is what the gates judge: the commit that the ledger knows, while the branch is still there. */
function headMeant(
  state: RunState,
  nodeId: string,
  sha: string | null,
  heads: ReadonlyMap<string, string>,
): { readonly sha: string } | { readonly reason: string } {
  const node = state.nodes.find((item) => item.plan.id === nodeId);
  if (!node) return { reason: `Run ${state.runId} has no node ${nodeId}.` };
  if (node.status === "DONE") return { reason: `${nodeId} is done: there is nothing to approve.` };
  const known = node.subject?.headSha;
  if (known === undefined || !node.issue)
    return { reason: `${nodeId} has no change that was checked yet: there is nothing to approve.` };
  const now = heads.get(branchOf(node));
  if (sha !== null && !known.startsWith(sha))
    return {
      reason: `${nodeId} stands at ${known.slice(0, 7)}, not at ${sha.slice(0, 7)}: look at what is there now and approve that.`,
    };
  if (now !== known)
    return {
      reason: `The branch of ${nodeId} is at ${now?.slice(0, 7) ?? "no commit"}, and what was checked is ${known.slice(0, 7)}: approve it once the new commit was checked.`,
    };
  return { sha: known };
}

/** Whether the role of whoever dispatched a command has to be read: a dispatch by itself proves write access. */
export function needsRole(state: RunState, command: RunCommand): boolean {
  if (command.command === "approve") return true;
  return command.command !== "advance" && !roleSuffices("write", state.policy.commands);
}
