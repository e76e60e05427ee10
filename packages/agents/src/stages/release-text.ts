import { cut, plain, type Release, type ReleaseEntry, type ReleaseWords } from "@slipway/model";
import { redact } from "../prompt/redact.ts";
import { visibleText } from "../prompt/text.ts";
import { RELEASE_AGENT } from "./release-notes.ts";

/** GitHub takes 125,000 characters of a release; a ledger keeps 120,000. */
const NOTES_MAX = 118_000;
/** The record below them has the rest. */
const WORDS_MAX = 50_000;

/**
 * The notes of a release in the words of an agent, as Markdown made fit for the public, and the trace's own list below
 * them: what the words leave out, or get wrong, stands there. Everything of the agent's is text: it marks nothing up but
 * `code`.
 *
 * @param release with the notes that its trace alone makes, of which the first paragraph is the heading
 */
export function wordedNotes(release: Pick<Release, "notes" | "entries">, words: ReleaseWords): string {
  const [title = "", ...list] = release.notes.split("\n\n");
  const bySha = new Map(release.entries.map((entry) => [entry.sha, entry]));
  const line = (item: Item) => `- ${textOf(item.text, 1_000)}${traceOf(item, bySha)}`;
  const sections = [
    ...words.sections.map(({ title, items }) => ({ title: textOf(title, 60), items })),
    ...(words.upgrade.length > 0 ? [{ title: "What you have to do", items: words.upgrade }] : []),
  ];
  const head = [title, `**${textOf(words.headline, 120)}**`, textOf(words.summary, 2_000)].join("\n\n");
  const told = within(sections, WORDS_MAX - head.length, line);
  const above = [head, ...told].join("\n\n");
  const foot = `_Worded by the agent \`${RELEASE_AGENT}\` from the record of what was merged, which is the list above._`;
  return [above, record(list, NOTES_MAX - above.length - foot.length), foot].filter(Boolean).join("\n\n");
}

type Item = ReleaseWords["upgrade"][number];

const textOf = (text: string, max: number): string => plain(cut(redact(visibleText(text)), max));

/** ` (#12, 1a2b3c4)`: where each change can be followed. */
function traceOf({ shas }: Item, bySha: ReadonlyMap<string, ReleaseEntry>): string {
  const places = shas.map((sha) => {
    const pull = bySha.get(sha)?.pull ?? null;
    return pull === null ? sha.slice(0, 7) : `#${pull}`;
  });
  return ` (${[...new Set(places)].join(", ")})`;
}

/** Sections with the items that there is room for; what is left out is in the record. */
function within(
  sections: readonly { readonly title: string; readonly items: readonly Item[] }[],
  max: number,
  line: (item: Item) => string,
): string[] {
  let room = max;
  let left = 0;
  const made = sections.flatMap(({ title, items }) => {
    room -= title.length + 8;
    const lines = items.map(line).filter((text) => {
      if (left === 0) room -= text.length + 1;
      if (room < 0) left += 1;
      return left === 0;
    });
    return lines.length === 0 ? [] : [`### ${title}\n\n${lines.join("\n")}`];
  });
  return left === 0 ? made : [...made, `… and ${left} more: every change is in the record below.`];
}

/** The trace's own list, folded; whole lines of it, where there is no room for all. */
function record(list: readonly string[], max: number): string {
  const text = list.join("\n\n");
  if (text === "") return "";
  const fold = (body: string) =>
    `<details><summary>Every change, with its requirements, issue and pull request</summary>\n\n${body}\n\n</details>`;
  const room = max - fold("").length - 100;
  if (text.length <= room) return fold(text);
  const kept = text.slice(0, text.lastIndexOf("\n", Math.max(0, room)));
  return fold(`${kept}\n\n… and more changes: see the commits of this release.`);
}
