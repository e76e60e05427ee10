import { nodeIdSchema } from "@slipway/model";

/** What a person asks in the first line of a comment. */
export type Request =
  | { readonly verb: "pause" | "resume" | "cancel" | "help" }
  /** `nodeId` null: none was named. */
  | { readonly verb: "retry" | "advance"; readonly nodeId: string | null }
  /** In the order of the questions; null takes what was recommended. */
  | { readonly verb: "answer"; readonly answers: readonly (string | null)[] }
  /** `sha` null: the commit that is there; else 7 to 40 hex digits. */
  | { readonly verb: "approve"; readonly nodeId: string | null; readonly sha: string | null }
  | { readonly verb: "unknown"; readonly reason: string };

const SHA = /^[0-9a-f]{7,40}$/i;

/** Undefined when the first line is not meant for Slipway. */
export function readComment(body: string): Request | undefined {
  const [first = ""] = body.split(/\r?\n/, 1);
  const [, rest] = /^\/slipway(?:\s+(.*))?$/i.exec(first.trimEnd()) ?? [];
  if (!/^\/slipway(\s|$)/i.test(first)) return undefined;
  const [verb = "help", ...words] = (rest ?? "").trim().split(/\s+/).filter(Boolean);
  if (verb.toLowerCase() === "answer") return readAnswers(words, body.split(/\r?\n/).slice(1));
  return readWords(verb.toLowerCase(), words);
}

/** As many as a specification may ask. */
const QUESTIONS_MAX = 3;
const ANSWER_MAX = 2_000;
const NUMBERED = /^\s*([1-9]\d*)\s*[:.)]\s*(.*)$/;

/** Answers, each after the number of its question on a line of its own and going on until the next. */
function readAnswers(words: readonly string[], lines: readonly string[]): Request {
  if (words.length > 0)
    return {
      verb: "unknown",
      reason: `\`answer\` does not go with \`${shown(words.join(" "))}\`: write each answer on a line of its own, after the number of its question and a colon.`,
    };
  const answers: (string | null)[] = [];
  let current: number | null = null;
  for (const line of lines) {
    const [, number, text] = NUMBERED.exec(line) ?? [];
    if (number !== undefined) {
      current = Number(number) - 1;
      if (current >= QUESTIONS_MAX) return { verb: "unknown", reason: `There is no question ${number}.` };
      while (answers.length <= current) answers.push(null);
      answers[current] = text ?? "";
    } else if (current !== null) {
      answers[current] = `${answers[current] ?? ""}\n${line}`;
    } else if (line.trim() !== "") {
      return { verb: "unknown", reason: "An answer begins with the number of its question and a colon." };
    }
  }
  return { verb: "answer", answers: answers.map((text) => text?.trim().slice(0, ANSWER_MAX) || null) };
}

function readWords(verb: string, words: readonly string[]): Request {
  const left = [...words];
  const take = (fits: (word: string) => boolean) => {
    const [word] = left;
    return word !== undefined && fits(word) ? (left.shift() ?? null) : null;
  };
  const takeNode = () => take((word) => nodeIdSchema.safeParse(word.toUpperCase()).success)?.toUpperCase();
  const request = ((): Request | undefined => {
    switch (verb) {
      case "pause":
      case "resume":
      case "cancel":
      case "help":
        return { verb };
      case "retry":
      case "advance":
        return { verb, nodeId: takeNode() ?? null };
      case "approve": {
        const nodeId = takeNode() ?? null;
        return { verb, nodeId, sha: take((word) => SHA.test(word))?.toLowerCase() ?? null };
      }
      default:
        return undefined;
    }
  })();
  if (!request) return { verb: "unknown", reason: `\`${shown(verb)}\` is not a command.` };
  return left.length === 0
    ? request
    : { verb: "unknown", reason: `\`${verb}\` does not go with \`${shown(left.join(" "))}\`.` };
}

/** What somebody wrote, fit to be shown within a sentence. */
const shown = (text: string) =>
  text
    .replace(/[^\p{L}\p{N}\-_./ ]/gu, "?")
    .slice(0, 40)
    .trimEnd();

/** The commands by comment, as they are listed to whoever asks. */
export const COMMENT_HELP = [
  "The first line of a comment on an issue or pull request of a run can be:",
  "",
  "| command | what it does |",
  "|---|---|",
  "| `/slipway pause` | nothing new starts; what is in progress is kept |",
  "| `/slipway resume` | goes on |",
  "| `/slipway cancel` | ends the run; branches, issues and pull requests stay |",
  "| `/slipway retry [node]` | tries again what failed, is blocked or was set aside |",
  "| `/slipway advance [node]` | looks whether something can go on |",
  "| `/slipway answer` | answers the open questions of a specification: as recommended, or after the number of each on lines of their own |",
  "| `/slipway approve [node] [commit]` | approves the change that is there now, or the commit named |",
  "| `/slipway help` | this list |",
  "",
  "On the issue or pull request of a node, that node is meant; on the root's issue, the whole run.",
].join("\n");
