import type { Stage } from "../schema/common.ts";
import type { NodeState, RunState } from "../schema/state.ts";
import { isLeaf } from "../tree.ts";
import { STATUS_MARKS } from "./marks.ts";

type ChipState = "done" | "now" | "open" | "failed";
const CHIP_MARKS: Record<ChipState, string> = {
  done: STATUS_MARKS.DONE,
  now: STATUS_MARKS.IN_PROGRESS,
  open: STATUS_MARKS.NEW,
  failed: STATUS_MARKS.BLOCKED,
};

export interface Chip {
  readonly name: Stage;
  readonly state: ChipState;
  /** `1/4`: how many nodes are through this stage; empty for a stage of the whole run. */
  readonly note: string;
}

/**
 * The stages of a run as chips: what is done, what is going on, what is still to come. Stages that do not
 * apply to this run (no review asked for, no release, a dry run) are left out.
 */
export function chipsOf(state: RunState): Chip[] {
  const once = (["spec", "plan", "issues"] as const).map((name) => runChip(state, name));
  if (state.dryRun) return once;
  const { nodes } = state;
  const leaves = nodes.filter(isLeaf);
  return [
    ...once,
    nodeChip(state, "execute", leaves, isExecuted, (node) => node.status === "IN_PROGRESS"),
    ...(state.policy.review.required
      ? [nodeChip(state, "review", leaves, hasPassed("review"), isChecked)]
      : []),
    nodeChip(state, "qa", nodes, hasPassed("qa"), isChecked),
    nodeChip(state, "scan", nodes, hasPassed("scan"), isChecked),
    nodeChip(state, "merge", nodes, isDone, (node) => node.status === "QA"),
    ...(state.policy.release.enabled ? [runChip(state, "release")] : []),
  ];
}

const isDone = (node: NodeState) => node.status === "DONE";
const isExecuted = (node: NodeState) => isDone(node) || node.subject !== null;
const isChecked = (node: NodeState) => node.status === "REVIEW";
const hasPassed = (kind: "qa" | "review" | "scan") => (node: NodeState) =>
  isDone(node) || node.evidence.some((item) => item.kind === kind && item.verdict === "pass");

function runChip(state: RunState, name: "spec" | "plan" | "issues" | "release"): Chip {
  const { status, lease } = state.stages[name];
  return {
    name,
    state: status === "done" ? "done" : status === "failed" ? "failed" : lease ? "now" : "open",
    note: "",
  };
}

function nodeChip(
  state: RunState,
  name: Stage,
  nodes: readonly NodeState[],
  through: (node: NodeState) => boolean,
  going: (node: NodeState) => boolean,
): Chip {
  if (state.stages.issues.status !== "done" || nodes.length === 0) return { name, state: "open", note: "" };
  const rest = nodes.filter((node) => !through(node));
  const count = nodes.length - rest.length;
  // A blocked node is shown where it got stuck: at the first stage that it is not through.
  const stuck = rest.some((node) => node.status === "BLOCKED" && stuckAt(state, node) === name);
  const now = rest.some((node) => node.lease !== null && going(node));
  return {
    name,
    state: rest.length === 0 ? "done" : stuck ? "failed" : now || count > 0 ? "now" : "open",
    note: `${count}/${nodes.length}`,
  };
}

function stuckAt(state: RunState, node: NodeState): Stage {
  if (isLeaf(node) && !isExecuted(node)) return "execute";
  if (isLeaf(node) && state.policy.review.required && !hasPassed("review")(node)) return "review";
  if (!hasPassed("qa")(node)) return "qa";
  return hasPassed("scan")(node) ? "merge" : "scan";
}

/** A chip does not break within: mark, name, note and arrow are held together by no-break spaces. */
export function chipLine(state: RunState): string {
  return chipsOf(state)
    .map((chip) => [CHIP_MARKS[chip.state], chip.name, chip.note].filter(Boolean).join("\u00A0"))
    .join("\u00A0→ ");
}
