/** What each job tells in its summary. Texts of models and people are shown as text. */
import { short } from "../gates.ts";
import type { ChangeArtifact } from "../schema/change.ts";
import type { Evidence, Finding } from "../schema/evidence.ts";
import type { Plan, PlanArtifact, PlanNode } from "../schema/plan.ts";
import type { NotesArtifact, Release } from "../schema/release.ts";
import type { SpecArtifact } from "../schema/spec.ts";
import type { NodeState } from "../schema/state.ts";
import type { Verdict } from "../schema/verdict.ts";
import { childrenOf, isLeaf, planTree } from "../tree.ts";
import { agentsText, makerText } from "./agents.ts";
import { joined, nodeName } from "./links.ts";
import { GATE_MARKS, GATE_WORDS, STATUS_MARKS } from "./marks.ts";
import { cut, fold, linesWithin, plural, SUMMARY_MAX } from "./room.ts";
import { codeBlock, plain, quote } from "./text.ts";
import { usageText } from "./usage.ts";
import { verdictText } from "./verdict.ts";

/** A specification, drafted or recorded: `Specification recorded: Durations`. */
export function specSummary(
  { spec, agents }: Pick<SpecArtifact, "spec" | "agents">,
  done: "drafted" | "recorded",
): string {
  const list = (title: string, lines: readonly string[]) =>
    lines.length > 0 ? fold(`${title} (${lines.length})`, lines.map((line) => `- ${line}`).join("\n")) : "";
  return blocks(
    `### Specification ${done}: ${plain(spec.title)}`,
    agentsText(agents),
    quote(spec.summary, 1_000),
    list(
      "Requirements",
      spec.requirements.map((item) => `**${item.id}** ${plain(item.text)}`),
    ),
    list(
      "Acceptance",
      spec.acceptance.map(
        (item) =>
          `**${item.id}** Given ${plain(item.given)}, when ${plain(item.when)}, then ${plain(item.outcome)}`,
      ),
    ),
    list(
      "Success",
      spec.successCriteria.map((item) => `**${item.id}** ${plain(item.text)}`),
    ),
    list("Assumptions", spec.assumptions.map(plain)),
    list("Out of scope", spec.outOfScope.map(plain)),
    list(
      "Open questions, answered as recommended",
      spec.openQuestions.map((item) => `${plain(item.question)} → ${plain(item.recommended)}`),
    ),
  );
}

/** A plan, drafted or recorded, with its tree. */
export function planSummary(
  { plan, agents }: Pick<PlanArtifact, "agents"> & { readonly plan: Plan },
  done: "drafted" | "recorded",
): string {
  const tree = planTree(plan.nodes);
  const items: { node: PlanNode; depth: number }[] = [];
  const walk = (node: PlanNode, depth: number) => {
    items.push({ node, depth });
    for (const child of childrenOf(tree, node.id)) walk(child, depth + 1);
  };
  for (const root of plan.nodes.filter((node) => node.parent === null)) walk(root, 0);
  const line = ({ node, depth }: { node: PlanNode; depth: number }) =>
    `${"  ".repeat(depth)}- **${node.id}** ${joined([plain(node.title), isLeaf({ plan: node }) ? `size ${node.size}` : "", node.dependsOn.length > 0 ? `after ${node.dependsOn.join(", ")}` : ""])}`;
  const text = linesWithin(items, SUMMARY_MAX, line, (left) => `- … and ${plural(left.length, "more node")}`);
  const head = `### Plan ${done}: ${plural(plan.nodes.length, "node")}`;
  return blocks(head, agentsText(agents), items.length > 24 ? fold("The tree", text) : text);
}

/** A stage or a node that came to nothing, and why. */
export function failureSummary(what: string, reason: string): string {
  return blocks(`### ${STATUS_MARKS.BLOCKED} ${plain(what)}`, quote(reason, 4_000));
}

/** What a job did or left, where that is no failure. */
export function noteSummary(what: string, text: string): string {
  return blocks(`### ${plain(what)}`, plain(text));
}

