/** Which parts of a Markdown text are code on GitHub, told so that no other reading of the text is possible. */

export interface CodeMap {
  /** Code with its fences and backticks, as offsets `[from, to)`, in order. */
  readonly ranges: readonly (readonly [from: number, to: number])[];
  /** What closes the block of code that is open at the end; null when none is. */
  readonly missing: string | null;
  /** Where a block of code needs an empty line before it, because HTML might reach down to it. */
  readonly tight: readonly number[];
  /** Fences within lists that are not closed as they were opened; offsets behind their first character. */
  readonly broken: readonly number[];
}

interface Line {
  readonly at: number;
  readonly text: string;
}

const OPENS = /^( {0,3})(`{3,}(?=[^`]*$)|~{3,})/;
const LIST_LINE = /^[ \t]*(?:>[ \t]*)*(?:[*+-]|\d{1,9}[.)])(?:[ \t]|$)/;
/** A fence right behind the mark of a list's item. */
const LIST_FENCE = /^[ \t]*(?:(?:[*+-]|\d{1,9}[.)])[ \t]+)+(?=`{3,}[^`]*$|~{3,})/;
/** Within a list or quotation HTML may begin after the marks of it. */
const HTML_LINE = /^(?:[ \t>*+\-\d.)]|\[\^[^\]]{1,99}\]:)*</;
/** The line below a table's head. */
const isTableLine = (line: string) => line.includes("-") && /^[\s>|:-]+$/.test(line);
/** What could take a backtick for part of itself: a bare address, an autolink, mathematics. */
const TAKES_BACKTICK = /:\/\/|www\.|mailto:|xmpp:|@|[<$]/i;

/**
 * Blocks between fences, and backtick pairs that are the same pairs however the lines around them are read
 * (CommonMark 0.31, GFM 0.29). What is in doubt is not among them: it is text.
 *
 * A fence at the very start of a line ends whatever list or quotation stood before. One that is moved in may belong to
 * an item of a list, so it counts only when nothing between its two lines could end the item.
 */
export function readCode(text: string): CodeMap {
  const lines = linesOf(text);
  const ranges: [number, number][] = [];
  const tight: number[] = [];
  const broken: number[] = [];
  let block: Line[] = [];
  let lists: "none" | "some" | "doubtful" = "none";
  let missing: string | null = null;
  const endBlock = () => {
    ranges.push(...spansOf(block));
    block = [];
  };
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] as Line;
    const [, indent = "", mark] = OPENS.exec(line.text) ?? [];
    const end = mark === undefined ? undefined : endOf(lines, index, indent.length, mark, lists);
    if (mark !== undefined && end !== undefined) {
      if (block.some((one) => HTML_LINE.test(one.text))) tight.push(line.at);
      endBlock();
      const last = lines[Math.min(end, lines.length - 1)] as Line;
      ranges.push([line.at, last.at + last.text.length]);
      if (end === lines.length) missing = mark;
      index = end;
      continue;
    }
    if (mark !== undefined) broken.push(line.at + indent.length + 1);
    const [behind] = LIST_FENCE.exec(line.text) ?? [];
    if (behind !== undefined) {
      broken.push(line.at + behind.length + 1);
      lists = "doubtful";
    } else if (lists === "none" && LIST_LINE.test(line.text)) lists = "some";
    if (line.text.trim() === "") endBlock();
    else block.push(line);
  }
  endBlock();
  return { ranges: ranges.sort(([a], [b]) => a - b), missing, tight, broken };
}

function linesOf(text: string): Line[] {
  let at = 0;
  return text.split("\n").map((line) => {
    at += line.length + 1;
    return { at: at - line.length - 1, text: line };
  });
}

/** Longest block of code that is looked for within a list: there are texts of nothing but fences. */
const ITEM_LINES = 500;

/** The line that closes a fence, one past the last where none does; undefined when that cannot be told. */
function endOf(
  lines: readonly Line[],
  start: number,
  indent: number,
  mark: string,
  lists: "none" | "some" | "doubtful",
): number | undefined {
  const isAlone = indent === 0 || lists === "none";
  if (!isAlone && lists === "doubtful") return undefined;
  for (let index = start + 1; index < lines.length; index += 1) {
    if (!isAlone && index > start + ITEM_LINES) return undefined;
    const { text } = lines[index] as Line;
    const [, blanks = "", marks = ""] = /^( {0,3})(`+|~+)[ \t]*$/.exec(text) ?? [];
    const closes = marks.length >= mark.length && marks[0] === mark[0];
    if (isAlone) {
      if (closes) return index;
    } else if (closes) return blanks.length === indent ? index : undefined;
    else if (text.trim() !== "" && !isIndented(text, indent)) return undefined;
  }
  return isAlone ? lines.length : undefined;
}

const isIndented = (line: string, by: number) => /^[ ]*\t/.test(line) || line.search(/[^ ]/) >= by;

/**
 * Pairs of backticks in the lines up to an empty one. Where a block within them ends is not looked for: a line counts
 * only while every line before it is balanced, so that no end of a block could shift the pairs.
 */
function spansOf(lines: readonly Line[]): [number, number][] {
  if (lines.some(({ text }) => HTML_LINE.test(text))) return [];
  const inTable = lines.some(({ text }) => isTableLine(text));
  const found: [number, number][] = [];
  for (const { at, text } of lines) {
    const pairs = pairsIn(text);
    if (pairs === null) break;
    // In a table a bar ends the cell, in code too.
    if (inTable && pairs.some(([from, to]) => text.slice(from, to).includes("|"))) break;
    found.push(...pairs.map(([from, to]): [number, number] => [at + from, at + to]));
  }
  return found;
}

/** Null when a backtick is escaped, has no partner on its line, or may be part of an address. */
function pairsIn(line: string): [number, number][] | null {
  if (line.includes("\\`")) return null;
  const runs = [...line.matchAll(/`+/g)];
  const pairs: [number, number][] = [];
  let next = 0;
  let end = 0;
  while (next < runs.length) {
    const [opens = ""] = runs[next] ?? [];
    const from = runs[next]?.index ?? 0;
    if (TAKES_BACKTICK.test(wordBefore(line, end, from))) return null;
    let partner = next + 1;
    while (partner < runs.length && runs[partner]?.[0].length !== opens.length) partner += 1;
    if (partner === runs.length) return null;
    end = (runs[partner]?.index ?? 0) + opens.length;
    pairs.push([from, end]);
    next = partner + 1;
  }
  return pairs;
}

/** What stands before an offset without a blank between. */
function wordBefore(line: string, start: number, at: number): string {
  let from = at;
  while (from > start && !/\s/.test(line.charAt(from - 1))) from -= 1;
  return line.slice(from, at);
}
