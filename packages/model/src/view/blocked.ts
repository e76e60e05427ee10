import { personWith } from "../gates.ts";
import type { NodeState, RunState } from "../schema/state.ts";
import { STATUS_MARKS } from "./marks.ts";
import { codeBlock, plain, quote } from "./text.ts";

/** The one comment on the issue of a node that cannot go on without a person: why, who is asked, and for what. */
export function blockedText(state: RunState, node: NodeState): string {
  const { id } = node.plan;
  const { what, printed } = partsOf(blockedReason(node));
  return [
    `${STATUS_MARKS.BLOCKED} **${id} is blocked** and waits for ${personWith(state.policy.commands)}.`,
    quote(what),
    printed === "" ? "" : codeBlock(printed),
    `When that is settled, comment \`/slipway retry ${id}\` here.${node.branch ? ` What was done is on the branch \`${plain(node.branch)}\`.` : ""}`,
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** Why a node is blocked, without the advice to retry it, which is given as a comment. */
export const blockedReason = ({ trouble }: NodeState): string =>
  (trouble ?? "No reason was recorded.")
    .replace(/,? then `retry [A-Z]\d+`\.$/, ".")
    .replace(/ When that is settled, `retry [A-Z]\d+`\.$/, "");

/** Sentences, and from a line that ends with a colon what a check printed. */
export function partsOf(text: string): { readonly what: string; readonly printed: string } {
  const at = text.search(/(?<=:)\n/);
  return at === -1 ? { what: text, printed: "" } : { what: text.slice(0, at), printed: text.slice(at + 1) };
}
