import { budgetSpent } from "../budget.ts";
import { outsideWait } from "../decide.ts";
import type { RunStage } from "../schema/common.ts";
import type { Lease } from "../schema/event.ts";
import type { NodeState, RunState } from "../schema/state.ts";
import { blockerIndex, isLeaf, readinessOf, treeOf } from "../tree.ts";
import { issueText, joined, linkTo, nodeName, pullText } from "./links.ts";
import { STATUS_MARKS } from "./marks.ts";
import { cut, fold, linesWithin, namesOf, plural } from "./room.ts";
import { plain } from "./text.ts";

const STAGES: readonly RunStage[] = ["spec", "plan", "issues", "release"];

interface Doing {
  readonly name: string;
  readonly short: string;
  /** What is done, and where to look at it. */
  readonly doing: string;
  readonly lease: Lease;
  readonly failures: number;
  readonly trouble: string | null;
}

/** What is in progress is ended at a safe point when the run is not to go on. */
const HEADS: Record<RunState["control"], string> = {
  RUN: "**Now**",
  PAUSED: "**Coming to a safe point**",
  CANCELLED: "**Stopping**",
};

/** As many as are read at a glance; the others are behind a fold. */
const OPEN_LINES = 6;

/**
 * What runs at this moment, with the workflow run that holds it.
 *
 * @param serverUrl `https://github.com`; without it workflow runs are named, not linked
 */
export function nowSection(state: RunState, room: number, serverUrl?: string): string {
  const items = doingsOf(state);
  const next = nextLine(state);
  if (items.length === 0) return next;
  const line = (item: Doing) => {
    const run = linkTo(`workflow run ${item.lease.workflowRunId}`, runUrl(state, item.lease, serverUrl));
    // A claim that was given back, or that judges what is there, is no attempt: those that failed are counted.
    const attempt =
      item.failures > 0 ? `attempt ${item.failures + 1} of ${state.policy.limits.attempts}` : "";
    const before = item.trouble ? `<br>Before: ${plain(cut(item.trouble, 200))}` : "";
    return `- ${STATUS_MARKS.IN_PROGRESS} ${item.name}: ${joined([item.doing, attempt, run])}${before}`;
  };
  const more = (left: readonly Doing[]) =>
    `- … and ${plural(left.length, "more", "more")}: ${namesOf(
      left.map((item) => item.short),
      50,
    )}`;
  const rest = items.slice(OPEN_LINES);
  return [
    HEADS[state.control],
    linesWithin(items.slice(0, OPEN_LINES), room * 0.6, line, more),
    rest.length > 0
      ? fold(
          `${plural(rest.length, "more", "more")} in progress`,
          linesWithin(rest, room * 0.4 - 120, line, more),
        )
      : "",
    next,
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** What could run at once, were there room for it. */
function nextLine(state: RunState): string {
  const { control, completed, failure, stages, nodes, policy } = state;
  if (control !== "RUN" || completed || failure !== null) return "";
  if (state.dryRun || stages.issues.status !== "done" || budgetSpent(state)) return "";
  const tree = treeOf(nodes);
  const blockers = blockerIndex(tree);
  const ready = nodes.filter(
    (node) => readinessOf(tree, node, blockers).kind === "ready" && outsideWait(state, node) === "none",
  );
  if (ready.length === 0) return "";
  const names = namesOf(
    ready.map((node) => `**${node.plan.id}**`),
    8,
  );
  return `Next: ${names}, up to ${plural(policy.limits.parallel, "node")} side by side.`;
}

function doingsOf(state: RunState): Doing[] {
  const stages = STAGES.flatMap((name): Doing[] => {
    const { lease, failures, trouble } = state.stages[name];
    // What a stage does is the sentence above.
    return lease ? [{ name: `**${name}**`, short: name, doing: "", lease, failures, trouble }] : [];
  });
  const nodes = state.nodes.flatMap((node): Doing[] =>
    node.lease
      ? [
          {
            name: nodeName(node, 80),
            short: node.plan.id,
            doing: joined([doingOf(node), issueText(node), pullText(node)]),
            lease: node.lease,
            failures: node.failures,
            trouble: node.trouble,
          },
        ]
      : [],
  );
  return [...stages, ...nodes];
}

function doingOf(node: NodeState): string {
  switch (node.status) {
    case "REVIEW":
      return "its change is checked";
    case "QA":
      return "its gates are judged";
    default:
      return isLeaf(node) ? "an agent works on it" : "what is below it is put together";
  }
}

function runUrl(state: RunState, lease: Lease, serverUrl?: string): string | null {
  return serverUrl
    ? `${serverUrl.replace(/\/+$/, "")}/${state.repository}/actions/runs/${lease.workflowRunId}`
    : null;
}
