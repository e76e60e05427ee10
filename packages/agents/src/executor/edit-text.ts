/** Edits of a text, pure. Line ends and a missing last line end stay as the file has them. */

export type Edited =
  | {
      readonly kind: "changed";
      readonly text: string;
      /** First line of what is new, from 1, and how many there are. */
      readonly line: number;
      readonly count: number;
    }
  /** Nothing was changed. */
  | { readonly kind: "missing"; readonly nearest: Nearest | null }
  | { readonly kind: "ambiguous"; readonly lines: readonly number[] }
  | { readonly kind: "beyond"; readonly lines: number };

/** Where a text stands that is like the one wanted, in lines from 1. */
export interface Nearest {
  readonly line: number;
  readonly count: number;
}

/** Puts `next` in the place of `old`, which must stand there once. In a file with CRLF only, LF in both means CRLF. */
export function replaceOnce(text: string, old: string, next: string): Edited {
  const crlf = isCrlf(text);
  const exact = occurrences(text, old);
  const wanted = exact.length === 0 && crlf ? withCrlf(old) : old;
  const at = wanted === old ? exact : occurrences(text, wanted);
  const [index] = at;
  if (index === undefined) return { kind: "missing", nearest: nearest(text, old) };
  if (at.length > 1) return { kind: "ambiguous", lines: at.map((each) => lineOf(text, each)) };
  const put = crlf ? withCrlf(next) : next;
  return {
    kind: "changed",
    text: text.slice(0, index) + put + text.slice(index + wanted.length),
    line: lineOf(text, index),
    count: countLines(put),
  };
}

/** Puts lines behind line `after`; 0 is the beginning. */
export function insertAfter(text: string, after: number, added: string): Edited {
  const eol = isCrlf(text) ? "\r\n" : "\n";
  const total = countLines(text);
  if (after > total) return { kind: "beyond", lines: total };
  const body = added.replace(/\r?\n$/, "");
  const put = eol === "\n" ? body : withCrlf(body);
  const at = offsetAfter(text, after);
  const changed =
    text !== "" && after === total && !text.endsWith("\n")
      ? text + eol + put
      : text.slice(0, at) + put + eol + text.slice(at);
  return { kind: "changed", text: changed, line: after + 1, count: countLines(put) };
}

export function countLines(text: string): number {
  return text === "" ? 0 : text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}

function offsetAfter(text: string, line: number): number {
  let at = 0;
  for (let passed = 0; passed < line; passed += 1) at = text.indexOf("\n", at) + 1;
  return at;
}

/** Every line ends in CRLF. One that does not makes it a file of its own kind, in which nothing is converted. */
function isCrlf(text: string): boolean {
  return text.includes("\r\n") && !/(?<!\r)\n/.test(text);
}

function withCrlf(text: string): string {
  return text.replace(/\r?\n/g, "\r\n");
}

function occurrences(text: string, part: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) found.push(at);
  return found;
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

/** Below this share of common letter pairs two texts have nothing to do with each other. */
const ALIKE = 0.6;
/** The best places of the most telling line are compared whole. */
const CANDIDATES = 5;

/** The lines that are most like `wanted`, white space aside; null when none is alike. */
export function nearest(text: string, wanted: string): Nearest | null {
  const lines = text.split("\n").map(squeezed);
  const sought = wanted
    .replace(/^\s*\n|\s+$/g, "")
    .split("\n")
    .map(squeezed);
  const telling = sought.reduce(
    (best, line, index) => (line.length > (sought[best]?.length ?? 0) ? index : best),
    0,
  );
  const like = likeness(sought[telling] ?? "");
  const places = lines
    .map((line, index) => ({ start: index - telling, score: like(line) }))
    .filter(({ score, start }) => score >= ALIKE && start >= 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, CANDIDATES);
  const likes = sought.map(likeness);
  const whole = places
    .map(({ start }) => {
      const scores = likes.map((one, index) => one(lines[start + index] ?? ""));
      return { start, score: scores.reduce((sum, score) => sum + score, 0) / scores.length };
    })
    .sort((a, b) => b.score - a.score);
  const [best] = whole;
  return best === undefined ? null : { line: best.start + 1, count: sought.length };
}

function squeezed(line: string): string {
  return line.replace(/\s+/g, " ").trim();
}

/** How alike a text is to another: Dice's coefficient over pairs of letters, 0 to 1 (Dice 1945). */
function likeness(of: string): (other: string) => number {
  const pairs = pairsOf(of);
  return (other) => {
    if (other === of) return 1;
    // Cheap bound: texts of very different length cannot be alike.
    if (2 * Math.min(of.length, other.length) < ALIKE * (of.length + other.length)) return 0;
    const rest = new Map(pairs);
    let common = 0;
    for (let index = 0; index + 1 < other.length; index += 1) {
      const pair = other.slice(index, index + 2);
      const left = rest.get(pair) ?? 0;
      if (left === 0) continue;
      rest.set(pair, left - 1);
      common += 1;
    }
    return (2 * common) / Math.max(1, of.length + other.length - 2);
  };
}

function pairsOf(text: string): Map<string, number> {
  const pairs = new Map<string, number>();
  for (let index = 0; index + 1 < text.length; index += 1) {
    const pair = text.slice(index, index + 2);
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  return pairs;
}
