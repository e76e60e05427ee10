import { short } from "../gates.ts";
import { markerText } from "../names.ts";
import { runStateOf } from "../run-state.ts";
import type { RunStateName } from "../schema/common.ts";
import type { NodeState, RunState } from "../schema/state.ts";
import type { Verdict } from "../schema/verdict.ts";
import { childrenOf, treeOf } from "../tree.ts";
import { plain } from "./text.ts";

export const STATUS_MARKS: Record<NodeState["status"], string> = {
  NEW: "⚪",
  IN_PROGRESS: "🔵",
  REVIEW: "🟣",
  QA: "🟡",
  BLOCKED: "🔴",
  DONE: "🟢",
};

/** GitHub refuses comments of more than 65,536 characters and shows summaries up to 1 MiB. */
const TEXT_MAX = 60_000;

/** The one status comment on the root issue; `resultLink` leads to the workflow run that wrote it. */
export function statusComment(state: RunState): string {
  return `${markerText({ what: "status", runId: state.runId })}\n${statusText(state)}`;
}

/** Where the run stands, as Markdown for a comment or a job summary. Derived, never stored. */
export function statusText(state: RunState): string {
  const name = runStateOf(state);
  const head = [`## Slipway \`${state.runId}\`: ${name}`, stageChips(state, name), explain(state, name)];
  const foot = [releaseLine(state), usageLine(state)];
  const room = TEXT_MAX - [...head, ...foot].join("\n\n").length;
  return [...head, treeText(state, room), ...foot].filter(Boolean).join("\n\n");
}

type ChipState = "done" | "now" | "open" | "failed";
const CHIP_MARKS: Record<ChipState, string> = { done: "🟢", now: "🔵", open: "⚪", failed: "🔴" };

export interface Chip {
  readonly name: string;
  readonly state: ChipState;
  readonly note: string;
}

/** The stages of a run as chips: what is done, what is going on, what is still to come. */
export function chipsOf(state: RunState): Chip[] {
  const stage = (name: "spec" | "plan" | "issues" | "release"): Chip => {
    const { status, lease } = state.stages[name];
    return {
      name,
      state: status === "done" ? "done" : status === "failed" ? "failed" : lease ? "now" : "open",
      note: "",
    };
  };
  const leaves = state.nodes.filter((node) => node.plan.kind === "task" || node.plan.kind === "defect");
  const done = leaves.filter((node) => node.status === "DONE").length;
  const merged = state.nodes.filter((node) => node.status === "DONE").length;
  const progress = (name: string, count: number, of: number, stuck: boolean): Chip => ({
    name,
    state:
      of > 0 && count === of
        ? "done"
        : stuck
          ? "failed"
          : state.stages.issues.status === "done"
            ? "now"
            : "open",
    note: of > 0 ? `${count}/${of}` : "",
  });
  const stuck = state.nodes.some((node) => node.status === "BLOCKED");
  return [
    stage("spec"),
    stage("plan"),
    stage("issues"),
    progress("execute", done, leaves.length, stuck),
    progress("merge", merged, state.nodes.length, false),
    state.policy.release.enabled ? stage("release") : { name: "release", state: "open", note: "off" },
  ];
}

function stageChips(state: RunState, name: RunStateName): string {
  const chips = chipsOf(state).map(
    (chip) => `${CHIP_MARKS[chip.state]} ${chip.name}${chip.note ? ` ${chip.note}` : ""}`,
  );
  return name === "CANCELLED" ? `${chips.join(" → ")} · cancelled` : chips.join(" → ");
}

function explain(state: RunState, name: RunStateName): string {
  switch (name) {
    case "PAUSED":
      return "Paused. `resume` continues the run; what is in progress is kept.";
    case "CANCELLED":
      return "Cancelled. Branches, issues and pull requests are left as they are.";
    case "FAILED":
      return `Failed: ${plain(state.failure ?? "")} \`retry\` continues the run.`;
    default:
      return "";
  }
}

function treeText(state: RunState, room: number): string {
  const tree = treeOf(state.nodes);
  const lines: string[] = [];
  const walk = (node: NodeState, depth: number) => {
    lines.push(`${"  ".repeat(depth)}- ${nodeLine(node)}`);
    for (const child of childrenOf(tree, node.plan.id)) walk(child, depth + 1);
  };
  for (const root of state.nodes.filter((node) => node.plan.parent === null)) walk(root, 0);
  let length = 0;
  const kept = lines.filter((line) => {
    length += line.length + 1;
    return length < room - 100;
  });
  const cut = lines.length - kept.length;
  return [...kept, ...(cut > 0 ? [`- … ${cut} more nodes: see the ledger of this run`] : [])].join("\n");
}

function nodeLine(node: NodeState): string {
  const { plan } = node;
  const links = [
    node.issue ? `#${node.issue.number}` : "",
    node.pull === null ? "" : `pull request #${node.pull}`,
  ].filter(Boolean);
  const why =
    node.status !== "DONE" && node.verdict && node.verdict.outcome !== "mergeable"
      ? node.verdict.sentence
      : (node.trouble ?? "");
  return [
    `${STATUS_MARKS[node.status]} **${plan.id}** ${plain(plan.title)}`,
    links.join(" · "),
    node.mergeSha ? `merged as ${short(node.mergeSha)}` : node.status === "NEW" ? "" : node.status,
    why ? `— ${plain(why)}` : "",
  ]
    .filter(Boolean)
    .join(" · ");
}

function releaseLine({ release, releaseNote }: RunState): string {
  if (release) return `Released as **${release.tag}** (${release.bump}).`;
  return releaseNote ? `No release: ${plain(releaseNote)}` : "";
}

function usageLine({ usage }: RunState): string {
  if (usage.calls === 0) return "";
  const number = (value: number) => value.toLocaleString("en-US");
  return `${number(usage.calls)} model calls · ${number(usage.inputTokens)} input, ${number(usage.outputTokens)} output, ${number(usage.cacheReadTokens)} cached tokens.`;
}

const GATE_MARKS = { pass: "🟢", fail: "🔴", pending: "🟡", skipped: "⚪" } as const;

/** A verdict as Markdown: the sentence, then each gate with its reason. */
export function verdictText(verdict: Verdict): string {
  const rows = verdict.gates.map(
    (gate) => `| ${GATE_MARKS[gate.status]} ${gate.name} | ${gate.status} | ${plain(gate.reason)} |`,
  );
  return [
    `**${plain(verdict.sentence)}**`,
    ["| gate | status | reason |", "|---|---|---|", ...rows].join("\n"),
    subjectLine(verdict),
  ].join("\n\n");
}

function subjectLine({ subject }: Verdict): string {
  return `Judged: head \`${short(subject.headSha)}\`, base \`${short(subject.baseSha)}\`, spec \`${subject.specHash.slice(7, 14)}\`.`;
}
