import { stripVTControlCharacters } from "node:util";

/**
 * Controls other than tab and line feed, bidirectional marks, zero-width characters, fillers, tag characters and
 * variation selectors: Unicode's Default_Ignorable_Code_Point, and the few that are missing in it. What may belong to
 * what is seen is judged by {@link STRAY}.
 */
const UNSEEN =
  /[^\P{Cc}\t\n]|[\u2028\u2029\u2800\ufff9-\ufffb\u{13430}-\u{1343f}\u{16fe4}\u{1d159}]|\p{NChar}|(?!\u200c|\u200d|\ufe0f)\p{DI}/gu;

/** Letters of scripts in which U+200C and U+200D are part of the spelling. */
const JOINING = [
  ...["Arabic", "Syriac", "Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Oriya", "Tamil", "Telugu"],
  ...["Kannada", "Malayalam", "Sinhala", "Khmer", "Myanmar"],
]
  .map((script) => `\\p{sc=${script}}`)
  .join("");

/** A joiner that joins nothing, and a presentation selector after what is no emoji. */
const STRAY = new RegExp(
  [
    `(?<!\\p{ExtPict}\\ufe0f?|\\p{Emoji_Modifier}|[${JOINING}])\\u200d`,
    `\\u200d(?!\\p{ExtPict}|[${JOINING}])`,
    `(?<![${JOINING}])\\u200c`,
    `\\u200c(?![${JOINING}])`,
    "(?<!\\p{Emoji})\\ufe0f",
    // A figure is an emoji only as a keycap.
    "(?<=[\\d#*])\\ufe0f(?!\\u20e3)",
  ].join("|"),
  "gu",
);

/**
 * Takes out what a reader cannot see and a machine can: terminal sequences, control characters other than tab and
 * line feed, bidirectional overrides, zero-width, filler, variation and tag characters. Emoji joined by U+200D, the
 * presentation selector U+FE0F behind an emoji, and joiners within scripts that are spelt with them are kept. Never
 * throws; half a surrogate pair becomes U+FFFD. Done twice it gives the same.
 */
export function visibleText(text: string): string {
  return stripVTControlCharacters(text.toWellFormed())
    .replace(/\r\n?/g, "\n")
    .replace(UNSEEN, "")
    .replace(STRAY, "");
}

/** At most `max` characters, without half a surrogate pair, with a note of what is gone. */
export function clip(text: string, max: number, what = "text"): string {
  if (text.length <= max) return text;
  const note = `\n[… ${what} cut here: ${text.length} characters in all]`;
  const kept = (length: number) => cutAt(text, length);
  // Too little room for text and note: the text.
  return max <= note.length ? kept(max) : kept(max - note.length) + note;
}

/** The first `length` UTF-16 units, without half a surrogate pair or a joiner that joins nothing any more. */
export function cutAt(text: string, length: number): string {
  return text
    .slice(0, length)
    .toWellFormed()
    .replace(/[\ufffd\u200c\u200d]+$/, "");
}

/** Head and tail of at most `each` characters; what lies between is counted, not silently lost. */
export function headAndTail(text: string, each: number): string {
  if (text.length <= 2 * each) return text;
  return joinCut(text.slice(0, each), text.slice(-each), text.length - 2 * each);
}

export function joinCut(head: string, tail: string, left: number): string {
  return `${head.toWellFormed()}\n[… ${left} characters left out …]\n${tail.toWellFormed()}`;
}