/** What `issues.sync` has drawn and met. */
export interface DrawnIssues {
  readonly issues: readonly { readonly nodeId: string; readonly issue: { readonly number: number } }[];
  readonly created: number;
  readonly updated: number;
  /** What a person changed on an issue, which stays. */
  readonly differences: readonly {
    readonly nodeId: string;
    readonly issue: number;
    readonly what: string;
  }[];
  readonly notes: readonly string[];
}

/** Lines that are read before a fold is opened. */
const DIFFERENCES_MAX = 50;

export function issuesSummary({ issues, created, updated, differences, notes }: DrawnIssues): string {
  // An issue that was made may be drawn once more when the numbers of the others are known.
  const changed = Math.min(updated, issues.length - created);
  const same = issues.length - created - changed;
  const counts = [
    created > 0 ? `${created} created` : "",
    changed > 0 ? `${changed} updated` : "",
    same > 0 ? `${same} as ${same === 1 ? "it" : "they"} should be` : "",
  ];
  const stays = differences.map(
    ({ nodeId, issue, what }) => `- **${nodeId}** #${issue}: ${plain(what)} stays as it was changed`,
  );
  const more = stays.length - DIFFERENCES_MAX;
  return blocks(
    `### ${plural(issues.length, "issue")}: ${counts.filter(Boolean).join(", ")}`,
    [...stays.slice(0, DIFFERENCES_MAX), ...(more > 0 ? [`- … and ${plural(more, "more")}`] : [])].join("\n"),
    notes.map((note) => `> ${plain(note)}`).join("\n>\n"),
    fold("Their numbers", issues.map(({ nodeId, issue }) => `- **${nodeId}** #${issue.number}`).join("\n")),
  );
}

type CommandResult = Extract<Evidence, { kind: "qa" }>["commands"][number];

const OUTCOME_MARKS: Record<ChangeArtifact["outcome"], string> = {
  finished: STATUS_MARKS.DONE,
  unfinished: STATUS_MARKS.BLOCKED,
};

/** What an agent made of a node. */
export function changeSummary(change: ChangeArtifact): string {
  const files = change.files.map(
    (file) => `- ${plain(file.path)}${file.status === "deleted" ? " (deleted)" : ""}`,
  );
  const mark = change.interrupted ? STATUS_MARKS.NEW : OUTCOME_MARKS[change.outcome];
  return blocks(
    `### ${mark} ${change.nodeId} ${change.outcome}: ${plain(change.title)}`,
    plain(change.reason),
    makerText(change),
    change.summary ? quote(change.summary, 2_000) : "",
    files.length > 0 ? fold(plural(files.length, "file"), files.join("\n")) : "No file was changed.",
    sub(usageText(change.cost ?? change.usage)),
  );
}

/** The result of one check: the sentence, the commands with what they printed, the findings. */
export function evidenceSummary(evidence: Evidence): string {
  const { kind, nodeId, verdict } = evidence;
  const head = `### ${GATE_MARKS[verdict]} ${nodeId}: ${kind} ${GATE_WORDS[verdict]}`;
  const reason = plain(evidence.reason);
  switch (evidence.kind) {
    case "qa":
      return blocks(head, reason, commandsTable(evidence.commands), ...evidence.commands.map(outputFold));
    case "review":
      return blocks(
        head,
        reason,
        agentsText(evidence.agents),
        findingsList(evidence.findings),
        sub(usageText(evidence.usage)),
      );
    case "scan":
      return blocks(head, reason, findingsList(evidence.findings));
    case "checks":
      return blocks(head, reason, checksTable(evidence));
  }
}

function commandsTable(commands: readonly CommandResult[]): string {
  if (commands.length === 0) return "";
  const rows = commands.map(
    (item) =>
      `| ${GATE_MARKS[item.exitCode === 0 ? "pass" : "fail"]}\u00A0${item.name} | ${plain(cut(item.command, 100))} | ${item.exitCode ?? "stopped"} | ${item.seconds.toFixed(1)} s |`,
  );
  return ["| step | command | exit code | time |", "|---|---|---|---|", ...rows].join("\n");
}

/** What failed is read without opening anything. */
function outputFold(item: CommandResult): string {
  if (!item.output.trim()) return "";
  const title = `What ${item.name} printed`;
  const text = codeBlock(item.output);
  return item.exitCode === 0 ? fold(title, text) : `**${title}**\n\n${text}`;
}

