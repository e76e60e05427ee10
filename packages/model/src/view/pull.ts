import { markerText } from "../names.ts";
import type { ChangeSize } from "../risk.ts";
import type { NodeState, RunState } from "../schema/state.ts";
import { childrenOf, isLeaf, rootOf, treeOf } from "../tree.ts";
import { makerText } from "./agents.ts";
import { issueText, joined, nodeName, pullText } from "./links.ts";
import { linesWithin, plural } from "./room.ts";
import { plain } from "./text.ts";
import { usageText } from "./usage.ts";

/** Characters of the list of what a parent brings. */
const HELD_MAX = 20_000;

/**
 * The body of a node's pull request.
 *
 * @param told what was done, as Markdown that was made fit for the public
 * @param size of what it brings, where that is known
 */
export function pullBody(
  state: RunState,
  node: NodeState,
  told: string,
  size: ChangeSize | null = null,
): string {
  const { plan } = node;
  const root = rootOf(state);
  const where = root?.issue && root !== node ? ` (see #${root.issue.number})` : "";
  return [
    markerText({ what: "pull", runId: state.runId, nodeId: plan.id }),
    joined([
      `**${plan.id}**`,
      plan.kind,
      node.issue ? `issue ${issueText(node)}` : "",
      `run \`${state.runId}\``,
    ]),
    plan.requirements.length > 0 ? `Requirements: ${plan.requirements.join(", ")}${where}.` : "",
    told,
    madeSection(node, size),
    heldSection(state, node),
    `_Written by Slipway${isLeaf(node) ? ": the change was made by an agent and is" : ". It is"} merged only when its gates are met._`,
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** How the change was made. A parent's is its children's. */
function madeSection({ made }: NodeState, size: ChangeSize | null): string {
  if (made === undefined) return "";
  const sizes = size === null ? [] : [plural(size.paths.length, "file"), plural(size.lines, "changed line")];
  return [
    "### How it was made",
    makerText(made),
    joined([...sizes, usageText(made.usage)]),
    made.notes.map((note) => `- ${plain(note)}`).join("\n"),
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** What a parent brings was reviewed in the pull requests of its children. */
function heldSection(state: RunState, node: NodeState): string {
  const children = childrenOf(treeOf(state.nodes), node.plan.id);
  if (children.length === 0) return "";
  const line = (child: NodeState) => `- ${joined([nodeName(child), issueText(child), pullText(child)])}`;
  const more = (left: readonly NodeState[]) => `- … and ${plural(left.length, "more", "more")}`;
  return `### Merged into it\n\n${linesWithin(children, HELD_MAX, line, more)}`;
}
