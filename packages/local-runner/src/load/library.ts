import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { EngineHost, RepositoryName } from "@slipway/model";
import { readAction } from "./action-file.ts";
import type { ActionDefinition, WorkflowDefinition } from "./model.ts";
import { readWorkflow } from "./workflow-file.ts";

/** The files of repositories at commits: each is read and parsed once, each tree written to disk once. */
export interface Library {
  /** @throws InvalidFile; undefined when the file is not there */
  workflow(repository: RepositoryName, sha: string, path: string): Promise<WorkflowDefinition | undefined>;
  /** The action in a folder (`action.yml` or `action.yaml`). @throws InvalidFile */
  action(repository: RepositoryName, sha: string, folder: string): Promise<ActionDefinition | undefined>;
  /** A folder with the whole tree of a commit. Shared between jobs: nothing may write there. */
  tree(repository: RepositoryName, sha: string): Promise<string>;
}

/** @param cacheDir where trees are kept; may outlive the engine, since a commit never changes */
export function createLibrary(host: EngineHost, cacheDir: string): Library {
  const workflows = new Map<string, Promise<WorkflowDefinition | undefined>>();
  const actions = new Map<string, Promise<ActionDefinition | undefined>>();
  const trees = new Map<string, Promise<string>>();

  async function readTree(repository: RepositoryName, sha: string): Promise<string> {
    const parent = join(cacheDir, repository.owner, repository.name);
    const final = join(parent, sha);
    const partial = join(parent, `${sha}.partial`);
    await rm(final, { recursive: true, force: true });
    await rm(partial, { recursive: true, force: true });
    await mkdir(parent, { recursive: true });
    await host.exportTree(repository, sha, partial);
    await rename(partial, final);
    return final;
  }

  return {
    workflow: (repository, sha, path) =>
      once(workflows, key(repository, sha, path), async () => {
        const text = await host.readFile(repository, sha, path);
        return text === undefined ? undefined : readWorkflow(path, text);
      }),
    action: (repository, sha, folder) =>
      once(actions, key(repository, sha, folder), async () => {
        for (const name of ["action.yml", "action.yaml"]) {
          const path = folder === "" ? name : `${folder}/${name}`;
          const text = await host.readFile(repository, sha, path);
          if (text !== undefined) return readAction(path, text);
        }
        return undefined;
      }),
    tree: (repository, sha) => once(trees, key(repository, sha, ""), () => readTree(repository, sha)),
  };
}

function key(repository: RepositoryName, sha: string, path: string): string {
  return `${`${repository.owner}/${repository.name}`.toLowerCase()}@${sha}:${path}`;
}

/** Remembers a result. A failure to reach the file is tried again; an invalid file stays invalid. */
function once<T>(memory: Map<string, Promise<T>>, id: string, make: () => Promise<T>): Promise<T> {
  const known = memory.get(id);
  if (known !== undefined) return known;
  const made = make();
  memory.set(id, made);
  made.catch((error: unknown) => {
    if (!(error instanceof Error && error.name === "InvalidFile")) memory.delete(id);
  });
  return made;
}
