/** An invisible character that parts what GitHub would read as a mention or a reference. */
const JOINER = "\u2060";

/** The beginning of an address whose host is not what it seems: a user before it, another script, marks in it. */
const FALSE_HOST =
  /(?<=h)(?=ttps?:\/\/[^\s/?#]{0,300}?(?:xn--|[@%&\\[\]<>]|[^\s!-~]))|(?<=w)(?=ww\.[^\s/?#]{0,300}?(?:xn--|[@%&\\[\]<>]|[^\s!-~]))/gi;

/**
 * GitHub looks for mentions and references in the rendered text, so a backslash does not stop it: `@name`,
 * `#12`, `GH-12` and the address of an issue (which a closing keyword before it would close) are parted. So is what
 * programs take for a command (`/merge` where a line begins), the beginning of a marker, and an address that only
 * looks like another.
 */
function defuse(text: string): string {
  return text
    .replace(FALSE_HOST, JOINER)
    .replace(/[@\uff20\ufe6b](?=\S)/g, (sign) => `${sign}${JOINER}`)
    .replace(/[#\uff03\ufe5f](?=[\d\uff10-\uff19])/g, (sign) => `${sign}${JOINER}`)
    .replace(/(gh-)(?=\d)/gi, `$1${JOINER}`)
    .replace(/(\/(?:issues|pull|discussions)\/)(?=\d)/gi, `$1${JOINER}`)
    .replace(/^((?:[^\S\n]|>)*[/\uff0f\u2044\u2215])(?=[a-z])/gim, `$1${JOINER}`)
    .replace(/<(?=!--)/g, `<${JOINER}`);
}

/**
 * `code` that may stay as it is: between single backticks, at the start of a word. Not within one, since
 * GitHub takes a backtick in a bare address as part of that address, and every later pair would be another.
 */
export const CODE = /(?<=^["'(]?|\s["'(]?)(`[^`\s](?:[^`]*[^`\s])?`)(?!`)/;

/** Nothing can be escaped within code, so what would need it, or would do harm outside, is none. */
const isHarmless = (code: string) => defuse(code) === code && !/[<|]|&(?=[\w#])|\\$/.test(code.slice(1, -1));

/** A letter or mark of a script in which U+200C and U+200D are part of the spelling. */
const LETTER =
  /[\p{sc=Arabic}\p{sc=Syriac}\p{sc=Devanagari}\p{sc=Bengali}\p{sc=Gurmukhi}\p{sc=Gujarati}\p{sc=Oriya}\p{sc=Tamil}\p{sc=Telugu}\p{sc=Kannada}\p{sc=Malayalam}\p{sc=Sinhala}\p{sc=Khmer}\p{sc=Myanmar}]/u
    .source;
/** Joiners that are seen by what they do: within a word of such a script, and in an emoji made of several. */
const JOINS = `(?<=${LETTER})[\\u200c\\u200d](?=${LETTER})|(?<=\\p{ExtPict}\\ufe0f?|\\p{Emoji_Modifier})\\u200d(?=\\p{ExtPict})`;
/**
 * Characters that cannot be seen, but for those joiners and U+FE0F where it makes an emoji, or a keycap, of what stands
 * before it.
 */
const UNSEEN = `(?!${JOINS})(?:\\p{Cc}|\\p{Cf}|\\p{NChar}|[\\u2028\\u2029\\u2800\\u{16fe4}\\u{1d159}]|(?!\\ufe0f)\\p{DI}|(?<!\\p{Emoji})\\ufe0f|(?<=[\\d#*])\\ufe0f(?!\\u20e3))`;
export const UNSEEN_RUNS = new RegExp(`(?:${UNSEEN})+`, "gu");
export const UNSEEN_IN_LINES = new RegExp(`(?![\\n\\t])(?:${UNSEEN})`, "gu");

const escapeMarks = (text: string) => defuse(text).replace(/[\\`*_[\]<>|#~&]/g, (mark) => `\\${mark}`);

/**
 * An address that stands by itself. GitHub makes a link of it as it is written: a backslash in it would lead elsewhere.
 */
const ADDRESS =
  /(?<=[\s(])(https?:\/\/[a-z0-9.-]+(?::\d{1,5})?(?:[/?#](?:[\w\-.~/?#=%+:,;&]*[a-z0-9/=])?)?)(?=[\s).,:;!?]*(?:\s|$))/i;

const isHarmlessAddress = (address: string) => defuse(address) === address && !/&#?\w+;/.test(address);

/** @param before what stands before the text: nothing, or code */
function escapeAround(text: string, before: "" | "code"): string {
  const [first = "", ...rest] = `${before === "" ? "\n" : ""}${text}`.split(ADDRESS);
  const parts = [before === "" ? first.slice(1) : first, ...rest];
  return parts
    .map((part, index) => (index % 2 === 1 && isHarmlessAddress(part) ? part : escapeMarks(part)))
    .join("");
}

/**
 * Text of outside origin, made safe to stand inside a Markdown line of ours: no mentions, no references
 * that would link or close something, no HTML, no character references, no table or heading syntax. Code
 * between backticks stays code where nothing in it could do harm.
 */
export function plain(text: string): string {
  const line = text.toWellFormed().replace(UNSEEN_RUNS, " ").replace(/\s+/g, " ").trim();
  const safe = line
    .split(CODE)
    .map((part, index) =>
      index % 2 === 1 && isHarmless(part) ? part : escapeAround(part, index === 0 ? "" : "code"),
    )
    .join("");
  // Text that is read from right to left would turn around the numbers that follow it.
  return RIGHT_TO_LEFT.test(line) ? `\u2068${safe}\u2069` : safe;
}

const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/**
 * A longer text of outside origin as a quotation, its mentions and references defused, its HTML, its pictures and the
 * addresses behind its links shown as text.
 *
 * @param max characters of the text that are shown; what is made of them has at most twice as many
 */
export function quote(text: string, max = 4_000): string {
  const cut = text.length > max ? `${text.slice(0, max)}\n… (${text.length - max} more characters)` : text;
  const safe = defuse(cut.toWellFormed().replace(/\r\n?/g, "\n").replace(UNSEEN_IN_LINES, ""))
    // Any other sign may be part of an address.
    .replace(/&(?=#|\w{1,40};)/g, "&amp;")
    .replaceAll("<", "&lt;")
    // A picture would tell its server who looks at it; a link could be called what it is not.
    .replace(/!(?=\[)|\](?=[(:[])/g, (mark) => `${mark}${JOINER}`);
  const quoted = safe
    .split("\n")
    .map((line) => `> ${line}`.trimEnd())
    .join("\n");
  // Text that is mostly marks or line breaks grows when it is written as character references and lines.
  return quoted.length > 2 * max ? `${quoted.slice(0, 2 * max - 2).toWellFormed()} …` : quoted;
}

/**
 * What a program printed, as it stands. In a block of code nothing is a mention, a reference or HTML; no line within
 * can end it.
 *
 * @param max characters of the text that are shown: the last ones, where errors stand
 */
export function codeBlock(text: string, max = 4_000): string {
  const clean = text
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    .replace(UNSEEN_IN_LINES, "")
    // A marker of ours is looked for in the whole text, code or not.
    .replaceAll("<!--", `<${JOINER}!--`)
    .replace(/^\n+|\s+$/g, "");
  const left = clean.length - max;
  const shown =
    left > 0 ? `… (${left.toLocaleString("en-US")} characters before)\n${clean.slice(left)}` : clean;
  const longest = Math.max(2, ...[...shown.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${shown.toWellFormed()}\n${fence}`;
}
