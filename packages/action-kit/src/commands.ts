import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";

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

/** GitHub takes at most 1 MiB of summary from a step. */
const SUMMARY_MAX = 1_000_000;

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
  return {
    input: (name) => (env[`INPUT_${name.replaceAll(" ", "_").toUpperCase()}`] ?? "").trim(),
    setOutput: (name, value) => appendValue("GITHUB_OUTPUT", name, value),
    saveState: (name, value) => appendValue("GITHUB_STATE", name, value),
    addSummary: (markdown) => appendTo("GITHUB_STEP_SUMMARY", `${markdown.slice(0, SUMMARY_MAX)}\n`),
    mask(secret) {
      for (const line of secret.split(/\r?\n/)) if (line.trim()) command("add-mask", undefined, line);
    },
    // A line that starts with `::` would be a command: outside text must not give any.
    info: (text) => write(`${text.replace(/^(\s*)(::|##\[)/gm, "$1\u200b$2")}\n`),
    warning: (text) => command("warning", undefined, text),
    error: (title, text) => command("error", title, text),
  };
}

const escapeData = (text: string) =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const escapeProperty = (text: string) => escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
