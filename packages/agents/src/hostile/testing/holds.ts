/** What must hold of a text that has left by a door. Each returns what is wrong, in words; empty when nothing is. */
import type { Reading } from "./reading.ts";

/** html-pipeline's filter for mentions: a name after the beginning or anything but an ASCII word character. */
const MENTION = /(?:^|[^A-Za-z0-9])@([A-Za-z0-9][A-Za-z0-9_-]*(?:\/[A-Za-z0-9._-]+)?)/;
/** GitHub: "Linking a pull request to an issue using a keyword", with all forms of a reference. */
const CLOSES =
  /(?<![A-Za-z0-9])(?:close|closes|closed|fix|fixes|fixed|resolve|resolves|resolved):?\s+(?:#\d+|GH-\d+|[\w.-]+\/[\w.-]+#\d+|https?:\/\/\S+\/(?:issues|pull|discussions)\/\d+)/i;
const DUPLICATE = /\bduplicate\s+of\s+(?:#\d+|https?:\/\/\S+\/(?:issues|pull)\/\d+)/i;
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2061-\u206f\u2800\u3164\ufeff\uffa0\ufff0-\ufffb]|\u034f|\u17b4|\u17b5|\u180b|\u180c|\u180d|\u180f|[\ufe00-\ufe0e]|[\u{13430}-\u{1343f}\u{16fe4}\u{1d159}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]|\p{NChar}|[\d#*]\ufe0f(?!\u20e3)/u;
const COMMAND = /^[\s>]*\/[a-z][\w-]*(?:\s|$)/im;
const PHRASE =
  /^[ \t]*(?:\.(?:deploy|noop|lock|unlock)\b|bugbot run|cursor review|bors (?:r[+=]|merge|try|retry|delegate)|atlantis (?:plan|apply)|retest this please|ok to test|@?(?:dependabot|mergifyio|renovate) \w+)/im;
const TRAILER =
  /^[ \t]*(?:[\w-]+-by|Slipway-\w+|Release-As|BREAKING[ -]CHANGE|Change-Id|Skip-Checks?)(?:[ \t]*:|[ \t]+#)|^[\s|*]*BREAKING[ -]CHANGE\s/im;
const SKIP =
  /\[\s?(?:(?:skip|no)[\s_-]+(?:ci|actions|azp\w*|cf pages|codemagic|drone|buildkite)|(?:ci|actions|cf-pages|codemagic)[\s_-]+skip)\s?\]|^skip-checks:/imu;
const MARKER = /<!--\s*\/?\s*slipway/i;
const PROGRAM = /@(?:dependabot|claude|copilot|codex|bors|mergifyio|renovate|coderabbitai)\b(?![/-])/i;

const says = (name: string, wrong: boolean): string[] => (wrong ? [name] : []);

/** Of every text: what is read by programs that know no Markdown. */
export const rawFaults = (text: string): string[] => [
  ...says("unseen characters", UNSEEN.test(text)),
  ...says("half a character", !text.isWellFormed()),
  ...says("a closing keyword", CLOSES.test(text) || DUPLICATE.test(text)),
  ...says("a trailer", TRAILER.test(text)),
  ...says("skips checks", SKIP.test(text)),
  ...says("a marker of ours", MARKER.test(text)),
  ...says("calls a program", PROGRAM.test(text)),
];

/** Of a text that is no Markdown: in backticks, too. */
export const messageFaults = (text: string): string[] => [
  ...rawFaults(text),
  ...says("a mention", MENTION.test(text)),
  ...says("a command", COMMAND.test(text) || PHRASE.test(text)),
];

/** Elements that stand for formatting and do nothing. */
const QUIET = new Set([
  ...[
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "del",
    "details",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
  ],
  ...[
    "img",
    "input",
    "ins",
    "kbd",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "section",
    "strong",
    "sub",
    "summary",
    "sup",
  ],
  ...["table", "tbody", "td", "th", "thead", "tr", "ul"],
]);
const QUIET_HTML = /^[ \t]*(?:<\/?[a-z]+(?: open| ?\/)?>[^<]*)+$/i;

/** Of what a reader of Markdown sees and can click on. */
export function markdownFaults(text: string, reading: Reading): string[] {
  const links = reading.elements.filter(({ name }) => name === "a" || name === "img");
  const outside = reading.text;
  return [
    ...rawFaults(text),
    ...says(
      "a mention",
      reading.mentioned.length > 0 || [outside, ...reading.runs].some((run) => MENTION.test(run)),
    ),
    ...says("a closing keyword", CLOSES.test(outside)),
    ...says(
      "a command",
      outsideCode(text).some((line) => COMMAND.test(line) || PHRASE.test(line)),
    ),
    ...says("unseen characters by reference", UNSEEN.test(outside)),
    ...says(
      "an element",
      reading.elements.some(({ name }) => !QUIET.has(name)),
    ),
    ...says(
      "HTML",
      reading.html.some((html) => !QUIET_HTML.test(html.replaceAll("<\u2060", ""))),
    ),
    ...says(
      "a picture",
      links.some(({ name, address }) => name === "img" && !isGitHubs(address)),
    ),
    ...says(
      "an address",
      links.some(({ address }) => !isPlain(address)),
    ),
    ...says(
      "a false name",
      links.some(({ address, text: label }) => isFalse(label, address)),
    ),
  ];
}

/** Lines outside blocks of code that begin at the start of a line. */
function outsideCode(text: string): string[] {
  let fence = "";
  return text.split("\n").filter((line) => {
    const [mark = ""] = /^(?:`{3,}|~{3,})/.exec(line) ?? [];
    if (fence === "" && mark !== "") fence = mark;
    else if (fence !== "" && mark.startsWith(fence)) fence = "";
    else return fence === "";
    return false;
  });
}

const isGitHubs = (address: string) =>
  URL.canParse(address) && /(?:^|\.)(?:github\.com|githubusercontent\.com)$/.test(new URL(address).hostname);

/** No scheme but those of the web and of mail, no user in it, a host in ASCII as it is written. */
function isPlain(address: string): boolean {
  if (!URL.canParse(address)) return !/^[ \t]*(?:[a-z][a-z\d+.-]*:|\/\/)/i.test(address);
  const { protocol, username, hostname } = new URL(address);
  if (protocol === "mailto:") return true;
  return ["https:", "http:"].includes(protocol) && username === "" && !/(?:^|\.)xn--/.test(hostname);
}

function isFalse(label: string, address: string): boolean {
  const [, named] = /^[ \t]*(?:https?:\/\/|www\.)([a-z0-9.-]+)/i.exec(label) ?? [];
  if (named === undefined || !URL.canParse(address)) return false;
  // A bare address is its own name.
  if (
    [label, encodeURI(label), `http://${label}`].includes(decodeURI(address)) ||
    encodeURI(label) === address
  )
    return false;
  return !new URL(address).hostname.endsWith(named.replace(/^www\.|\.$/g, "").toLowerCase());
}
