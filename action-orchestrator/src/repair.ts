import {
  clearBlocked,
  closeIssue,
  closePull,
  ensureTag,
  type GitHub,
  getPull,
  refusalOf,
  reopenIssue,
  setBlocked,
  tagSha,
  upsertComment,
} from "@slipway/github";
import {
  BLOCKED_LABEL,
  blockedText,
  errorText,
  type LedgerEvent,
  type NodeState,
  type RunState,
  runStateOf,
} from "@slipway/model";
import type { Seen } from "./changes.ts";

/** Something on GitHub that is not as the ledger has it, and what puts it right. */
export type Repair =
  | {
      readonly kind: "setBlocked" | "clearBlocked" | "closeIssue" | "reopenIssue";
      readonly node: NodeState;
      readonly issue: number;
    }
  /** An open pull request of a node that is done. */
  | { readonly kind: "closePull"; readonly node: NodeState; readonly pull: number };

/**
 * What a turn has to redraw: of nodes that it changed, and of issues and pull requests that it saw.
 *
 * @param before the state that was looked at; null in the first turn
 */
export function repairsOf(before: RunState | null, after: RunState, seen: Seen | null): Repair[] {
  const earlier = new Map(before?.nodes.map((node) => [node.plan.id, node]));
  const issues = new Map(seen?.issues.map((issue) => [issue.number, issue]));
  const pulls = seen?.pulls ?? [];
  return after.nodes.flatMap((node): Repair[] => {
    const issue = node.issue?.number;
    if (issue === undefined) return [];
    const was = earlier.get(node.plan.id);
    const there = issues.get(issue);
    const repairs: Repair[] = [];
    const label = labelRepair(was, node, there?.labels);
    if (label) repairs.push({ kind: label, node, issue });
    const state = issueRepair(was, node, there);
    if (state) repairs.push({ kind: state, node, issue });
    if (node.status === "DONE") {
      const left = pulls.filter((pull) => pull.state === "open" && pull.nodeId === node.plan.id);
      repairs.push(...left.map((pull): Repair => ({ kind: "closePull", node, pull: pull.number })));
    }
    return repairs;
  });
}

/** A node that a person set aside carries no label: they know. */
const needsPerson = (node: NodeState) => node.status === "BLOCKED" && !node.hold;

function labelRepair(
  was: NodeState | undefined,
  node: NodeState,
  labels: readonly string[] | undefined,
): "setBlocked" | "clearBlocked" | undefined {
  const wanted = needsPerson(node);
  const turned = was !== undefined && needsPerson(was) !== wanted;
  // What is seen may be older than what a job, which labels its own node, has just recorded.
  if (node.lease) return turned && !wanted ? "clearBlocked" : undefined;
  const has = labels?.some((label) => label.toLowerCase() === BLOCKED_LABEL);
  if (wanted && (turned || (was?.status === "BLOCKED" && has === false))) return "setBlocked";
  if (!wanted && (turned || has === true)) return "clearBlocked";
  return undefined;
}

function issueRepair(
  was: NodeState | undefined,
  node: NodeState,
  issue: Seen["issues"][number] | undefined,
): "closeIssue" | "reopenIssue" | undefined {
  if (node.status === "DONE") {
    // One that a person opened again stays open.
    const left = issue?.state === "open" && issue.stateReason !== "reopened";
    const justDone = was !== undefined && was.status !== "DONE" && issue?.state !== "closed";
    return left || justDone ? "closeIssue" : undefined;
  }
  const takenBack = was?.hold?.kind === "issueClosed" && !node.hold;
  return takenBack && (issue === undefined || issue.state === "closed") ? "reopenIssue" : undefined;
}

/** Carries repairs out; each can be repeated. @returns what is worth telling people */
export async function repair(
  github: GitHub,
  state: RunState,
  repairs: readonly Repair[],
): Promise<LedgerEvent[]> {
  const notes: string[] = [];
  for (const item of repairs) {
    try {
      const note = await carryOut(github, state, item);
      if (note !== undefined) notes.push(note);
    } catch (error) {
      // A view: the run goes on without it, and the next turn tries again.
      if (refusalOf(error) === undefined) throw error;
      github.log.warn(`${item.node.plan.id}: ${item.kind} failed: ${errorText(error)}`);
    }
  }
  return notes.map((text): LedgerEvent => ({ type: "run.noted", text }));
}

async function carryOut(github: GitHub, state: RunState, item: Repair): Promise<string | undefined> {
  const { runId } = state;
  const { id } = item.node.plan;
  switch (item.kind) {
    case "setBlocked":
      await setBlocked(github, {
        issue: item.issue,
        runId,
        nodeId: id,
        reason: blockedText(state, item.node),
      });
      return undefined;
    case "clearBlocked":
      await clearBlocked(github, item.issue);
      return undefined;
    case "closeIssue":
      await closeIssue(github, item.issue);
      return `The issue of ${id}, which is done, was still open: it was closed.`;
    case "reopenIssue":
      await reopenIssue(github, item.issue);
      return `${id} was asked for again: its issue was opened again.`;
    case "closePull":
      return closeLeftOver(github, runId, id, item.pull);
  }
}

/** The branch stays: nothing is lost by closing. */
async function closeLeftOver(
  github: GitHub,
  runId: string,
  nodeId: string,
  number: number,
): Promise<string | undefined> {
  if ((await getPull(github, number)).state !== "open") return undefined;
  await upsertComment(
    github,
    number,
    { what: "node", runId, nodeId },
    `${nodeId} is done without this pull request, which was left over: it is closed. Its branch is kept.`,
  );
  await closePull(github, number);
  return `Pull request #${number} was left over from ${nodeId}, which is done: it was closed, its branch is kept.`;
}

/** The tag of a release, as the run ends: made again where it is missing, never moved. */
export async function checkRelease(github: GitHub, state: RunState): Promise<LedgerEvent[]> {
  if (runStateOf(state) !== "DONE" || !state.release) return [];
  const { tag, sha } = state.release;
  const there = await tagSha(github, tag);
  if (there === sha) return [];
  if (there !== undefined)
    return [
      {
        type: "run.noted",
        text: `The tag ${tag} is at ${there.slice(0, 7)}, not at ${sha.slice(0, 7)}, which was released: it is left there.`,
      },
    ];
  await ensureTag(github, tag, sha);
  return [{ type: "run.noted", text: `The tag ${tag} was gone: it was made again at ${sha.slice(0, 7)}.` }];
}
