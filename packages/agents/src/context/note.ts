import { visibleText } from "../prompt/text.ts";

/** Longest note of what was cut, in characters. */
export const NOTE_MAX = 400;
const NAMED = 6;
const NAME_MAX = 60;

/** What a pack leaves out, by name. */
export interface Cut {
  /** There was no room for them. */
  readonly room: readonly string[];
  /** Shown in part. */
  readonly shortened: readonly string[];
  /** Never shown, whatever the room: a binary, a lock file. */
  readonly unfit: readonly { readonly name: string; readonly why: string }[];
  /** Further sentences, without a full stop. */
  readonly more?: readonly string[];
}

/** One sentence on what a pack left out; null when it left out nothing. */
export function cutNote({ room, shortened, unfit, more = [] }: Cut): string | null {
  const parts = [
    ...(room.length > 0 ? [`no room for ${listed(room)}`] : []),
    ...(shortened.length > 0 ? [`shown in part: ${listed(shortened)}`] : []),
    ...(unfit.length > 0
      ? [
          `not shown: ${listed(
            unfit.map(({ name }) => name),
            unfit,
          )}`,
        ]
      : []),
    ...more,
  ];
  if (parts.length === 0) return null;
  const text = parts.join("; ");
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  return sentence.length < NOTE_MAX ? `${sentence}.` : `${sentence.slice(0, NOTE_MAX - 2).toWellFormed()}….`;
}

function listed(names: readonly string[], reasons?: readonly { readonly why: string }[]): string {
  const shown = names.slice(0, NAMED).map((name, index) => {
    const why = reasons?.[index]?.why;
    return why === undefined ? shownName(name, NAME_MAX) : `${shownName(name, NAME_MAX)} (${why})`;
  });
  return shown.join(", ") + (names.length > NAMED ? ` and ${names.length - NAMED} more` : "");
}

/**
 * A name of a file as a reader and a shell can take it: plain where it is plain, else quoted, with what
 * cannot be seen written as an escape.
 */
export function shownName(name: string, max = 1_000): string {
  const short = name.length > max ? `…${name.slice(name.length - max + 1).toWellFormed()}` : name;
  if (/^[\w./@+=~#%,-]+$/.test(short)) return short;
  if (/^[\p{L}\p{N}\p{M}._/@+=~#%,…-]+$/u.test(short) && visibleText(short) === short) return short;
  return JSON.stringify(short).replace(
    /[\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\u007f-\u009f\u{e0000}-\u{e0fff}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
