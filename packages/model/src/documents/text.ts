/**
 * Text of outside origin in a file of the repository. Nothing there is a mention, a reference or a command to GitHub, and
 * whoever edits or searches the file has every character of it before their eyes: so nothing that cannot be seen is put
 * in, and what could act is escaped. Pure.
 */
import { CODE, UNSEEN_IN_LINES, UNSEEN_RUNS } from "../view/text.ts";

/**
 * A mark; or the beginning of an address that is not what it seems (a user before the host, another script, marks in
 * it), after which a backslash keeps it from being a link.
 */
const ACTIVE =
  /https?(?=:\/\/[^\s/?#]{0,300}?(?:xn--|[@%&\\[\]<>]|[^\s!-~]))|www(?=\.[^\s/?#]{0,300}?(?:xn--|[@%&\\[\]<>]|[^\s!-~]))|([\\`*_[\]<>|#~&])/gi;

const escapeActive = (text: string): string =>
  text.replace(ACTIVE, (found, mark: string | undefined) =>
    mark === undefined ? `${found}\\` : `\\${mark}`,
  );

/** Within a line of ours. Code between backticks stays code, where nothing in it would be more than code. */
export function lineOfFile(text: string): string {
  return text
    .toWellFormed()
    .replace(UNSEEN_RUNS, " ")
    .replace(/\s+/g, " ")
    .trim()
    .split(CODE)
    .map((part, index) =>
      index % 2 === 1 && !/[<|]|&(?=[\w#])|\\$/.test(part.slice(1, -1)) ? part : escapeActive(part),
    )
    .join("");
}

/** Paragraphs, each of them one line: what is laid out within becomes text. */
export function paragraphsOfFile(text: string): string {
  return text
    .split(/\n\s*\n/)
    .map(lineOfFile)
    .filter(Boolean)
    .join("\n\n");
}

/** A longer text as a quotation, line by line. */
export function quoteInFile(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    .replace(UNSEEN_IN_LINES, "")
    .split("\n")
    .map((line) => `> ${lineOfFile(line)}`.trimEnd())
    .join("\n");
}
