/** What changed for people between two states of a run. */
import { type NodeState, type RunState, runStateOf, STAGES } from "@slipway/model";
import type { NewHappening } from "./happening.ts";

export function differences(before: RunState | null, after: RunState): NewHappening[] {
  const told: NewHappening[] = [];
  const state = runStateOf(after);
  if (before === null || runStateOf(before) !== state) told.push({ type: "state", state });
  return [...told, ...stageChanges(before, after), ...nodeChanges(before, after)];
}

function stageChanges(before: RunState | null, after: RunState): NewHappening[] {
  return STAGES.flatMap((name): NewHappening[] => {
    if (name !== "spec" && name !== "plan" && name !== "issues" && name !== "release") return [];
    const now = statusOf(after, name);
    if (before === null ? now === "open" : statusOf(before, name) === now) return [];
    return [{ type: "stage", stage: name, status: now, reason: after.stages[name].trouble }];
  });
}

function statusOf(
  state: RunState,
  name: keyof RunState["stages"],
): "in_progress" | "open" | "done" | "failed" {
  const { status, lease } = state.stages[name];
  return status === "open" && lease !== null ? "in_progress" : status;
}

function nodeChanges(before: RunState | null, after: RunState): NewHappening[] {
  const known = new Map(before?.nodes.map((node) => [node.plan.id, node]));
  return after.nodes.flatMap((node): NewHappening[] => {
    const old = known.get(node.plan.id);
    return same(old, node) ? [] : [nodeHappening(node)];
  });
}

function same(old: NodeState | undefined, node: NodeState): boolean {
  return (
    old !== undefined &&
    old.status === node.status &&
    old.pull === node.pull &&
    reasonOf(old) === reasonOf(node) &&
    old.issue?.number === node.issue?.number
  );
}

function nodeHappening(node: NodeState): NewHappening {
  return {
    type: "node",
    nodeId: node.plan.id,
    kind: node.plan.kind,
    title: node.plan.title,
    status: node.status,
    issue: node.issue?.number ?? null,
    pull: node.pull,
    reason: reasonOf(node),
  };
}

/** Why a node is not further on, in one sentence; null when nothing stands in its way. */
export function reasonOf(node: NodeState): string | null {
  if (node.status === "DONE") return null;
  if (node.verdict && node.verdict.outcome !== "mergeable") return node.verdict.sentence;
  return node.trouble;
}
