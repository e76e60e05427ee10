import { clip, visibleText } from "./text.ts";

/** Longest body that GitHub takes for an issue, a pull request or a comment is 65,536 characters. */
export const PUBLIC_MAX = 60_000;

/** Breaks a token for GitHub without changing what a person reads, inside and outside of code spans. */
const JOINT = "\u2060";

/**
 * Text that a model wrote, on its way to GitHub (issues, comments, pull requests, commit messages,
 * notes). It must ping nobody, close nothing, command no bot, skip no checks, and carry no hidden text or marker.
 */
export function publicText(text: string, maxCharacters = PUBLIC_MAX): string {
  const broken = visibleText(text)
    .replace(/<(?=!--|!\[CDATA|\?|!DOCTYPE)/gi, `<${JOINT}`)
    .replace(/--(!?)>/g, `--${JOINT}$1>`)
    .replace(/(^|[^\p{L}\p{N}_])@(?=[\p{L}\p{N}_-])/gu, `$1@${JOINT}`)
    .replace(
      /\b(close[sd]?|fix(?:e[sd])?|resolve[sd]?)(?=[\s:]+(?:#|gh-\d|[\w.-]+\/[\w.-]+#|https?:\/\/))/gi,
      (word) => `${word[0]}${JOINT}${word.slice(1)}`,
    )
    .replace(/^([ \t]*(?:>[ \t]*)*)\/(?=[a-z])/gim, `$1${JOINT}/`)
    // In a commit message these keep the repository's own workflows from running.
    .replace(/\[(?=(?:skip ci|ci skip|no ci|skip actions|actions skip)\])/gi, `[${JOINT}`)
    .replace(/\b(skip)(?=-checks\s*:)/gi, `$1${JOINT}`)
    .trim();
  return clip(broken, maxCharacters, "text").trim();
}

/** One line of at most `max` characters for titles and subjects; `otherwise` when nothing is left. */
export function publicLine(text: string, max: number, otherwise: string): string {
  const line = publicText(text.replace(/\s+/g, " "), Number.MAX_SAFE_INTEGER).replace(/\s+/g, " ").trim();
  if (line === "") return otherwise;
  return line.length <= max
    ? line
    : `${line
        .slice(0, max - 1)
        .toWellFormed()
        .replace(/\ufffd$/, "")
        .trimEnd()}…`;
}
