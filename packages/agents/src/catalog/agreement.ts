import { ConfigurationError, type Policy } from "@slipway/model";
import { type AgentDefinition, WORKING_STAGES } from "./schema.ts";

type Said = Pick<Policy, "agents" | "executors">;
type Known = Pick<AgentDefinition, "name" | "stage" | "executor">;

/** What is missing where an agent's executor is not set up. */
const SETUP = { command: "name a `recipe` or an `argv`", http: "name its `url` and `adapter`" } as const;

/**
 * Holds the policy against the agents that there are, before anything is paid for: a name that is nobody's would be
 * silence, and an executor that nobody can start would be noticed only when specification and plan are written.
 *
 * @throws ConfigurationError that names file and key, and what to do
 */
export function refuseDisagreement(catalog: ReadonlyMap<string, Known>, { agents, executors }: Said): void {
  const unknown = Object.keys(agents).find((name) => !catalog.has(name));
  if (unknown !== undefined)
    throw new ConfigurationError(
      `.github/slipway.yml: agents.${unknown}: there is no such agent: add .github/slipway/agents/${unknown}.md, or name one of ${[...catalog.keys()].sort().join(", ")}.`,
    );
  for (const { name, stage, executor } of catalog.values()) {
    const said = agents[name]?.executor;
    const used = said ?? executor;
    if (!WORKING_STAGES.has(stage) || used === "builtin" || executors[used] !== undefined) continue;
    const where =
      said === undefined
        ? `.github/slipway/agents/${name}.md: executor`
        : `.github/slipway.yml: agents.${name}.executor`;
    throw new ConfigurationError(
      `${where}: ${name} is to be run by the executor ${used}, and the policy does not say how: under executors.${used} in .github/slipway.yml, ${SETUP[used]}.`,
    );
  }
}
