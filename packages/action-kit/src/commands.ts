import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { linkReferences } from "@slipway/model";

/**
 * The runner's own interface, as documented in "Workflow commands for GitHub Actions": inputs, file
 * commands, masks and annotations. See docs/decisions/0003-runner-commands.md for why it is not
 * `@actions/core`.
 */
export interface Runner {
  input(name: string): string;
  setOutput(name: string, value: string): void;
  addSummary(markdown: string): void;
  mask(secret: string): void;
  /** Keeps a value for the action's `post` step. */
  saveState(name: string, value: string): void;
  info(text: string): void;
  warning(text: string): void;
  error(title: string, text: string): void;
}

/** GitHub takes at most 1 MiB of summary from a step; a larger one is not shown at all. */
const SUMMARY_MAX_BYTES = 1_000_000;
const CUT_NOTE = "\n\n… (cut here: GitHub shows at most 1 MiB; the whole is in the run's ledger)";

export function createRunner(env: NodeJS.ProcessEnv, write: (text: string) => void): Runner {
  const appendTo = (variable: string, text: string) => {
    const file = env[variable];
    if (file) appendFileSync(file, text);
  };
  const command = (name: string, title: string | undefined, text: string) => {
    const properties = title === undefined ? "" : ` title=${escapeProperty(title)}`;
    write(`::${name}${properties}::${escapeData(text)}\n`);
  };
  const appendValue = (variable: string, name: string, value: string) => {
    // A fresh delimiter each time: text of a model must not be able to end the value and add outputs.
    const delimiter = `slipway-${randomUUID()}`;
    appendTo(variable, `${name}<<${delimiter}\n${value}\n${delimiter}\n`);
  };
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = env;
  let summaryBytes = 0;
  const addSummary = (markdown: string) => {
    const room = SUMMARY_MAX_BYTES - summaryBytes;
    // In a summary GitHub makes no link of `#12` by itself, as it does in a comment.
    const linked = server && repository ? linkReferences(markdown, `${server}/${repository}`) : markdown;
    const text = `${within(linked, room)}\n`;
    summaryBytes += Buffer.byteLength(text);
    appendTo("GITHUB_STEP_SUMMARY", text);
  };
  return {
    input: (name) => (env[`INPUT_${name.replaceAll(" ", "_").toUpperCase()}`] ?? "").trim(),
    setOutput: (name, value) => appendValue("GITHUB_OUTPUT", name, value),
    saveState: (name, value) => appendValue("GITHUB_STATE", name, value),
    addSummary,
    mask(secret) {
      for (const line of secret.split(/\r?\n/)) if (line.trim()) command("add-mask", undefined, line);
    },
    info: (text) => write(`${withoutCommands(readable(text))}\n`),
    warning: (text) => command("warning", undefined, readable(text)),
    error: (title, text) => command("error", readable(title), readable(text)),
  };
}

/** The text, or as much of it as `bytes` of UTF-8 hold with a note that it was cut. */
function within(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  const room = Math.max(0, bytes - Buffer.byteLength(CUT_NOTE));
  // Cut within a character, the decoder leaves a replacement mark: it is taken off.
  const kept = Buffer.from(text)
    .subarray(0, room)
    .toString("utf8")
    .replace(/\uFFFD$/, "");
  return `${kept}${CUT_NOTE}`;
}

/**
 * What of outside text a log shows: no terminal sequences, which a person's own terminal would obey when the log is
 * read there, and one kind of line end. The runner ends a line at a carriage return, too.
 */
const readable = (text: string) =>
  stripVTControlCharacters(text.toWellFormed())
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, "\n")
    .replace(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu, "");

/**
 * Text that gives the runner no command. It takes a line for one that begins with `::` behind any blanks, and, in the
 * older form, one that has `##[` anywhere (actions/runner, ActionCommand.cs: TryParseV2, TryParse).
 */
const withoutCommands = (text: string) =>
  text.replace(/^([\s\p{Z}\p{Cf}]*:)(?=:)/gmu, "$1\u200b").replace(/##(?=\[)/g, "##\u200b");

const escapeData = (text: string) =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const escapeProperty = (text: string) => escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
