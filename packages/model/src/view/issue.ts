import { markerText } from "../names.ts";
import { judgePlan, planVerdictText } from "../plan-verdict.ts";
import type { NodeState, RunState } from "../schema/state.ts";
import { childrenOf, treeOf } from "../tree.ts";
import { partsOf } from "./blocked.ts";
import { fold, plural } from "./room.ts";
import { codeBlock, plain, quote } from "./text.ts";

/** Issue title of a node: its kind is a label, so the title is only the title. */
export function issueTitle(node: NodeState): string {
  return node.plan.title;
}

/**
 * The section of an issue's body that Slipway writes. What people write around it stays.
 *
 * @param numbers issue numbers known so far, by node id
 */
export function issueSection(state: RunState, node: NodeState, numbers: ReadonlyMap<string, number>): string {
  const { plan } = node;
  const reference = (id: string) => (numbers.has(id) ? `#${numbers.get(id)}` : id);
  const acceptance = plan.acceptance.map((item) => `- ${acceptanceText(state, item)}`);
  const root = plan.parent === null;
  const all = state.spec?.requirements ?? [];
  // The root's issue is where the whole specification is read.
  const ids = root ? all.map((item) => item.id) : plan.requirements;
  const requirements = ids.map(
    (id) => `- **${id}** ${plain(all.find((item) => item.id === id)?.text ?? "")}`,
  );
  const size = plan.kind === "epic" || plan.kind === "feature" ? "" : ` · size ${plan.size}`;
  return [
    markerText({ what: "node", runId: state.runId, nodeId: plan.id }),
    `**${plan.id}** · ${plan.kind}${size} · run \`${state.runId}\``,
    objectiveText(node),
    root ? specHead(state) : "",
    section("Requirements", requirements, 8_000),
    section("Done when", acceptance, 8_000),
    plan.dependsOn.length > 0 ? `Waits for ${plan.dependsOn.map(reference).join(", ")}.` : "",
    root ? specSection(state) : "",
    root ? planVerdict(state) : "",
    root ? treeSection(state, numbers) : "",
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** A defect's objective is the finding, with what a check printed. */
function objectiveText({ plan }: NodeState): string {
  if (plan.kind !== "defect") return quote(plan.objective);
  const { what, printed } = partsOf(plan.objective);
  return [quote(what), printed === "" ? "" : codeBlock(printed, 8_000)].filter(Boolean).join("\n\n");
}

function acceptanceText(state: RunState, item: string): string {
  const found = state.spec?.acceptance.find((criterion) => criterion.id === item);
  if (!found) return plain(item);
  return `**${found.id}** Given ${plain(found.given)}, when ${plain(found.when)}, then ${plain(found.outcome)}`;
}

/**
 * A heading and the lines under it that fit. GitHub refuses a body of more than 65,536 characters: the
 * sections and quotations of one body are sized to stay below that together.
 */
function section(title: string, lines: readonly string[], max = 4_000): string {
  if (lines.length === 0) return "";
  let length = 0;
  const fitting = lines.findIndex((line) => {
    length += line.length + 1;
    return length > max;
  });
  const kept = fitting === -1 ? lines : lines.slice(0, fitting);
  const cut = lines.length - kept.length;
  const more = cut > 0 ? [`- … and ${cut} more: see the ledger of this run`] : [];
  return `### ${title}\n\n${[...kept, ...more].join("\n")}`;
}

function specHead({ spec }: RunState): string {
  return spec ? `### Specification: ${plain(spec.title)}\n\n${quote(spec.summary)}` : "";
}

function specSection({ spec, idea }: RunState): string {
  if (!spec) return "";
  return [
    section(
      "Success",
      spec.successCriteria.map((item) => `- **${item.id}** ${plain(item.text)}`),
    ),
    section(
      "Assumptions",
      spec.assumptions.map((text) => `- ${plain(text)}`),
    ),
    section(
      "Out of scope",
      spec.outOfScope.map((text) => `- ${plain(text)}`),
    ),
    section(
      "Open questions, answered as recommended",
      spec.openQuestions.map((item) => `- ${plain(item.question)} → ${plain(item.recommended)}`),
    ),
    `<details><summary>The idea as submitted</summary>\n\n${quote(idea)}\n\n</details>`,
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** What the rules say of the plan as it stands; defects are found, not planned. */
function planVerdict({ nodes, spec, policy }: RunState): string {
  const planned = nodes.map((node) => node.plan).filter((plan) => plan.kind !== "defect");
  return spec ? planVerdictText(judgePlan({ nodes: planned }, spec, policy)) : "";
}

/** A tree up to this size is shown without a fold. */
const OPEN_MAX = 40;

function treeSection(state: RunState, numbers: ReadonlyMap<string, number>): string {
  const tree = treeOf(state.nodes);
  const lines: string[] = [];
  const walk = (node: NodeState, depth: number) => {
    const number = numbers.get(node.plan.id);
    lines.push(
      `${"  ".repeat(depth)}- ${node.plan.id} ${number === undefined ? plain(node.plan.title) : `#${number}`}`,
    );
    for (const child of childrenOf(tree, node.plan.id))
      if (child.plan.kind !== "defect") walk(child, depth + 1);
  };
  for (const root of state.nodes.filter((node) => node.plan.parent === null)) walk(root, 0);
  if (lines.length <= OPEN_MAX) return section("Tree", lines, 10_000);
  const [title = "", ...rest] = section(`Tree: ${plural(lines.length, "node")}`, lines, 10_000).split("\n\n");
  return `${title}\n\n${fold("All of them", rest.join("\n\n"))}`;
}
