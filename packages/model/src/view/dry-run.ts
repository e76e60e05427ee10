import { personWith } from "../gates.ts";
import { slugOf } from "../names.ts";
import { judgePlan, type PlanVerdict } from "../plan-verdict.ts";
import type { PlanNode } from "../schema/plan.ts";
import type { RunState } from "../schema/state.ts";
import { childrenOf, planTree, type Tree } from "../tree.ts";
import { joined } from "./links.ts";
import { GATE_MARKS } from "./marks.ts";
import { COMMENT_MAX, cut, firstThatFits, fold, linesWithin, namesOf, plural, section } from "./room.ts";
import { plain, quote } from "./text.ts";
import { dollarsText } from "./usage.ts";

/**
 * The one issue that a dry run writes: the specification, the plan with its verdict and tree, and what the run
 * would have done and did not. Its body stays below GitHub's 65,536 characters; every node is in it, with its id
 * at least.
 */
export function dryRunIssue(state: RunState): { readonly title: string; readonly body: string } {
  const title = `Dry run: ${cut(state.spec?.title ?? state.idea.split("\n")[0] ?? "", 100)}`;
  const top = [
    `> [!NOTE]\n> This is a dry run. Slipway wrote this issue and nothing else: no branch, no commit, no pull request. To build it, start the run again without \`dryRun\`.`,
    specSection(state),
    verdictSection(state),
  ];
  const rest = [wouldSection(state), gatesSection(state), ideaSection(state), footLine(state)];
  const used = [...top, ...rest].filter(Boolean).join("\n\n").length;
  return {
    title,
    body: [...top, treeSection(state, COMMENT_MAX - used - 20), ...rest].filter(Boolean).join("\n\n"),
  };
}

const more = (left: readonly unknown[]) => `- … and ${left.length} more: see the ledger of this run`;
const list = (items: readonly string[], room: number) =>
  linesWithin(items, room, (item) => `- ${item}`, more);

function specSection({ spec }: RunState): string {
  if (!spec) return section("Specification", "There is none yet.");
  const part = (title: string, items: readonly string[], room: number) =>
    items.length > 0 ? `**${title}**\n\n${list(items, room)}` : "";
  const whole = [
    part(
      "Requirements",
      spec.requirements.map((item) => `**${item.id}** ${plain(item.text)}`),
      6_000,
    ),
    part(
      "Acceptance",
      spec.acceptance.map(
        (item) =>
          `**${item.id}** Given ${plain(item.given)}, when ${plain(item.when)}, then ${plain(item.outcome)}`,
      ),
      6_000,
    ),
    part(
      "Success",
      spec.successCriteria.map((item) => `**${item.id}** ${plain(item.text)}`),
      2_000,
    ),
    part("Assumptions", spec.assumptions.map(plain), 2_000),
    part("Out of scope", spec.outOfScope.map(plain), 2_000),
  ];
  const counts = `${plural(spec.requirements.length, "requirement")}, ${plural(spec.acceptance.length, "acceptance criterion", "acceptance criteria")}`;
  return section(
    `Specification: ${plain(spec.title)}`,
    quote(spec.summary, 2_000),
    part(
      "Open questions, answered as recommended",
      spec.openQuestions.map((item) => `${plain(item.question)} → ${plain(item.recommended)}`),
      3_000,
    ),
    fold(counts, whole.filter(Boolean).join("\n\n")),
  );
}

function verdictSection(state: RunState): string {
  if (!state.spec || state.nodes.length === 0) return section("Plan", "There is none yet.");
  const plan = { nodes: state.nodes.map((node) => node.plan) };
  const verdict = judgePlan(plan, state.spec, state.policy);
  const sizes = (["S", "M", "L"] as const).map(
    (size) => [size, leavesOf(state).filter((node) => node.size === size).length] as const,
  );
  const told = sizes.filter(([, count]) => count > 0).map(([size, count]) => `${count} of size ${size}`);
  return section(
    `Plan: ${plural(plan.nodes.length, "node")}`,
    verdictText(verdict),
    `${plural(leavesOf(state).length, "task")}: ${told.join(", ")}.`,
  );
}

const VERDICTS: Record<PlanVerdict["verdict"], string> = {
  PASS: `${GATE_MARKS.pass} **PASS** The rules have nothing against it.`,
  CONCERNS: `${GATE_MARKS.pending} **CONCERNS** It can be carried out; look at this first:`,
  FAIL: `${GATE_MARKS.fail} **FAIL** It cannot be carried out:`,
};

/** Sentences that are shown without unfolding. */
const OPEN_SENTENCES = 8;

function verdictText({ verdict, problems, concerns }: PlanVerdict): string {
  const said = [...problems, ...concerns].map(plain);
  const rest = said.slice(OPEN_SENTENCES);
  return [
    VERDICTS[verdict],
    list(said.slice(0, OPEN_SENTENCES), 2_000),
    rest.length > 0 ? fold(`${rest.length} more`, list(rest, 4_000)) : "",
  ]
    .filter(Boolean)
    .join("\n\n");
}

function leavesOf({ nodes }: RunState): PlanNode[] {
  return nodes.map((node) => node.plan).filter((plan) => plan.kind === "task");
}

interface Line {
  readonly node: PlanNode;
  readonly depth: number;
  readonly after: readonly string[];
}