function findingsList(findings: readonly Finding[]): string {
  const line = (finding: Finding) => {
    const where = finding.path
      ? ` · ${plain(finding.path)}${finding.line === null ? "" : `:${finding.line}`}`
      : "";
    const mark = GATE_MARKS[finding.severity === "blocking" ? "fail" : "pending"];
    return `- ${mark} **${finding.severity}** ${plain(finding.title)}${where}<br>${plain(cut(finding.detail, 1_000))}`;
  };
  const more = (left: readonly Finding[]) =>
    `- … and ${plural(left.length, "more finding")}: see the evidence artifact`;
  return linesWithin(findings, SUMMARY_MAX, line, more);
}

function checksTable({ checks }: Extract<Evidence, { kind: "checks" }>): string {
  if (checks.length === 0) return "";
  const marks = { pass: "pass", fail: "fail", pending: "pending", missing: "pending" } as const;
  const rows = checks.map(
    (item) =>
      `| ${GATE_MARKS[marks[item.state]]}\u00A0${plain(item.name)} | ${item.state} | ${plain(item.title)} |`,
  );
  return ["| required check | state | says |", "|---|---|---|", ...rows].join("\n");
}

/** A defect that was filed, and the verdict that it comes from. */
export function defectSummary(plan: PlanNode, issue: number, verdict: Verdict): string {
  return blocks(
    `### ${STATUS_MARKS.BLOCKED} ${plan.id} filed as #${issue}: ${plain(plan.title)}`,
    `An agent fixes it; then **${verdict.nodeId}** is checked again.`,
    verdictText(verdict),
  );
}

/**
 * The notes' own heading names version and title.
 *
 * @param more who worded the notes, or why nobody did, as Markdown
 */
export function releaseSummary(release: Release | null, reason: string, more = ""): string {
  return release
    ? blocks(`### ${STATUS_MARKS.DONE} Release ${plain(release.tag)} (${release.bump})`, more, release.notes)
    : blocks(`### ${STATUS_MARKS.NEW} No release`, plain(reason), more);
}

/** What an agent made of the notes of a release. */
export function notesSummary({ words, agent, asked, reason, usage }: NotesArtifact, tag: string): string {
  const mark = words === null ? STATUS_MARKS.BLOCKED : STATUS_MARKS.DONE;
  return blocks(
    `### ${mark} Notes of ${plain(tag)} ${words === null ? "not worded" : "worded"}`,
    asked === false ? "" : agentsText([agent]),
    words === null
      ? `They are made from the trace. ${plain(reason)}`
      : quote(`${words.headline}\n\n${words.summary}`, 3_000),
    sub(usageText(usage)),
  );
}

/** A change that became a pull request. */
export function publishedSummary(node: NodeState, pull: number, headSha: string): string {
  return blocks(
    `### ${STATUS_MARKS.REVIEW} ${nodeName(node)} is published`,
    `Pull request #${pull} at ${short(headSha)}. Its checks come next.`,
  );
}

const VERDICT_MARKS: Record<Verdict["outcome"], string> = {
  mergeable: GATE_MARKS.pass,
  waiting: GATE_MARKS.pending,
  refused: GATE_MARKS.fail,
};

/** What the gates say of a node. @param note what a person should know besides, as Markdown */
export function verdictSummary(node: NodeState, verdict: Verdict, note?: string): string {
  return blocks(
    `### ${VERDICT_MARKS[verdict.outcome]} ${nodeName(node)}: ${verdict.outcome}`,
    verdictText(verdict),
    note ?? "",
  );
}

/** A node that was merged: the last line of its gate's summary. */
export function mergedSummary(node: NodeState, base: string, mergeSha: string): string {
  const what = node.pull === null ? `**${node.plan.id}**` : `Pull request #${node.pull}`;
  return `\n${STATUS_MARKS.DONE} ${what} is merged into \`${base}\` as ${short(mergeSha)}.`;
}

const blocks = (...parts: readonly string[]): string => parts.filter(Boolean).join("\n\n");
const sub = (text: string): string => (text ? `<sub>${text}</sub>` : "");
