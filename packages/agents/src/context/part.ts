import { asData } from "../prompt/sanitize.ts";
import { visibleText } from "../prompt/text.ts";
import type { Room } from "./budget.ts";
import type { Cut } from "./note.ts";

/** One piece of material on its way into a pack. */
export interface Piece {
  /** What it is called in a note of what was cut. */
  readonly name: string;
  /** Its provenance: `file src/a.ts`, `pull request #12`. */
  readonly source: string;
  readonly text: string;
  /** Which end matters when it does not fit: a log ends with what went wrong. Default `head`. */
  readonly keep?: "head" | "tail";
}

/** No character costs less than this part of a token, so longer texts need not be looked at. */
const CHARACTERS_A_UNIT = 9;
const LINE_MAX = 1_000;
/** A piece of fewer lines than this says too little to be worth its frame. */
const LINES_MIN = 4;
/** Whatever is left goes to a piece when half of it would be less than this. */
const SHARE_MIN = 400;
const BETWEEN = "\n\n";

/** Marked as data without a limit of its own: the room is measured here. */
export function marked(source: string, text: string): string {
  return asData({ source, text, maxCharacters: Number.MAX_SAFE_INTEGER });
}

/**
 * Pieces in the order given, each marked as data, within the room. A piece takes at most half of what is
 * left, so that one long file does not push out all others; what does not fit is shortened or named.
 */
export function fill(pieces: readonly Piece[], room: Room): { readonly text: string; readonly cut: Cut } {
  const parts: string[] = [];
  const without: string[] = [];
  const shortened: string[] = [];
  let left = room.size;
  pieces.forEach((piece, index) => {
    const gap = parts.length === 0 ? 0 : room.measure(BETWEEN);
    const share =
      index === pieces.length - 1 ? left : Math.max(Math.floor(left / 2), Math.min(left, SHARE_MIN));
    const fitted = fit(piece, { ...room, size: share - gap });
    if (fitted === null) {
      without.push(piece.name);
      return;
    }
    if (fitted.shortened) shortened.push(piece.name);
    parts.push(fitted.text);
    left -= gap + room.measure(fitted.text);
  });
  return { text: parts.join(BETWEEN), cut: { room: without, shortened, unfit: [] } };
}

/** A piece within the room, shortened by whole lines where it must be; null when next to nothing of it fits. */
function fit(piece: Piece, room: Room): { readonly text: string; readonly shortened: boolean } | null {
  const most = room.size * CHARACTERS_A_UNIT;
  if (piece.text.length <= most) {
    const whole = marked(piece.source, piece.text);
    if (room.measure(whole) <= room.size) return { text: whole, shortened: false };
  }
  if (room.size <= 0) return null;
  const lines = linesOf(piece, most);
  const least = Math.min(LINES_MIN, lines.all);
  let text: string | null = null;
  // The most lines that fit, by halving.
  for (let low = least, high = lines.given.length; low <= high; ) {
    const middle = (low + high) >> 1;
    const tried = marked(piece.source, shortenedText(piece, lines, middle));
    if (room.measure(tried) <= room.size) {
      text = tried;
      low = middle + 1;
    } else high = middle - 1;
  }
  return text === null ? null : { text, shortened: true };
}

interface Lines {
  readonly given: readonly string[];
  /** Lines of the whole text. */
  readonly all: number;
}

function linesOf(piece: Piece, most: number): Lines {
  const { text } = piece;
  const needed = piece.keep === "tail" ? text.slice(-most) : text.slice(0, most);
  return {
    given: visibleText(needed)
      .split("\n")
      .map((line) =>
        line.length <= LINE_MAX
          ? line
          : `${line.slice(0, LINE_MAX).toWellFormed()} [… ${line.length - LINE_MAX} characters]`,
      ),
    all: countLines(text),
  };
}

function countLines(text: string): number {
  let count = 1;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

function shortenedText({ keep = "head" }: Piece, { given, all }: Lines, count: number): string {
  const gone = all - count;
  if (gone <= 0) return given.join("\n");
  return keep === "head"
    ? `${given.slice(0, count).join("\n")}\n[… ${gone} more lines …]`
    : `[… ${gone} lines before these …]\n${given.slice(-count).join("\n")}`;
}
