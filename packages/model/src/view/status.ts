import { markerText } from "../names.ts";
import { runStateOf } from "../run-state.ts";
import type { RunStateName } from "../schema/common.ts";
import type { NodeState, RunState, StageState } from "../schema/state.ts";
import { isLeaf } from "../tree.ts";
import { runAgentsText } from "./agents.ts";
import { chipLine } from "./chips.ts";
import { joined, linkReferences, linkTo, timeText } from "./links.ts";
import { nowSection } from "./now.ts";
import { COMMENT_MAX, cut, fold, linesWithin, plural } from "./room.ts";
import { treeSection } from "./status-tree.ts";
import { plain } from "./text.ts";
import { budgetText, usageText } from "./usage.ts";
import { gatesSection } from "./verdict.ts";
import { waitsOf, waitsSection } from "./waits.ts";

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
  const repository = view.serverUrl ? `${view.serverUrl.replace(/\/+$/, "")}/${state.repository}` : null;
  const person = waitsOf(state).some((wait) => wait.on === "person") ? "👤 waits for a person" : "";
  const top = [
    `## ${joined(["Slipway", name, person])}`,
    titleLine(state),
    chipLine(state),
    explain(state, name, repository),
  ];
  const foot = [notesSection(state, max * 0.06), footLines(state, view.identity)];
  const now = nowSection(state, max * 0.1, view.serverUrl);
  const waits = waitsSection(state, max * 0.2);
  const gates = gatesSection(state, max * 0.2);
  const others = [...top, now, waits, gates, ...foot].filter(Boolean);
  const tree = treeSection(state, max - others.join("\n\n").length - 10);
  const text = [...top, now, waits, tree, gates, ...foot].filter(Boolean).join("\n\n");
  const linked = repository === null ? text : linkReferences(text, repository);
  // A text that is full has links where GitHub makes them.
  return linked.length <= max ? linked : text;
}

function titleLine(state: RunState): string {
  const [line = ""] = state.idea.trim().split(/[\r\n]/);
  return joined([
    `**${plain(state.spec?.title ?? cut(line.replace(/^#+\s+/, ""), 100))}**`,
    state.dryRun ? "dry run" : "",
    `\`${state.runId}\``,
    `asked for by ${plain(state.requestedBy)}`,
  ]);
}

/** Where the run stands, in a sentence or two. */
function explain(state: RunState, name: RunStateName, repository: string | null): string {
  const { stages, integrationBranch } = state;
  switch (name) {
    case "IDEA_SUBMITTED":
      return "The idea is in. The specification comes next.";
    case "SPEC_WRITING":
      return stageText(
        stages.spec,
        "",
        "The specification is being written.",
        "The specification comes next.",
      );
    case "ISSUE_TREE": {
      const { plan, issues } = stages;
      if (plan.status !== "done")
        return stageText(
          plan,
          "The specification stands.",
          "The plan is being made.",
          "The plan comes next.",
        );
      const size = `The plan has ${plural(state.nodes.length, "node")}.`;
      return stageText(issues, size, "Its issues are being drawn.", "Its issues come next.");
    }
    case "EXECUTION_LOOP":
      return countsText(state);
    case "QA":
      return state.nodes.some((node) => node.lease)
        ? "Everything below the root is merged. The whole is being checked."
        : "Everything below the root is merged. The whole waits for its gates.";
    case "MERGE":
      return `The whole has passed its gates and is being merged into \`${integrationBranch}\`.`;
    case "RELEASE": {
      const merged = `Merged into \`${integrationBranch}\`.`;
      return stageText(stages.release, merged, "The release is being made.", "The release comes next.");
    }
    case "DONE":
      return doneText(state, repository);
    case "PAUSED":
      return `**Paused**${stoodAt(state)} Nothing new starts; what was in progress is kept.`;
    case "CANCELLED":
      return `**Cancelled**${stoodAt(state)} Branches, issues and pull requests are left as they are. It cannot go on: start a new run instead.`;
    case "FAILED":
      return `**Stopped**${stoodAt(state)} ${plain(cut(state.failure ?? "No reason was recorded.", 2_000))}`;
  }
}

/** A stage that is under way, or that is to come and perhaps was tried. */
function stageText(stage: StageState, before: string, going: string, coming: string): string {
  const tried = stage.trouble && !stage.lease ? `The last attempt: ${plain(cut(stage.trouble, 500))}` : "";
  return [before, stage.lease ? going : coming, tried].filter(Boolean).join(" ");
}

/** The state that a run was in when it was stopped: ` in EXECUTION_LOOP (6 tasks: 3 done, 3 not started).` */
function stoodAt(state: RunState): string {
  const name = runStateOf({ ...state, control: "RUN", failure: null });
  const counts = name === "EXECUTION_LOOP" ? ` (${countsText(state).replace(/\.$/, "")})` : "";
  return ` in ${name}${counts}.`;
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

function doneText(state: RunState, repository: string | null): string {
  if (state.dryRun)
    return "The dry run is done: the plan is written down in an issue, nothing was built. To build it, start the run again without `dryRun`.";
  return `Merged into \`${state.integrationBranch}\`. ${releaseText(state, repository)}`.trim();
}

function releaseText({ release, releaseNote, policy }: RunState, repository: string | null): string {
  if (release) {
    const page = repository && `${repository}/releases/tag/${encodeURIComponent(release.tag)}`;
    return `Released as **${linkTo(plain(release.tag), page)}** (${release.bump}).`;
  }
  if (!policy.release.enabled) return "The policy asks for no release.";
  return releaseNote ? `Nothing was released: ${plain(releaseNote.replace(/^No /, "no "))}` : "";
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
    runAgentsText(state),
    usageText(state.usage),
    budgetText(state),
    identity ? plain(cut(identity, 1_000)) : "",
    `Started ${timeText(state.startedAt)} · updated ${timeText(state.updatedAt)} · event ${state.seq} of the ledger \`refs/slipway/runs/${state.runId}\``,
  ].filter(Boolean);
  return `---\n\n<sub>${lines.join("<br>")}</sub>`;
}
