import { agentNameSchema, ConfigurationError } from "@slipway/model";
import { checked, nameOf, parseAgent, readAgentFile, readableText } from "./front-matter.ts";
import { AGENTS_FOLDER, ONBOARDING_FOLDER } from "./override-paths.ts";
import {
  type AgentDefinition,
  type AgentTool,
  limitsWith,
  ONBOARDING_DOCUMENTS,
  type OnboardingDocument,
  overrideSchema,
  toolsProblem,
} from "./schema.ts";

/** Files in the two folders together. */
export const OVERRIDES_MAX = 100;
const GUARDRAILS_MAX = 60;

/**
 * A catalog with what a consumer's repository says about it.
 *
 * `.github/slipway/agents/<name>.md` with the name of an agent in `base` changes that agent: a key that it
 * leaves out stays as it is, a text below the front matter takes the place of the agent's own. Guardrails
 * are added to, tools can only become fewer, the stage stays. Any other name is a new agent, which must be
 * complete. `.github/slipway/onboarding/<document>.md` is put behind the text of every agent that reads it.
 *
 * @param overrides texts by path: every file that `isOverridePath` takes, read from the commit that the work
 * is based on. A README.md in either folder is left alone
 * @throws ConfigurationError that names the file, the key, and what to do
 */
export function catalogWith(
  base: ReadonlyMap<string, AgentDefinition>,
  overrides: ReadonlyMap<string, string>,
): ReadonlyMap<string, AgentDefinition> {
  if (overrides.size > OVERRIDES_MAX)
    throw new ConfigurationError(
      `${AGENTS_FOLDER} and ${ONBOARDING_FOLDER} hold ${overrides.size} files and ${OVERRIDES_MAX} are allowed: remove what no agent needs.`,
    );
  const catalog = new Map(base);
  const documents = new Map<OnboardingDocument, string>();
  for (const [path, text] of [...overrides].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (/^readme\.md$/i.test(path.slice(path.lastIndexOf("/") + 1))) continue;
    if (path.startsWith(ONBOARDING_FOLDER)) documents.set(documentOf(path), documentText(path, text));
    else {
      const name = agentNameOf(path);
      const known = base.get(name);
      catalog.set(name, known ? overridden(known, path, text) : added(path, text));
    }
  }
  refuseRivals(catalog);
  return new Map([...catalog].map(([name, agent]) => [name, withDocument(agent, documents)]));
}

function agentNameOf(path: string): string {
  const name = nameOf(path);
  if (path !== `${AGENTS_FOLDER}${name}.md` || !agentNameSchema.safeParse(name).success)
    throw new ConfigurationError(
      `${path}: this is no agent: put it at ${AGENTS_FOLDER}<name>.md, where the name is lower-case words joined by hyphens, or remove it.`,
    );
  return name;
}

function documentOf(path: string): OnboardingDocument {
  const name = nameOf(path);
  const known = ONBOARDING_DOCUMENTS.find((document) => path === `${ONBOARDING_FOLDER}${document}.md`);
  if (known === undefined)
    throw new ConfigurationError(
      `${path}: no agent reads a document called ${JSON.stringify(name)}: name it one of ${ONBOARDING_DOCUMENTS.join(", ")} (as ${ONBOARDING_FOLDER}dev.md), or remove it.`,
    );
  return known;
}

function documentText(path: string, text: string): string {
  const body = readableText(path, text).trim();
  if (body === "")
    throw new ConfigurationError(`${path}: it is empty: write what agents should know, or remove it.`);
  return body;
}

function overridden(base: AgentDefinition, path: string, text: string): AgentDefinition {
  const { head, body } = readAgentFile(path, text);
  const given = checked(path, overrideSchema, head);
  const wrong = (key: string, what: string) => new ConfigurationError(`${path}: ${key}: ${what}.`);
  if (given.name !== undefined && given.name !== base.name)
    throw wrong("name", `it says ${given.name}; leave it out, or rename the file to ${given.name}.md`);
  if (given.stage !== undefined && given.stage !== base.stage)
    throw wrong(
      "stage",
      `${base.name} belongs to ${base.stage}; leave it out, or add an agent under a new name`,
    );
  if (given.takes !== undefined)
    throw wrong(
      "takes",
      `which changes ${base.name} does is fixed; leave it out, or add an agent under a new name`,
    );
  const guardrails = [...new Set([...base.guardrails, ...(given.guardrails ?? [])])];
  if (guardrails.length > GUARDRAILS_MAX)
    throw wrong(
      "guardrails",
      `with those of the suite there are ${guardrails.length} and ${GUARDRAILS_MAX} are allowed; join some`,
    );
  return {
    ...base,
    role: given.role ?? base.role,
    goals: given.goals ?? base.goals,
    tools: given.tools === undefined ? base.tools : narrowed(base, given.tools, wrong),
    constraints: given.constraints ?? base.constraints,
    guardrails,
    // Null is an answer: the policy's model in place of one that the agent names.
    model: given.model === undefined ? base.model : given.model,
    effort: given.effort ?? base.effort,
    limits: limitsWith(base.limits, given.limits ?? {}),
    executor: given.executor ?? base.executor,
    context: given.context ?? base.context,
    onboardingDocument: given.onboarding ?? base.onboardingDocument,
    onboarding: body === "" ? base.onboarding : body,
  };
}

/** An agent of the consumer's own. What nothing would ever ask is refused: it would be silence. */
function added(path: string, text: string): AgentDefinition {
  const agent = parseAgent(path, text);
  if (agent.stage !== "execute")
    throw new ConfigurationError(
      `${path}: stage: agents of your own work in execute; ${agent.stage} is done by the suite's, which you change by a file of the same name.`,
    );
  if (agent.takes.length === 0)
    throw new ConfigurationError(
      `${path}: takes: say which types of change it does, as "takes: [perf]", or nothing would ever ask it.`,
    );
  return agent;
}

function refuseRivals(catalog: ReadonlyMap<string, AgentDefinition>): void {
  const taken = new Map<string, string>();
  for (const { name, takes } of catalog.values())
    for (const type of new Set(takes)) {
      const rival = taken.get(type);
      if (rival !== undefined)
        throw new ConfigurationError(
          `${AGENTS_FOLDER}${name}.md: takes: ${rival} takes ${type} already; let one of the two have it.`,
        );
      taken.set(type, name);
    }
}

function narrowed(
  base: AgentDefinition,
  tools: readonly AgentTool[],
  wrong: (key: string, what: string) => ConfigurationError,
): AgentTool[] {
  const added = tools.find((tool) => !base.tools.includes(tool));
  if (added !== undefined)
    throw wrong(
      "tools",
      `${base.name} has ${base.tools.join(", ") || "none"}, and an override can only leave some out; remove ${added}`,
    );
  const problem = toolsProblem(base.stage, tools);
  if (problem) throw wrong("tools", `${problem}; add submit`);
  return base.tools.filter((tool) => tools.includes(tool));
}

function withDocument(
  agent: AgentDefinition,
  documents: ReadonlyMap<OnboardingDocument, string>,
): AgentDefinition {
  const text = documents.get(agent.onboardingDocument);
  if (text === undefined) return agent;
  return { ...agent, onboarding: `${agent.onboarding}\n\n## In this repository\n\n${text}` };
}
