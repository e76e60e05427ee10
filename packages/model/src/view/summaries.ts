/** What each job tells in its summary. Texts of models and people are shown as text. */
import type { ChangeArtifact } from "../schema/change.ts";
import type { Evidence, Finding } from "../schema/evidence.ts";
import type { Plan, PlanNode } from "../schema/plan.ts";
import type { Release } from "../schema/release.ts";
import type { Spec } from "../schema/spec.ts";
import type { Verdict } from "../schema/verdict.ts";
import { childrenOf, planTree } from "../tree.ts";
import { joined } from "./links.ts";
import { GATE_MARKS, STATUS_MARKS } from "./marks.ts";
import { cut, fold, linesWithin, plural, SUMMARY_MAX } from "./room.ts";
import { plain, quote } from "./text.ts";
import { usageText } from "./usage.ts";
import { verdictText } from "./verdict.ts";

/** A specification, drafted or recorded: `Specification recorded: Durations`. */
export function specSummary(spec: Spec, done: "drafted" | "recorded"): string {
  const list = (title: string, lines: readonly string[]) =>
    lines.length > 0 ? fold(`${title} (${lines.length})`, lines.map((line) => `- ${line}`).join("\n")) : "";
  return blocks(
    `### Specification ${done}: ${plain(spec.title)}`,
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
      "Open questions, answered as recommended",
      spec.openQuestions.map((item) => `${plain(item.question)} → ${plain(item.recommended)}`),
    ),
  );
}

/** A plan, drafted or recorded, with its tree. */
export function planSummary(plan: Plan, done: "drafted" | "recorded"): string {
  const tree = planTree(plan.nodes);
  const items: { node: PlanNode; depth: number }[] = [];
  const walk = (node: PlanNode, depth: number) => {
    items.push({ node, depth });
    for (const child of childrenOf(tree, node.id)) walk(child, depth + 1);
  };
  for (const root of plan.nodes.filter((node) => node.parent === null)) walk(root, 0);
  const line = ({ node, depth }: { node: PlanNode; depth: number }) =>
    `${"  ".repeat(depth)}- **${node.id}** ${joined([plain(node.title), `size ${node.size}`, node.dependsOn.length > 0 ? `after ${node.dependsOn.join(", ")}` : ""])}`;
  const text = linesWithin(items, SUMMARY_MAX, line, (left) => `- … and ${plural(left.length, "more node")}`);
  const head = `### Plan ${done}: ${plural(plan.nodes.length, "node")}`;
  return blocks(head, items.length > 24 ? fold("The tree", text) : text);
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
  const same = issues.length - created - updated;
  const stays = differences.map(
    ({ nodeId, issue, what }) => `- **${nodeId}** #${issue}: ${plain(what)} stays as it was changed`,
  );
  const more = stays.length - DIFFERENCES_MAX;
  return blocks(
    `### ${plural(issues.length, "issue")}: ${created} created, ${updated} updated, ${same} as they should be`,
    [...stays.slice(0, DIFFERENCES_MAX), ...(more > 0 ? [`- … and ${plural(more, "more")}`] : [])].join("\n"),
    notes.map((note) => `> ${plain(note)}`).join("\n>\n"),
    fold("Which", issues.map(({ nodeId, issue }) => `- **${nodeId}** #${issue.number}`).join("\n")),
  );
}

type CommandResult = Extract<Evidence, { kind: "qa" }>["commands"][number];

const OUTCOME_MARKS: Record<ChangeArtifact["outcome"], string> = {
  finished: STATUS_MARKS.DONE,
  unfinished: STATUS_MARKS.BLOCKED,
};

/** What an agent made of a node. */
export function changeSummary(change: ChangeArtifact): string {
  const files = change.files.map((file) => `- ${plain(file.path)}`);
  return blocks(
    `### ${OUTCOME_MARKS[change.outcome]} ${change.nodeId} ${change.outcome}: ${plain(change.title)}`,
    plain(change.reason),
    change.summary ? quote(change.summary, 2_000) : "",
    files.length > 0 ? fold(plural(files.length, "file"), files.join("\n")) : "No file was changed.",
    sub(usageText(change.usage)),
  );
}

/** The result of one check: the sentence, the commands with what they printed, the findings. */
export function evidenceSummary(evidence: Evidence): string {
  const head = `### ${GATE_MARKS[evidence.verdict]} ${evidence.kind} of ${evidence.nodeId}: ${evidence.verdict}`;
  const reason = plain(evidence.reason);
  switch (evidence.kind) {
    case "qa":
      return blocks(head, reason, commandsTable(evidence.commands), ...evidence.commands.map(outputFold));
    case "review":
      return blocks(head, reason, findingsList(evidence.findings), sub(usageText(evidence.usage)));
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
      `| ${GATE_MARKS[item.exitCode === 0 ? "pass" : "fail"]}\u00A0${item.name} | ${item.exitCode ?? "stopped"} | ${item.seconds.toFixed(1)} s |`,
  );
  return ["| command | exit code | time |", "|---|---|---|", ...rows].join("\n");
}

function outputFold(item: CommandResult): string {
  if (!item.output.trim()) return "";
  return fold(`What ${item.name} printed (last part)`, quote(item.output.slice(-4_000), 4_000));
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
    verdictText(verdict),
  );
}

export function releaseSummary(release: Release | null, reason: string): string {
  return release
    ? blocks(`## ${STATUS_MARKS.DONE} ${plain(release.tag)}`, release.notes)
    : blocks("### No release", plain(reason));
}

const blocks = (...parts: readonly string[]): string => parts.filter(Boolean).join("\n\n");
const sub = (text: string): string => (text ? `<sub>${text}</sub>` : "");
