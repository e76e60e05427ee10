/** The workflow files of a repository's default branch. */

import { parse as parseYaml } from "yaml";
import { readFileAt, readTree } from "../git/objects.ts";
import { branchHead } from "../git/refs.ts";
import type { RepositoryRecord } from "../store/records.ts";
import type { World } from "../world.ts";

export interface WorkflowInfo {
  readonly id: number;
  readonly name: string;
  /** `.github/workflows/x.yml` */
  readonly path: string;
}

const FOLDER = ".github/workflows";

/** A workflow keeps its id for as long as its path stays. */
export function workflowId(world: World, repository: RepositoryRecord, path: string): number {
  const known = repository.workflowIds.get(path);
  if (known !== undefined) return known;
  const id = world.store.nextId();
  repository.workflowIds.set(path, id);
  return id;
}

/** The file's `name:`, else its path, also when it cannot be parsed. */
export function nameOf(text: string, path: string): string {
  try {
    const parsed: unknown = parseYaml(text);
    if (
      typeof parsed === "object" &&
      parsed !== null &&
      "name" in parsed &&
      typeof parsed.name === "string"
    ) {
      return parsed.name;
    }
  } catch {
    // GitHub lists a broken workflow under its path.
  }
  return path;
}

export async function listWorkflows(world: World, repository: RepositoryRecord): Promise<WorkflowInfo[]> {
  const head = await branchHead(world.git(repository), repository.defaultBranch);
  if (!head) return [];
  const files = await workflowFiles(world, repository, head);
  return files.map(({ path, text }) => ({
    id: workflowId(world, repository, path),
    name: nameOf(text, path),
    path,
  }));
}

/** The workflow files at a commit, with their text. */
export async function workflowFiles(
  world: World,
  repository: RepositoryRecord,
  sha: string,
): Promise<{ path: string; text: string }[]> {
  const git = world.git(repository);
  const entries = (await readTree(git, `${sha}:${FOLDER}`)) ?? [];
  const files = entries.filter((entry) => entry.type === "blob" && /\.ya?ml$/.test(entry.path));
  return Promise.all(
    files.map(async (entry) => {
      const path = `${FOLDER}/${entry.path}`;
      return { path, text: (await readFileAt(git, sha, path))?.toString("utf8") ?? "" };
    }),
  );
}

/** By id, or by file name (`ci.yml`). */
export async function workflowByIdOrName(
  world: World,
  repository: RepositoryRecord,
  key: string,
): Promise<WorkflowInfo | undefined> {
  const all = await listWorkflows(world, repository);
  return all.find((one) =>
    /^\d+$/.test(key) ? one.id === Number(key) : one.path === `${FOLDER}/${key}` || one.path === key,
  );
}
