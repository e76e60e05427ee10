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

/**
 * What is no text to look for references in: code, links, HTML, addresses. Each of bounded length, so that odd marks
 * without end are not looked for again and again.
 */
const NO_TEXT = new RegExp(
  [
    /^[ >]*(?<fence>`{3,}|~{3,})[\s\S]*?(?:^[ >]*\k<fence>[`~]*[ \t]*$|$(?![\s\S]))/,
    // Within a paragraph, which an empty line ends.
    /(?<![\\`])(?<ticks>`+)(?!`)(?:(?!\n[ >\t]*\n)[\s\S]){1,1000}?(?<!`)\k<ticks>(?!`)/,
    /\[(?:[^\]\\\n]|\\.){0,300}\]\([^)\s]{0,1000}\)/,
    /<!--[\s\S]{0,1000}?-->/,
    /<[^>\n]{1,1000}>/,
    /https?:\/\/[^\s<>]+/,
  ]
    .map((part) => part.source)
    .join("|"),
  "gm",
);

/** A name of a commit has letters and figures, or it may be a number or a word; after `merged` it is neither. */
const REFERENCE =
  /(?<![\w\\&#/.@-])(?:#(\d+)|((?:(?<=\bmerged )|(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d))(?:[0-9a-f]{40}|[0-9a-f]{7})))(?![\w-])/g;

/**
 * Makes links of `#12` and of commits. GitHub does that by itself in comments, but not in job summaries; and in a
 * comment's lists it puts the title in the number's place, which stands there already. References in text of outside
 * origin are parted by `plain` and stay text.
 *
 * @param repository address of the repository's page
 */
export function linkReferences(markdown: string, repository: string): string {
  const linked = (text: string) =>
    text.replace(REFERENCE, (name: string, number?: string) =>
      number === undefined
        ? `[${name}](${repository}/commit/${name})`
        : `[${name}](${repository}/issues/${number})`,
    );
  let from = 0;
  let made = "";
  for (const found of markdown.matchAll(NO_TEXT)) {
    made += linked(markdown.slice(from, found.index)) + found[0];
    from = found.index + found[0].length;
  }
  return made + linked(markdown.slice(from));
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