/** Each node with what it waits for by order and dependency, in the order of the tree. */
function linesOf(tree: Tree<PlanNode>): Line[] {
  const lines: Line[] = [];
  const walk = (nodes: readonly PlanNode[], depth: number) => {
    for (const node of nodes) {
      const earlier = nodes.filter((other) => other.orderIndex < node.orderIndex);
      const rank = Math.max(-1, ...earlier.map((other) => other.orderIndex));
      const before = earlier.filter((other) => other.orderIndex === rank).map((other) => other.id);
      lines.push({ node, depth, after: [...new Set([...before, ...node.dependsOn])] });
      walk(childrenOf(tree, node.id), depth + 1);
    }
  };
  walk(
    tree.nodes.filter((node) => node.parent === null),
    0,
  );
  return lines;
}

function treeSection(state: RunState, room: number): string {
  const lines = linesOf(planTree(state.nodes.map((node) => node.plan)));
  if (lines.length === 0) return "";
  const legend = `<sub>A node waits for those that it stands "after", and so does what is below it.</sub>`;
  const branches = firstThatFits(room * 0.5, [
    () => branchesFold(state, lines),
    () =>
      `<sub>Branches: \`kind/n-title\`, each merged into its parent's, the root's into \`${state.integrationBranch}\`.</sub>`,
  ]);
  const draw = (titleMax: number) => () => {
    const text = lines.map((line) => lineText(line, titleMax)).join("\n");
    return lines.length > WHOLE_MAX ? fold(`${plural(lines.length, "node")} in their order`, text) : text;
  };
  const text = firstThatFits(room - branches.length - legend.length - 100, [
    draw(120),
    draw(60),
    draw(20),
    () => `Too large to be shown with titles: ${lines.map(({ node }) => node.id).join(", ")}`,
  ]);
  return section("Tree", text, legend, branches);
}

/** A tree up to this size is shown without a fold. */
const WHOLE_MAX = 40;

function lineText({ node, depth, after }: Line, titleMax: number): string {
  return `${"  ".repeat(depth)}- **${node.id}** ${joined([
    plain(cut(node.title, titleMax)),
    node.kind === "task" ? `size ${node.size}` : "",
    after.length > 0 ? `after ${namesOf(after, 6)}` : "",
  ])}`;
}

/** The branches that it would have made, each with the one that it is merged into. */
function branchesFold(state: RunState, lines: readonly Line[]): string {
  const text = lines.map(({ node }) => {
    const target = node.parent ?? `\`${state.integrationBranch}\``;
    return `- **${node.id}** \`${node.kind}/n-${slugOf(node.title)}\` → ${target}`;
  });
  const note = "<sub>`n` is the number of the node's issue, which a dry run does not have.</sub>";
  return fold(plural(lines.length, "branch", "branches"), `${text.join("\n")}\n\n${note}`);
}

function wouldSection(state: RunState): string {
  const { nodes, policy } = state;
  if (nodes.length === 0) return "";
  const tasks = leavesOf(state).length;
  return section(
    "What it would have done, and did not",
    list(
      [
        `${plural(nodes.length, "issue")} as one tree of sub-issues, with their dependencies`,
        `${plural(nodes.length, "branch", "branches")} and ${plural(nodes.length, "pull request")}, the last one into \`${state.integrationBranch}\``,
        `${plural(tasks, "change")} made by agents (${policy.model.name}), up to ${policy.limits.parallel} side by side, up to ${policy.limits.attempts} attempts each`,
        policy.release.enabled
          ? "a release, its version computed from the merged changes"
          : "no release: the policy asks for none",
      ],
      2_000,
    ),
  );
}

function gatesSection({ policy }: RunState): string {
  const { qa, risk } = policy;
  const commands = (["lint", "test"] as const).filter((name) => qa[name] !== undefined);
  const rows = [
    ["children", "features and epics", "all that is below is merged"],
    ["defects", "all", "no defect of it is open"],
    ["checks", "all", "what the target branch's own rules require"],
    [
      "qa",
      "all",
      commands.length > 0
        ? `${commands.join(" and ")} ${commands.length > 1 ? "exit" : "exits"} with 0`
        : "the commands that the policy names",
    ],
    [
      "coverage",
      "all",
      qa.coverageMinimum === undefined ? "off" : `at least ${qa.coverageMinimum} % of lines`,
    ],
    [
      "review",
      "tasks",
      policy.review.required ? "an agent that did not write the change finds nothing blocking" : "off",
    ],
    ["scan", "all", "no secret, nothing suspicious in the change"],
    ["approval", "the root", policy.approval === "none" ? "off" : `by ${personWith(policy.approval)}`],
    ["risk", "all", `low: ${risk.low}, medium: ${risk.medium}, high: ${risk.high}`],
    ["budget", "the run", budgetLimits(policy.budget)],
  ];
  const table = [
    "| gate | applies to | asks for |",
    "|---|---|---|",
    ...rows.map((row) => `| ${row.join(" | ")} |`),
  ];
  return section("Gates that would apply", table.join("\n"));
}

function budgetLimits({ calls, inputTokens, outputTokens, dollars }: RunState["policy"]["budget"]): string {
  const limit = (value: number | undefined, noun: string) => (value === undefined ? "" : plural(value, noun));
  return (
    joined([
      limit(calls, "model call"),
      limit(inputTokens, "input token"),
      limit(outputTokens, "output token"),
      dollars === undefined ? "" : dollarsText(dollars),
    ]) || "off"
  );
}

function ideaSection({ idea }: RunState): string {
  return fold("The idea as submitted", quote(idea, 4_000));
}

function footLine(state: RunState): string {
  return `<sub>\`${state.runId}\` · asked for by ${plain(state.requestedBy)}</sub>`;
}
