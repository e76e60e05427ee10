import { markerText } from "../names.ts";
import { runStateOf } from "../run-state.ts";
import type { RunStateName } from "../schema/common.ts";
import type { NodeState, RunState } from "../schema/state.ts";
import { isLeaf } from "../tree.ts";
import { chipLine } from "./chips.ts";
import { joined, timeText } from "./links.ts";
import { nowSection } from "./now.ts";
import { COMMENT_MAX, cut, fold, linesWithin, plural } from "./room.ts";
import { treeSection } from "./status-tree.ts";
import { plain } from "./text.ts";
import { budgetText, usageText } from "./usage.ts";
import { gatesSection } from "./verdict.ts";
import { waitsSection } from "./waits.ts";

/** What a drawing of the status needs besides the state. */
export interface StatusView {
  /** `https://github.com`: makes links of workflow runs. */
  readonly serverUrl?: string | undefined;
  /** Which identity acted, and what it cannot do: one or two sentences. */
  readonly identity?: string | undefined;
  /** Characters at most; by default what fits a comment. */
  readonly max?: number | undefined;
}

/** The one status comment on the root issue. */
export function statusComment(state: RunState, view: StatusView = {}): string {
  const marker = markerText({ what: "status", runId: state.runId });
  return `${marker}\n${statusText(state, { ...view, max: (view.max ?? COMMENT_MAX) - marker.length - 1 })}`;
}

/**
 * Where the run stands, as Markdown for a comment or a job summary. Derived, never stored. What does not fit
 * is shortened where it says so; the tree keeps the id of every node.
 */
export function statusText(state: RunState, view: StatusView = {}): string {
  const name = runStateOf(state);
  const max = view.max ?? COMMENT_MAX;
  const top = [`## Slipway · ${name}`, titleLine(state), chipLine(state), explain(state, name)];
  const foot = [notesSection(state, max * 0.06), footLines(state, view.identity)];
  const now = nowSection(state, max * 0.1, view.serverUrl);
  const waits = waitsSection(state, max * 0.2);
  const gates = gatesSection(state, max * 0.2);
  const others = [...top, now, waits, gates, ...foot].filter(Boolean);
  const tree = treeSection(state, max - others.join("\n\n").length - 10);
  return [...top, now, waits, tree, gates, ...foot].filter(Boolean).join("\n\n");
}

function titleLine(state: RunState): string {
  const title = state.spec ? `**${plain(state.spec.title)}**` : "";
  return joined([
    title,
    state.dryRun ? "dry run" : "",
    `\`${state.runId}\``,
    `asked for by ${plain(state.requestedBy)}`,
  ]);
}

/** One sentence on where the run stands. */
function explain(state: RunState, name: RunStateName): string {
  switch (name) {
    case "IDEA_SUBMITTED":
      return "The idea is in. The specification comes next.";
    case "SPEC_WRITING":
      return state.stages.spec.trouble && !state.stages.spec.lease
        ? `The specification is not there yet: ${plain(cut(state.stages.spec.trouble, 500))}`
        : "The specification is being written.";
    case "ISSUE_TREE":
      return treeExplained(state);
    case "EXECUTION_LOOP":
      return countsText(state);
    case "QA":
      return state.nodes.some((node) => node.lease)
        ? "Everything below the root is merged. The whole is being checked."
        : "Everything below the root is merged. The whole waits for its gates.";
    case "MERGE":
      return `The whole has passed its gates and is being merged into \`${state.integrationBranch}\`.`;
    case "RELEASE":
      return `Merged into \`${state.integrationBranch}\`. ${releaseText(state) || "The release comes next."}`;
    case "DONE":
      return doneText(state);
    case "PAUSED":
      return "**Paused.** Nothing new starts; what was in progress is kept.";
    case "CANCELLED":
      return "**Cancelled.** Branches, issues and pull requests are left as they are.";
    case "FAILED":
      return `**Failed.** ${plain(cut(state.failure ?? "No reason was recorded.", 2_000))}`;
  }
}

function treeExplained({ stages, nodes }: RunState): string {
  const { trouble, lease } = stages.plan.status === "done" ? stages.issues : stages.plan;
  const what =
    stages.plan.status === "done"
      ? `The plan has ${plural(nodes.length, "node")}. Its issues come next.`
      : "The specification stands. The plan comes next.";
  return trouble && !lease ? `${what} The last attempt: ${plain(cut(trouble, 500))}` : what;
}

/** Counted by leaves: what is above them follows from them. */
function countsText({ nodes }: RunState): string {
  const leaves = nodes.filter(isLeaf);
  const tasks = leaves.filter((node) => node.plan.kind === "task");
  const defects = leaves.length - tasks.length;
  const kindOf = (node: NodeState) => {
    if (node.status === "DONE") return "done";
    if (node.hold) return "set aside";
    if (node.status === "BLOCKED") return "blocked";
    if (node.lease) return "in progress";
    return node.status === "NEW" ? "not started" : "waiting";
  };
  const counts = Map.groupBy(leaves, kindOf);
  const parts = (["done", "in progress", "waiting", "blocked", "set aside", "not started"] as const).flatMap(
    (kind) => {
      const count = counts.get(kind)?.length ?? 0;
      return count > 0 ? [`${count.toLocaleString("en-US")} ${kind}`] : [];
    },
  );
  const what = [plural(tasks.length, "task"), ...(defects > 0 ? [plural(defects, "defect")] : [])].join(
    " and ",
  );
  return `${what}: ${parts.join(", ")}.`;
}

function doneText(state: RunState): string {
  if (state.dryRun) return "The dry run is done: the plan is written down, nothing was built.";
  return `Merged into \`${state.integrationBranch}\`. ${releaseText(state)}`.trim();
}

function releaseText({ release, releaseNote, policy }: RunState): string {
  if (release) return `Released as **${plain(release.tag)}** (${release.bump}).`;
  if (!policy.release.enabled) return "The policy asks for no release.";
  return releaseNote ? `No release: ${plain(releaseNote)}` : "";
}

/** Notes that are shown without unfolding. */
const OPEN_NOTES = 3;

/** What was noticed and repaired, newest first. */
function notesSection({ notes }: RunState, room: number): string {
  if (notes.length === 0) return "";
  const newest = notes.toReversed();
  const line = (note: RunState["notes"][number]) => `- ${timeText(note.at)} · ${plain(cut(note.text, 500))}`;
  const more = (left: readonly unknown[]) => `- … and ${left.length} earlier: see the ledger of this run`;
  const rest = newest.slice(OPEN_NOTES);
  return [
    "### Noticed and repaired",
    linesWithin(newest.slice(0, OPEN_NOTES), room * 0.6, line, more),
    rest.length > 0 ? fold(`${rest.length} earlier`, linesWithin(rest, room * 0.4 - 100, line, more)) : "",
  ]
    .filter(Boolean)
    .join("\n\n");
}

function footLines(state: RunState, identity: string | undefined): string {
  const lines = [
    usageText(state.usage),
    budgetText(state),
    identity ? plain(cut(identity, 1_000)) : "",
    `Updated ${timeText(state.updatedAt)} · event ${state.seq} of the ledger \`refs/slipway/runs/${state.runId}\``,
  ].filter(Boolean);
  return `---\n\n<sub>${lines.join("<br>")}</sub>`;
}
