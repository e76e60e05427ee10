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
    "bors",
    "bors-servo",
    "claude",
    "codex",
    "coderabbitai",
    "copilot",
    "cursor",
    "dependabot",
  ],
  ...[
    "gemini-cli",
    "googlebot",
    "greptileai",
    "homu",
    "jules",
    "k8s-ci-robot",
    "mergify",
    "mergifyio",
    "openhands",
  ],
  ...[
    "openhands-agent",
    "pytorchbot",
    "renovate",
    "renovatebot",
    "rust-timer",
    "rustbot",
    "slipway",
    "sweep-ai",
  ],
];

/** Between a keyword and the reference it closes. Markup, code and links may stand there; the rendered text is read. */
const BETWEEN = "[\\s:*_~`[\\]<>\\\\]";
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
  "(?:ci|cd|actions|travis|netlify|vercel|circleci|azurepipelines|azp|appveyor|build|deploy|release)";

/** These act on the raw text, or on a message that GitHub makes of it: in code, too. */
export const TRIGGERS: readonly Rule[] = [
  { pattern: new RegExp(`@(?=(?:${PROGRAMS.join("|")})(?![\\w/-]))`, "gi") },
  {
    pattern: new RegExp(
      `(?<![a-z\\d])(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)(?=${BETWEEN}+(?:${REFERENCE}))`,
      "gi",
    ),
    back: 1,
  },
  // GitHub: "Marking issues or pull requests as a duplicate".
  { pattern: new RegExp(`(?<![a-z\\d])duplicate(?=\\s+of${BETWEEN}+(?:${REFERENCE}))`, "gi"), back: 1 },
  { pattern: new RegExp(`${LINE_START}(?:${PHRASES.join("|")})`, "gim"), back: 1 },
  { pattern: new RegExp(`${LINE_START}(?:${TRAILERS.join("|")})(?=[ \\t]*:)`, "gim"), back: 1 },
  { pattern: /skip(?=-checks\s*:)/gi, back: 1 },
  { pattern: new RegExp(`\\[(?=(?:(?:skip|no)[ _-]${CI}|${CI}[ _-]skip)\\])`, "gi") },
  { pattern: /\*\*\*(?=no_ci\*\*\*)/gi },
  { pattern: /<(?=!--\s*\/?\s*slipway)/gi },
  { pattern: new RegExp(`${COMMAND_START}\\\\?\\/(?=slipway(?:\\s|$))`, "gim") },
];

/** `/word` at the start of a line, which programs take for a command. A path has more than one part. */
export const COMMANDS: readonly Rule[] = [
  { pattern: new RegExp(`${COMMAND_START}\\\\?\\/(?=[a-z][\\w-]*(?:[ \\t]|$))`, "gim") },
  {
    pattern: new RegExp(
      `${COMMAND_START}!(?=(?:merge|test|retest|build|deploy|rebase|close|approve)(?:[ \\t]|$))`,
      "gim",
    ),
  },
];

/** Comments and declarations, where nothing can be code. */
export const COMMENTS: readonly Rule[] = [
  { pattern: /<(?=!--|!\[CDATA|\?|!DOCTYPE)/gi },
  { pattern: /--(?=!?>)/g },
];

const WIDE = /[\uff01-\uff5e]/g;

/**
 * The text as a careless reader takes it, with every character where it was: full-width forms are the narrow ones,
 * slashes and signs that look alike are the ASCII ones, and what renders as a blank is one.
 */
export function folded(text: string): string {
  return text
    .replace(/<\/?[a-z]{1,8}(?: ?\/)?>|&nbsp;/gi, (mark) => " ".repeat(mark.length))
    .replace(WIDE, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/[\u2044\u2215\u29f8\u2571]/g, "/")
    .replace(/\ufe6b/g, "@")
    .replace(/\ufe5f/g, "#")
    .replace(/[\ufe55\ua789\u2236]/g, ":")
    .replace(/[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g, " ");
}
