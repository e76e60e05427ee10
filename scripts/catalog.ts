/**
 * Writes what is made of `agents/*.md`: `packages/agents/src/catalog/embedded.ts`, by which `dist/` carries
 * the catalog, and the table in `agents/README.md`.
 *
 *   node scripts/with-node.mjs scripts/catalog.ts            writes what has changed
 *   node scripts/with-node.mjs scripts/catalog.ts --check    writes nothing; exits 1 and names what is stale
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CHANGE_TYPES, STAGES } from "@slipway/model";
import { agentFor } from "../packages/agents/src/catalog/choose.ts";
import { parseAgent } from "../packages/agents/src/catalog/front-matter.ts";
import { AGENT_NAMES, AGENT_STAGES, type AgentDefinition } from "../packages/agents/src/catalog/schema.ts";

export const EMBEDDED = "packages/agents/src/catalog/embedded.ts";
export const README = "agents/README.md";
export const START = "<!-- agents: start -->";
export const END = "<!-- agents: end -->";

/** The agents below `root`, by name. @throws ConfigurationError that names the file and what is wrong in it */
export async function agentsBelow(root: string): Promise<AgentDefinition[]> {
  const folder = join(root, "agents");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".md") && name !== "README.md").sort();
  return Promise.all(names.map(async (name) => parseAgent(name, await readFile(join(folder, name), "utf8"))));
}

/** The text of the generated module. The front matter is read here, so that no job has to. */
export function embeddedModule(agents: readonly AgentDefinition[]): string {
  return [
    "// Generated from agents/*.md by scripts/catalog.ts. Change those files and run it again.\n",
    "// biome-ignore-all format: generated\n",
    'import type { AgentDefinition, AgentName } from "./schema.ts";\n\n',
    "export const EMBEDDED_AGENTS: Readonly<Record<AgentName, AgentDefinition>> = {\n",
    ...agents.map((agent) => `  ${JSON.stringify(agent.name)}: ${JSON.stringify(agent)},\n`),
    "};\n",
  ].join("");
}

/** Where an agent works, as `agentFor` has it: `execute (feat, fix, docs, chore, defects)`. */
export function usesOf(name: string): string {
  const node = { changeType: "feat", kind: "task" } as const;
  const uses = [...AGENT_STAGES]
    .sort((a, b) => STAGES.indexOf(a) - STAGES.indexOf(b))
    .flatMap((stage) => {
      if (stage === "execute") {
        const types = CHANGE_TYPES.filter(
          (changeType) => agentFor(stage, { changeType, kind: "task" }) === name,
        );
        const defects = agentFor(stage, { ...node, kind: "defect" }) === name ? ["defects"] : [];
        return types.length > 0 ? [`${stage} (${[...types, ...defects].join(", ")})`] : [];
      }
      if (agentFor(stage) === name) return [stage];
      if (agentFor(stage, { ...node, kind: "epic" }) !== name) return [];
      return [agentFor(stage, node) === name ? `${stage} (of one node)` : `${stage} (of an epic)`];
    });
  return uses.join("; ");
}

/** The README of the catalog with its table renewed. @throws Error when the markers are gone */
export function readmeWith(readme: string, agents: readonly AgentDefinition[]): string {
  const [start, end] = [readme.indexOf(START), readme.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`${README} lacks the markers ${START} and ${END}`);
  return `${readme.slice(0, start)}${START}\n\n${table(agents)}\n\n${readme.slice(end)}`;
}

function table(agents: readonly AgentDefinition[]): string {
  const order = (name: string) => (AGENT_NAMES as readonly string[]).indexOf(name);
  const rows = [...agents]
    .sort((a, b) => order(a.name) - order(b.name))
    .map((agent) => [
      `[${agent.name}](${agent.name}.md)`,
      usesOf(agent.name),
      agent.tools.join(", ") || "none",
      agent.effort,
      agent.context.map(({ pack, tokens }) => `${pack} ${tokens}`).join(", ") || "none",
      agent.onboardingDocument,
    ]);
  const head = ["agent", "works in", "tools", "effort", "context packs and their tokens", "document"];
  const cells = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** Each generated file that is not as it should be, with the text that it should have. */
export async function staleFiles(root: string): Promise<Map<string, string>> {
  const agents = await agentsBelow(root);
  const readme = await readFile(join(root, README), "utf8");
  const wanted = [
    [EMBEDDED, embeddedModule(agents)],
    [README, readmeWith(readme, agents)],
  ] as const;
  const stale = new Map<string, string>();
  for (const [path, text] of wanted) {
    const found = await readFile(join(root, path), "utf8").catch(() => null);
    if (found !== text) stale.set(path, text);
  }
  return stale;
}

if (import.meta.main) {
  const root = join(import.meta.dirname, "..");
  const stale = await staleFiles(root);
  const names = [...stale.keys()].join(", ");
  if (!process.argv.includes("--check")) {
    for (const [path, text] of stale) await writeFile(join(root, path), text);
    console.log(names ? `Wrote ${names}.` : "The catalog is up to date.");
  } else if (names) {
    console.error(
      `Stale: ${names}. Run \`node scripts/with-node.mjs scripts/catalog.ts\` and commit the result.`,
    );
    process.exitCode = 1;
  }
}
