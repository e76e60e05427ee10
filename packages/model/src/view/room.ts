/** Fitting a text into a limit without dropping anything unsaid. */

/** GitHub refuses comments and issue bodies of more than 65,536 characters. */
export const COMMENT_MAX = 60_000;

/**
 * GitHub takes 1 MiB of summary from a step. That is counted in bytes, of which a UTF-16 unit makes at most three.
 */
export const SUMMARY_MAX = 300_000;

/** The first of several drawings, the most detailed first, that fits; the last one if none does. */
export function firstThatFits(room: number, drawings: readonly (() => string)[]): string {
  let text = "";
  for (const draw of drawings) {
    text = draw();
    if (text.length <= room) return text;
  }
  return text;
}

/**
 * The lines that fit, and one that says what was left out.
 *
 * @param more the line for those left out; what it names is in the reader's reach somewhere else
 */
export function linesWithin<T>(
  items: readonly T[],
  room: number,
  lineOf: (item: T) => string,
  more: (left: readonly T[]) => string,
): string {
  const lines = items.map(lineOf);
  if (lines.join("\n").length <= room) return lines.join("\n");
  const sizes: number[] = [];
  let length = 0;
  for (const line of lines) {
    length += line.length + 1;
    sizes.push(length);
  }
  for (let kept = lines.length - 1; kept > 0; kept--) {
    const last = more(items.slice(kept));
    if ((sizes[kept - 1] ?? 0) + last.length <= room) return [...lines.slice(0, kept), last].join("\n");
  }
  return more(items);
}

/** A text with an ellipsis where it was cut. */
export function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1).trimEnd()}…`.toWellFormed();
}

/** `T1, T2 and 7 more` */
export function namesOf(names: readonly string[], max = 5): string {
  const shown = names.slice(0, max);
  const left = names.length - shown.length;
  if (left > 0) return `${shown.join(", ")} and ${left.toLocaleString("en-US")} more`;
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

/** `1 node`, `2 nodes` */
export const plural = (count: number, noun: string, many = `${noun}s`): string =>
  `${count.toLocaleString("en-US")} ${count === 1 ? noun : many}`;

/** A closed fold. GitHub reads Markdown in it only after an empty line. */
export const fold = (summary: string, text: string): string =>
  `<details><summary>${summary}</summary>\n\n${text}\n\n</details>`;

export const section = (title: string, ...blocks: readonly string[]): string => {
  const text = blocks.filter(Boolean).join("\n\n");
  return text ? `### ${title}\n\n${text}` : "";
};
