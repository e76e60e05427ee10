import { agentOf, type Catalog } from "../catalog/catalog.ts";
import type { EarlierPullRequest } from "./given.ts";
import { agentContext } from "./packs.ts";

export interface StageMaterial {
  readonly workDir: string;
  /** As of `PackMaterial`. */
  readonly focus: string;
  /** Asked once at most, and only for an agent that is shown them. */
  readonly pullRequests: () => Promise<readonly EarlierPullRequest[]>;
}

/** What each agent of a stage is shown, by its name: the packs of its own file. */
export function agentContexts(
  catalog: Catalog,
  { workDir, focus, pullRequests }: StageMaterial,
): (agent: string) => Promise<string> {
  let read: Promise<readonly EarlierPullRequest[]> | undefined;
  return async (name) => {
    const agent = agentOf(catalog, name);
    if (agent.context.some(({ pack }) => pack === "pull-requests")) read ??= pullRequests();
    return agentContext(agent, { workDir, focus, ...(read ? { pullRequests: await read } : {}) });
  };
}
