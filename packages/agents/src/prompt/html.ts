/** Which HTML of a text stays HTML: plain marks without attributes, all closed in order. */
import { isSafeAutolink } from "./links.ts";

const ALONE = ["br", "hr"];
const PAIRED = ["b", "del", "details", "em", "i", "ins", "kbd", "s", "strong", "sub", "summary", "sup"];
const TAG = new RegExp(`^<(/?)(${[...ALONE, ...PAIRED].join("|")})(?: open| ?/)?>`, "i");
/** A backtick or fence that is not known to be code, nor to be none. */
const DOUBT = /`|^[ \t>*+\-\d.)]*~~~/m;
const AUTOLINK = /^<([a-z][a-z0-9+.-]*:[^\s<>`]*)>/i;
const MAIL = /^<[\w.+-]+@[\w.-]+>/;

/**
 * Where `<` has to be parted from what follows: comments, declarations, tags with attributes or of other names,
 * autolinks to anything but the web. Marks that are not closed in order, or perhaps within code, would reach into the
 * text after this one; then none stays.
 *
 * @param text without the code in it
 * @returns offsets behind each such `<`
 */
export function htmlBreaks(text: string): number[] {
  const open: string[] = [];
  const marks: number[] = [];
  const breaks: number[] = [];
  // What may be code after all must not close what is open.
  let inOrder = !DOUBT.test(text);
  for (const { index } of text.matchAll(/<(?=[a-z/!?])/gi)) {
    const rest = text.slice(index, index + 2_100);
    const [, slash, name] = TAG.exec(rest) ?? [];
    if (name !== undefined) {
      marks.push(index + 1);
      const tag = name.toLowerCase();
      if (PAIRED.includes(tag)) {
        const before = text.slice(Math.max(0, index - 400), index);
        if (/ {4}|\t/.test(before.slice(before.lastIndexOf("\n") + 1))) inOrder = false;
        if (slash === "") open.push(tag);
        else if (open.pop() !== tag) inOrder = false;
      }
      continue;
    }
    const [, address] = AUTOLINK.exec(rest) ?? [];
    if (!(address !== undefined && isSafeAutolink(address)) && !MAIL.test(rest)) breaks.push(index + 1);
  }
  return inOrder && open.length === 0 ? breaks : [...breaks, ...marks];
}

/** Named references that stand for nothing but themselves or a mark that GitHub gives no meaning. */
const HARMLESS = [
  ...[
    "amp",
    "apos",
    "bull",
    "check",
    "copy",
    "deg",
    "divide",
    "ge",
    "gt",
    "hellip",
    "larr",
    "laquo",
    "le",
    "lt",
  ],
  ...["mdash", "middot", "minus", "nbsp", "ndash", "ne", "plusmn", "quot", "raquo", "rarr", "reg", "sect"],
  ...["times", "trade", "uarr", "darr"],
];
const REFERENCE = new RegExp(`&(?=#|(?!(?:${HARMLESS.join("|")});)[a-z][a-z0-9]{0,31};)`, "gi");

/** Where a character reference would put in what is not seen in the text: `&commat;name`, `&#35;1`, `&zwj;`. */
export function referenceBreaks(text: string): number[] {
  return [...text.matchAll(REFERENCE)].map(({ index }) => index + 1);
}
