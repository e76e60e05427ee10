import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { AgentTask } from "@slipway/model";
import { DATA_RULE } from "../prompt/sanitize.ts";
import { EMBEDDED_AGENTS } from "./embedded.ts";
import type { AgentDefinition } from "./schema.ts";

export type Catalog = ReadonlyMap<string, AgentDefinition>;

/** The catalog as released with the suite. */
export function embeddedCatalog(): Catalog {
  return new Map(Object.entries(EMBEDDED_AGENTS));
}

/**
 * The catalog in a folder of Markdown files; a README.md there is none of them.
 *
 * @throws ConfigurationError that names the file and what is wrong in it
 */
export async function loadCatalog(directory: string): Promise<Catalog> {
  const names = (await readdir(directory))
    .filter((name) => /\.md$/.test(name) && name !== "README.md")
    .sort();
  const agents = await Promise.all(
    names.map(async (name) => parseAgent(name, await readFile(join(directory, name), "utf8"))),
  );
  return new Map(agents.map((agent) => [agent.name, agent]));
}

/** @throws ConfigurationError that names the file, the key, and what to do */
export async function parseAgent(file: string, text: string): Promise<AgentDefinition> {
  // YAML is loaded where there is some to read: the suite's own agents were read when it was built.
  return (await import("./front-matter.ts")).parseAgent(file, text);
}

/**
 * `base` with what a consumer's repository says about it; `base` itself where it says nothing.
 * See `catalogWith`.
 *
 * @throws ConfigurationError that names the file, the key, and what to do
 */
export async function withOverrides(base: Catalog, overrides: ReadonlyMap<string, string>): Promise<Catalog> {
  return overrides.size === 0 ? base : (await import("./overrides.ts")).catalogWith(base, overrides);
}

/** @throws Error when the catalog lacks the agent */
export function agentOf(catalog: Catalog, name: string): AgentDefinition {
  const agent = catalog.get(name);
  if (!agent)
    throw new Error(
      `There is no agent ${name}: add .github/slipway/agents/${name}.md, or name one of ${[...catalog.keys()].sort().join(", ")}`,
    );
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

/** An agent as the contract hands it to any executor. */
export function taskAgent(agent: AgentDefinition): AgentTask["agent"] {
  const { name, role, goals, tools, constraints, guardrails, onboarding } = agent;
  return { name, role, goals, tools, constraints, guardrails: [DATA_RULE, ...guardrails], onboarding };
}
