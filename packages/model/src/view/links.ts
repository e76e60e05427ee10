import type { NodeState } from "../schema/state.ts";
import { cut } from "./room.ts";
import { plain } from "./text.ts";

/**
 * A link whose text is ours and whose address may come from elsewhere: no address but one of the web, and none
 * that could end the link or a table cell.
 */
export function linkTo(text: string, address: string | null | undefined): string {
  if (!address || !URL.canParse(address)) return text;
  const url = new URL(address);
  if (url.protocol !== "https:" && url.protocol !== "http:") return text;
  const safe = url.href.replace(
    /[()<>|\\`*_[\]@~\s]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).padStart(2, "0").toUpperCase()}`,
  );
  return safe.length > 500 ? text : `[${text}](${safe})`;
}

/** `#12`, or nothing before there is an issue. GitHub makes a link of it. */
export const issueText = (node: NodeState): string => (node.issue ? `#${node.issue.number}` : "");

export const pullText = (node: NodeState): string => (node.pull === null ? "" : `PR #${node.pull}`);

/** `**T3** Title`: how a node is named wherever it is spoken of. */
export function nodeName(node: NodeState, titleMax = 120): string {
  const title = titleMax > 0 ? plain(cut(node.plan.title, titleMax)) : "";
  return `**${node.plan.id}**${title ? ` ${title}` : ""}`;
}

export const joined = (parts: readonly string[]): string => parts.filter(Boolean).join(" · ");

/** `2026-11-20 10:00 UTC`; another form is left as it is. */
export const timeText = (time: string): string =>
  time.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d(?:\.\d+)?Z$/, "$1 $2 UTC");
