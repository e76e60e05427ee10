import { byText } from "./order.ts";

/** Longest text that is searched for names. */
const FOCUS_MAX = 200_000;
/** A bare name that more files have than this names none of them. */
const NAMESAKES_MAX = 5;

/** A character that would make a name part of a longer one. */
const JOINS = /[\p{L}\p{N}\p{M}_-]/u;
/** Scripts without spaces between words: their letters stand next to a name without belonging to it. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const WORD = /[\p{L}\p{N}\p{M}_.-]+/gu;
const OF_A_PATH = /[\p{L}\p{N}\p{M}_.@~+/-]/u;

export interface Mentioned {
  /** Paths that the text gives in full or by several of their last parts, in the order in which it does. */
  readonly byPath: readonly string[];
  /** Paths whose last part alone the text gives, in the order in which it does. */
  readonly byName: readonly string[];
  /** Bare names that too many files have to know which one is meant. */
  readonly ambiguous: readonly { readonly name: string; readonly count: number }[];
}

/** A place where a file's bare name stands by itself, with the path that the text gives there. */
interface Place {
  readonly end: number;
  readonly given: string;
}

interface Found {
  readonly path: string;
  readonly base: string;
  readonly at: number;
}

/** The files among `paths` that a text names, by their path or by their bare name. */
export function mentionedPaths(paths: readonly string[], focus: string): Mentioned {
  const text = focus.slice(0, FOCUS_MAX).normalize("NFC");
  const words = new Set((text.match(WORD) ?? []).flatMap(wordsOf));
  // A bare name that is a whole path already means the file at the root.
  const atRoot = new Set(paths.filter((path) => !path.includes("/")).map((path) => path.normalize("NFC")));
  const placesOf = remembered((base) => placesIn(text, base));
  const byPath: Found[] = [];
  const byName: Found[] = [];
  for (const path of paths) {
    const name = path.normalize("NFC");
    const base = name.slice(name.lastIndexOf("/") + 1);
    // Most names have no word in common with the text, which a look-up tells without a search.
    if (!mayBeNamed(base, words)) continue;
    const places = placesOf(base);
    const given = places.find((place) => givesPath(text, place, name));
    const bare = given ? undefined : places.find((place) => place.given === base);
    if (given && (name.includes("/") || isTelling(base))) byPath.push({ path, base, at: given.end });
    else if (bare && isTelling(base) && !atRoot.has(base)) byName.push({ path, base, at: bare.end });
  }
  const namesakes = Map.groupBy(byName, ({ base }) => base);
  const known = byName.filter(({ base }) => (namesakes.get(base)?.length ?? 0) <= NAMESAKES_MAX);
  return {
    byPath: inText(byPath),
    byName: inText(known),
    ambiguous: [...namesakes]
      .filter(([, found]) => found.length > NAMESAKES_MAX)
      .map(([name, found]) => ({ name, count: found.length })),
  };
}

function inText(found: readonly Found[]): string[] {
  return [...found].sort((a, b) => a.at - b.at || byText(a.path, b.path)).map(({ path }) => path);
}

function remembered<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}

/** What of a word stands between letters of a script without spaces, without dots and hyphens around it. */
function wordsOf(word: string): string[] {
  return word
    .split(UNSPACED)
    .map((part) => part.replace(/^[.-]+|[.-]+$/g, ""))
    .filter((part) => part !== "");
}

function mayBeNamed(base: string, words: ReadonlySet<string>): boolean {
  const own = (base.match(WORD) ?? []).flatMap(wordsOf).at(-1);
  return own === undefined || words.has(own);
}

/** Whether a bare name can only be that of a file: `index.ts` or `Makefile`, and not `test` or `a.b`. */
function isTelling(base: string): boolean {
  return base.includes(".", 1) ? base.length > 4 : /^(?:[A-Z][a-z]+file|\.[\w-]{3,}|[A-Z]{5,})$/.test(base);
}

function placesIn(text: string, base: string): Place[] {
  const places: Place[] = [];
  for (let at = text.indexOf(base); at !== -1; at = text.indexOf(base, at + 1)) {
    const end = at + base.length;
    const before = characterBefore(text, at);
    if (joins(before) || before === "." || goesOn(text.slice(end, end + 4))) continue;
    let start = at;
    while (start > 0 && isOfPath(characterBefore(text, start))) start -= characterBefore(text, start).length;
    places.push({ end, given: text.slice(start, end).replace(/^(?:\.{1,2}\/)+|^\//, "") });
  }
  return places;
}

/** The path itself, its last parts, or the path below a place of somebody's (`/home/me/project/src/a.ts`). */
function givesPath(text: string, { end, given }: Place, path: string): boolean {
  if (given === path || (given.includes("/") && path.endsWith(`/${given}`))) return true;
  if (path.includes("/") && given.endsWith(`/${path}`)) return true;
  // A path with a space in it, or behind a letter that needs none.
  const start = end - path.length;
  return (
    path.includes("/") &&
    text.slice(Math.max(0, start), end) === path &&
    !isOfPath(characterBefore(text, start))
  );
}

function characterBefore(text: string, at: number): string {
  return at <= 0 ? "" : ([...text.slice(Math.max(0, at - 2), at)].at(-1) ?? "");
}

const joins = (character: string): boolean => JOINS.test(character) && !UNSPACED.test(character);
const isOfPath = (character: string): boolean => OF_A_PATH.test(character) && !UNSPACED.test(character);

function goesOn(after: string): boolean {
  const [first = "", second = ""] = [...after];
  return joins(first) || first === "/" || (first === "." && joins(second));
}
