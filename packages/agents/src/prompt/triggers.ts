/** What GitHub or a program that reads it would act on: each rule says where a joiner takes the meaning away. */

interface Rule {
  /** The joiner goes behind the match, or `back` characters before its end. */
  readonly pattern: RegExp;
  readonly back?: number;
}

/** Where `rules` want a joiner, as offsets into the text. */
export function breaksOf(text: string, rules: readonly Rule[]): number[] {
  return rules.flatMap(({ pattern, back = 0 }) =>
    [...text.matchAll(pattern)].map((found) => found.index + found[0].length - back),
  );
}

/**
 * A person or team is told when `@name` stands behind anything but an ASCII letter or figure (GitHub: "Basic writing
 * and formatting syntax"; an underscore may be emphasis), or behind an address of mail, which is a link by itself. Code is left alone: nobody is told there.
 */
export const MENTIONS: readonly Rule[] = [
  { pattern: /(?:(?<![A-Za-z\d])|(?<=@[\w.+-]{1,200}))@(?=[*_~`<[\]]{0,4}[\p{L}\p{N}_-])/gu },
];

/** Programs that look for their name in the whole text, code or not. */
const PROGRAMS = [
  ...[
    "all-contributors",
    "amazon-q",
    "blacksmith-sh",
    "bors",
    "bors-servo",
    "claude",
    "codex",
    "coderabbitai",
    "copilot",
    "cursor",
    "cursoragent",
    "dependabot",
  ],
  ...[
    "devin-ai-integration",
    "ellipsis-dev",
    "gemini-cli",
    "gemini-code-assist",
    "googlebot",
    "greptile",
    "greptileai",
    "homu",
    "jules",
    "kilocode-bot",
    "korbit-ai",
    "k8s-ci-robot",
    "mergify",
    "mergifyio",
    "openhands",
  ],
  ...[
    "openai-codex",
    "opencode",
    "openhands-agent",
    "pytorchbot",
    "qodo-merge",
    "renovate",
    "renovatebot",
    "rust-timer",
    "rustbot",
    "sourcery-ai",
    "slipway",
    "sweep-ai",
  ],
];

/** Between a keyword and the reference it closes. Markup, code and links may stand there; the rendered text is read. */
const BETWEEN =
  "(?:[\\s:*_~`[\\]<>\\\\]|!(?=\\[)|(?<=\\])\\([^()\\n]{0,400}\\)|(?<=\\])\\[[^[\\]\\n]{0,100}\\])";
/** GitHub: "Linking a pull request to an issue using a keyword". */
const REFERENCE = [
  "#\\d",
  "gh-\\d",
  "[\\w.-]{1,100}\\/[\\w.-]{1,100}#\\d",
  "(?:https?:\\/\\/|www\\.)[^\\s<>]{1,300}\\/(?:issues|pull|discussions)\\/\\d",
].join("|");

/** Comments of which a program acts on the first words of a line (Prow, bors, Atlantis, Jenkins, Zuul, CLA Assistant). */
const PHRASES = [
  "bors (?=r[+=-]|merge|try|retry|delegate|d[+=]|p=|cancel|ping|single)",
  "atlantis (?=plan|apply|unlock|approve_policies|import|state)",
  "jenkins,? (?=test|retest|build|deploy)",
  "(?:re)?test (?=this,? please)",
  "ok (?=to test)",
  "add (?=to whitelist)",
  "recheck(?=[ \\t]*$|[ \\t]+bug)",
  "rebase (?=this,? please)",
  "i have (?=read the cla)",
  "bugbot (?=run)",
  "cursor (?=review)",
  "begin_(?=(?:commit_override|nested_commit))",
];

/** What a program reads out of the last lines of a message: authors, consent, versions, and what ties it to a run of ours. */
const TRAILERS = [
  "[a-z][a-z-]{1,40}-by",
  "slipway-[a-z-]{1,40}",
  "release-as",
  "breaking[ -]change",
  "change-id",
  "skip-checks?",
  "on-behalf-of",
];

const LINE_START = "^[^A-Za-z\\d\\n]*(?:\\d{1,9}[.)][^A-Za-z\\d\\n]*)?";
/** A program that takes `/word` for a command takes it at the very start of a line, some of them in quotations. */
const COMMAND_START = "^[ \\t>]*";
const CI =
  "(?:ci|cd|actions|travis|netlify|vercel|circleci|azurepipelines|azpipelines|azp|appveyor|buildkite|bitrise|cirrus|codemagic|drone|semaphore|cf[ _-]pages|build|deploy|release)";

/** What closes an issue, or marks it as a duplicate. */
export const CLOSING: readonly Rule[] = [
  {
    pattern: new RegExp(
      `(?<![a-z\\d])(?:close[sd]?|(?:fi|\ufb01)x(?:e[sd])?|resolve[sd]?)(?=${BETWEEN}+(?:${REFERENCE}))`,
      "gi",
    ),
    back: 1,
  },
  // GitHub: "Marking issues or pull requests as a duplicate".
  { pattern: new RegExp(`(?<![a-z\\d])duplicate(?=\\s+of${BETWEEN}+(?:${REFERENCE}))`, "gi"), back: 1 },
];

/** These act on the raw text, or on a message that GitHub makes of it: in code, too. */
export const TRIGGERS: readonly Rule[] = [
  { pattern: new RegExp(`@(?=(?:${PROGRAMS.join("|")})(?![\\w/-]))`, "gi") },
  ...CLOSING,
  { pattern: new RegExp(`${LINE_START}(?:${PHRASES.join("|")})`, "gim"), back: 1 },
  { pattern: new RegExp(`${LINE_START}(?:${TRAILERS.join("|")})(?=[ \\t]*:|[ \\t]+#)`, "gim"), back: 1 },
  // Older readers of conventional commits want no colon.
  { pattern: /^[\s|*]*breaking[ -]change(?=\s)/gim, back: 1 },
  { pattern: /skip(?=-checks\s*:)/gi, back: 1 },
  { pattern: new RegExp(`\\[(?=\\s?(?:(?:skip|no)[\\s_-]{1,3}${CI}|${CI}[\\s_-]{1,3}skip)\\s?\\])`, "gi") },
  { pattern: /\*\*\*(?=no_ci\*\*\*)/gi },
  { pattern: /<(?=!--\s*\/?\s*slipway)/gi },
  { pattern: new RegExp(`${COMMAND_START}\\\\?\\/(?=slipway(?:\\s|$))`, "gim") },
];

/** `/word` at the start of a line, which programs take for a command. A path has more than one part. */
export const COMMANDS: readonly Rule[] = [
  { pattern: new RegExp(`${COMMAND_START}\\\\?\\/(?=[a-z][\\w-]*(?:[ \\t:]|$))`, "gim") },
  // github/branch-deploy.
  { pattern: new RegExp(`${COMMAND_START}\\.(?=(?:deploy|noop|lock|unlock|wcid)(?:[ \\t]|$))`, "gim") },
  {
    pattern: new RegExp(
      `${COMMAND_START}!(?=(?:merge|test|retest|build|deploy|rebase|close|approve)(?:[ \\t]|$))`,
      "gim",
    ),
  },
];

/** What Git's tools take for the end of a message and the beginning of a patch. */
export const DIVIDERS: readonly Rule[] = [{ pattern: /^-(?=--(?:\s|$))/gm }];

/** Comments and declarations, where nothing can be code. */
export const COMMENTS: readonly Rule[] = [
  { pattern: /<(?=!--|!\[CDATA|\?|!DOCTYPE)/gi },
  { pattern: /--(?=!?>)/g },
];

/** Where `rules` want a joiner in what is read once emphasis, code marks and plain tags are gone, as offsets into the text. */
export function unmarkedBreaks(text: string, rules: readonly Rule[]): number[] {
  const places: number[] = [];
  let bare = "";
  let at = 0;
  for (const { index, 0: mark } of [...text.matchAll(/<\/?[a-z]{1,8}(?: ?\/)?>|[*_~`]+|$/gi)]) {
    for (let place = at; place < index; place += 1) places.push(place);
    bare += text.slice(at, index);
    at = index + mark.length;
  }
  return breaksOf(bare, rules).map((offset) => places[offset] ?? text.length);
}

const WIDE = /[\uff01-\uff5e]/g;

/**
 * The text as a careless reader takes it, with every character where it was: full-width forms are the narrow ones,
 * slashes and signs that look alike are the ASCII ones, and what renders as a blank is one.
 */
export function folded(text: string): string {
  return text
    .replace(/<\/?[a-z]{1,8}(?: ?\/)?>|&nbsp;/gi, (mark) => " ".repeat(mark.length))
    .replace(WIDE, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replaceAll("\u017f", "s")
    .replaceAll("\u212a", "k")
    .replace(/[\u2044\u2215\u29f8\u2571]/g, "/")
    .replace(/\ufe6b/g, "@")
    .replace(/\ufe5f/g, "#")
    .replace(/[\ufe55\ua789\u2236]/g, ":")
    .replace(/[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g, " ");
}
