import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { DATA_RULE } from "../prompt/sanitize.ts";
import { EMBEDDED_AGENTS } from "./embedded.ts";
import { type AgentDefinition, type AgentName, agentSchema } from "./schema.ts";

export type Catalog = ReadonlyMap<string, AgentDefinition>;

/** The catalog as released with the suite. */
export function embeddedCatalog(): Catalog {
  return catalogOf(EMBEDDED_AGENTS);
}

/** The catalog in a folder of Markdown files. @throws Error that names the file and what is wrong in it */
export async function loadCatalog(directory: string): Promise<Catalog> {
  const names = (await readdir(directory)).filter((name) => name.endsWith(".md")).sort();
  const entries = await Promise.all(
    names.map(async (name) => [name, await readFile(join(directory, name), "utf8")] as const),
  );
  return catalogOf(Object.fromEntries(entries));
}

function catalogOf(files: Readonly<Record<string, string>>): Catalog {
  return new Map(
    Object.entries(files).map(([file, text]) => [file.replace(/\.md$/, ""), parseAgent(file, text)]),
  );
}

/** @throws Error that names the file and what is wrong in it */
export function parseAgent(file: string, text: string): AgentDefinition {
  const found = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text.replace(/\r\n/g, "\n"));
  if (!found) throw new Error(`${file}: begin the file with front matter between two lines of three hyphens`);
  const [, head = "", body = ""] = found;
  const parsed = agentSchema.safeParse(parse(head));
  if (!parsed.success)
    throw new Error(`${file}: the front matter is wrong:\n${z.prettifyError(parsed.error)}`);
  if (`${parsed.data.name}.md` !== file)
    throw new Error(`${file}: its name says ${parsed.data.name}; they must agree`);
  if (body.trim() === "") throw new Error(`${file}: the onboarding text below the front matter is missing`);
  return { ...parsed.data, onboarding: body.trim() };
}

/** @throws Error when the catalog lacks the agent */
export function agentOf(catalog: Catalog, name: AgentName): AgentDefinition {
  const agent = catalog.get(name);
  if (!agent) throw new Error(`The catalog has no agent ${name}: add agents/${name}.md`);
  return agent;
}

/** The system prompt of an agent: the same bytes for every request of a stage, so that it stays cached. */
export function systemPrompt(agent: AgentDefinition): string {
  const list = (title: string, items: readonly string[]) =>
    items.length === 0 ? [] : [`## ${title}`, "", ...items.map((item) => `- ${item}`), ""];
  return [
    `Slipway agent: ${agent.name}`,
    "",
    agent.role,
    "",
    ...list("Goals", agent.goals),
    ...list("Constraints", agent.constraints),
    ...list("Guardrails", [DATA_RULE, ...agent.guardrails]),
    agent.onboarding,
    "",
  ].join("\n");
}
