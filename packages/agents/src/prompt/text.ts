import { stripVTControlCharacters } from "node:util";

/**
 * Takes out what a reader cannot see and a machine can: terminal sequences, control characters other
 * than tab and line feed, bidirectional overrides, zero-width characters, variation and tag
 * characters. Emoji joined by U+200D and the presentation selector U+FE0F are kept.
 */
export function visibleText(text: string): string {
  return stripVTControlCharacters(text.toWellFormed())
    .replace(/\r\n?/g, "\n")
    .replace(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ufe00-\ufe0e]|[\u{e0000}-\u{e0fff}]/gu,
      "",
    )
    .replace(
      /(?<!\p{Extended_Pictographic}\ufe0f?|\p{Emoji_Modifier})\u200d|\u200d(?!\p{Extended_Pictographic})/gu,
      "",
    );
}

/** At most `max` characters, without half a surrogate pair, with a note of what is gone. */
export function clip(text: string, max: number, what = "text"): string {
  if (text.length <= max) return text;
  const note = `\n[… ${what} cut here: ${text.length} characters in all]`;
  return (
    text
      .slice(0, Math.max(0, max - note.length))
      .toWellFormed()
      .replace(/\ufffd$/, "") + note
  );
}

/** Head and tail of at most `each` characters; what lies between is counted, not silently lost. */
export function headAndTail(text: string, each: number): string {
  if (text.length <= 2 * each) return text;
  return joinCut(text.slice(0, each), text.slice(-each), text.length - 2 * each);
}

export function joinCut(head: string, tail: string, left: number): string {
  return `${head.toWellFormed()}\n[… ${left} characters left out …]\n${tail.toWellFormed()}`;
}
