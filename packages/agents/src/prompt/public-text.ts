import { readCode } from "./code.ts";
import { htmlBreaks, referenceBreaks } from "./html.ts";
import { linkBreaks } from "./links.ts";
import { redact } from "./redact.ts";
import { clip, cutAt, visibleText } from "./text.ts";
import {
  breaksOf,
  CLOSING,
  COMMANDS,
  COMMENTS,
  DIVIDERS,
  folded,
  MENTIONS,
  TRIGGERS,
  unmarkedBreaks,
} from "./triggers.ts";

/** Longest body that GitHub takes for an issue, a pull request or a comment is 65,536 characters. */
export const PUBLIC_MAX = 60_000;

/** Breaks a token for GitHub without changing what a person reads. */
const JOINER = "\u2060";

/**
 * Where a text goes, which decides what could act there.
 *
 * - `markdown`: a comment, an issue, a pull request, a review, a release. Code stays byte for byte as it was, but for
 *   what acts on the raw text.
 * - `message`: a commit message. Nothing in it is Markdown, so mentions act in backticks, too.
 * - `anywhere`: not known yet, or in several places. The rules of both.
 */
export type PublicPlace = "markdown" | "message" | "anywhere";

/**
 * Text that a model or a person wrote, on its way to GitHub. It pings nobody, closes nothing, commands no program,
 * skips no checks, adds no trailer, carries no hidden text, marker or known credential, shows no picture from
 * elsewhere, and ends what it begins (code, HTML), so that what follows it is read as it is. Ordinary Markdown is
 * byte for byte as it was.
 *
 * For every string: it does not throw, the result has at most `maxCharacters` UTF-16 units, and is well-formed; done
 * again with the same limit and place it changes nothing.
 *
 * What it does is put U+2060 into what would act: `redact` and the cut at the end apart, taking U+2060 out again
 * gives the text with what cannot be seen removed.
 */
export function publicText(
  text: string,
  maxCharacters = PUBLIC_MAX,
  place: PublicPlace = "anywhere",
): string {
  const clean = redact(visibleText(text)).trim();
  return fitted(maxCharacters, (room) => inert(settled(clean, room, place), place));
}

/** One line of at most `max` characters for titles and subjects; `otherwise` when nothing is left. */
export function publicLine(
  text: string,
  max: number,
  otherwise: string,
  place: PublicPlace = "anywhere",
): string {
  const line = redact(visibleText(text.replace(/\s+/g, " ")).replace(/\s+/g, " ")).trim();
  if (line === "") return otherwise;
  return fitted(max, (room) => inert(cutLine(line, room), place));
}

/** What `draw` makes with as much room as it can have without exceeding `max`: joiners take room, too. */
function fitted(max: number, draw: (room: number) => string): string {
  let room = max;
  for (let tries = 1; ; tries += 1) {
    const made = draw(room);
    if (made.length <= max || room <= 0) return made.slice(0, max).toWellFormed();
    room = Math.max(0, Math.min(room - (made.length - max), tries < 8 ? room : Math.floor(room / 2)));
  }
}

function cutLine(line: string, max: number): string {
  if (line.length <= max) return line;
  return `${cutAt(line, Math.max(0, max - 1)).trimEnd()}…`;
}

/** At most `room` characters in which every block of code is closed and stands by itself. */
function settled(text: string, room: number, place: PublicPlace): string {
  if (place === "message") return clip(text, room).trim();
  const { tight } = readCode(text);
  const apart = insert(text, tight, "\n");
  const { missing } = readCode(apart);
  const closed = missing === null ? apart : `${apart}\n${missing}`;
  if (closed.length <= room) return closed;
  const cut = clip(apart, room).trim();
  const open = readCode(cut).missing;
  if (open === null) return cut;
  // With room for the fence, or without the block.
  const again = clip(apart, Math.max(0, room - open.length - 1)).trim();
  const still = readCode(again).missing;
  return still === null ? again : `${again}\n${still}`;
}

/** The same text with a joiner in everything that would act. */
function inert(text: string, place: PublicPlace): string {
  const { ranges, broken } = readCode(text);
  const outside = blanked(text, place === "markdown" ? ranges : []);
  // As it stands and as a careless reader takes it: either may be acted on.
  const breaks = [
    ...[outside, folded(outside)].flatMap((seen) => breaksOf(seen, [...MENTIONS, ...COMMANDS])),
    ...[text, folded(text)].flatMap((seen) => breaksOf(seen, TRIGGERS)),
    ...(place === "message" ? [] : unmarkedBreaks(text, CLOSING)),
    ...(place === "markdown" ? [] : breaksOf(text, COMMENTS)),
    ...(place === "message"
      ? breaksOf(text, DIVIDERS)
      : [...broken, ...htmlBreaks(outside), ...referenceBreaks(outside), ...linkBreaks(outside, text)]),
  ];
  return insert(text, breaks, JOINER);
}

/** With each part of code replaced by as many characters that mean nothing. */
function blanked(text: string, ranges: readonly (readonly [number, number])[]): string {
  let made = "";
  let at = 0;
  for (const [from, to] of ranges) {
    made += text.slice(at, from) + text.slice(from, to).replace(/[^\n]/g, "\u0000");
    at = to;
  }
  return made + text.slice(at);
}

function insert(text: string, offsets: readonly number[], what: string): string {
  let made = "";
  let at = 0;
  for (const offset of [...new Set(offsets)].sort((a, b) => a - b)) {
    made += text.slice(at, offset) + what;
    at = offset;
  }
  return made + text.slice(at);
}
