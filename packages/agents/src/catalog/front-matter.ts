import { ConfigurationError, errorText, explainIssues } from "@slipway/model";
import { parse } from "yaml";
import type { z } from "zod";
import { visibleText } from "../prompt/text.ts";
import { type AgentDefinition, agentSchema, limitsWith, NO_LIMITS } from "./schema.ts";

/** Largest file of an agent or a document for agents. */
export const AGENT_FILE_BYTES_MAX = 65_536;

export interface AgentFile {
  /** The front matter as YAML gives it; an empty object where the file has none. */
  readonly head: Readonly<Record<string, unknown>>;
  /** The Markdown below it, trimmed. */
  readonly body: string;
}

/**
 * A whole agent from its file `<name>.md`.
 *
 * @throws ConfigurationError that names the file, the key, and what to do
 */
export function parseAgent(file: string, text: string): AgentDefinition {
  const { head, body } = readAgentFile(file, text);
  if (Object.keys(head).length === 0)
    throw new ConfigurationError(
      `${file}: begin the file with front matter between two lines of three hyphens.`,
    );
  const { limits, onboarding, ...rest } = checked(file, agentSchema, head);
  const wanted = nameOf(file);
  if (rest.name !== wanted)
    throw new ConfigurationError(
      `${file}: its name says ${rest.name}; name it ${wanted}, or rename the file to ${rest.name}.md.`,
    );
  if (body === "")
    throw new ConfigurationError(
      `${file}: the onboarding text below the front matter is missing: say there how the agent is to work.`,
    );
  return {
    ...rest,
    limits: limitsWith(NO_LIMITS, limits),
    onboardingDocument: onboarding,
    onboarding: body,
  };
}

/** What people take for the line that begins front matter: read as text, it would take the place of the agent's own. */
const ALMOST = /^[ \t]*(?:[-+=–—]{2,}|[`~]{3,}[ \t]*(?:ya?ml|toml)?)[ \t]*$/;

/** Front matter and text of a file. @throws ConfigurationError */
export function readAgentFile(file: string, text: string): AgentFile {
  const whole = readableText(file, text);
  const [blank = ""] = /^(?:[ \t]*\n)*/.exec(whole) ?? [];
  const clean = whole.slice(blank.length);
  const [first = ""] = clean.split("\n", 1);
  if (!/^---[ \t]*$/.test(first)) {
    if (ALMOST.test(first))
      throw new ConfigurationError(
        `${file}: it begins with ${JSON.stringify(first)}, which is no front matter: put a line of three hyphens before its first key and one below its last.`,
      );
    return { head: {}, body: clean.trim() };
  }
  const found = /^---[ \t]*\n([\s\S]*?)(?<=\n)---[ \t]*(?:\n([\s\S]*))?$/.exec(clean);
  if (!found)
    throw new ConfigurationError(
      `${file}: the front matter does not end: put a line of three hyphens below its last key.`,
    );
  // Lines are counted as in the file.
  const above = "\n".repeat(blank.split("\n").length);
  return { head: mapping(file, above + (found[1] ?? "")), body: (found[2] ?? "").trim() };
}

/** What a file says, when it is a text of bearable size without anything hidden in it. @throws ConfigurationError */
export function readableText(file: string, text: string): string {
  const bytes = Buffer.byteLength(text);
  if (bytes > AGENT_FILE_BYTES_MAX)
    throw new ConfigurationError(
      `${file}: it has ${bytes} bytes and ${AGENT_FILE_BYTES_MAX} are allowed: say it in fewer words, or refer to a document of the repository.`,
    );
  const plain = text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
  const lines = plain.split("\n");
  const hidden = lines.findIndex((line) => visibleText(line) !== line);
  if (hidden !== -1)
    throw new ConfigurationError(
      `${file}: line ${hidden + 1} holds characters that a reader cannot see; remove them, since a model would read them.`,
    );
  return plain;
}

/** @throws ConfigurationError that names the file and each key that is wrong */
export function checked<T>(file: string, schema: z.ZodType<T>, head: unknown): T {
  const parsed = schema.safeParse(head);
  if (parsed.success) return parsed.data;
  const unquoted = parsed.error.issues.some(
    (issue) => issue.code === "invalid_type" && issue.expected === "string" && /object/.test(issue.message),
  );
  const hint = unquoted ? ' A text with ": " in it stands in quotes.' : "";
  throw new ConfigurationError(
    `${file}: the front matter is wrong: ${explainIssues(parsed.error)}.${hint} agents/README.md of the suite lists the keys and what they take.`,
  );
}

export function nameOf(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1).replace(/\.md$/, "");
}

function mapping(file: string, yaml: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = parse(yaml, { logLevel: "error" });
  } catch (error) {
    const [what = ""] = errorText(error).split("\n");
    throw new ConfigurationError(
      `${file}: the front matter is not valid YAML: ${what.replace(/[:.]$/, "")}.`,
    );
  }
  if (value === null || value === undefined) return {};
  if (typeof value !== "object" || Array.isArray(value))
    throw new ConfigurationError(
      `${file}: the front matter must be keys with values, as "role: You are …" is.`,
    );
  return value as Readonly<Record<string, unknown>>;
}
