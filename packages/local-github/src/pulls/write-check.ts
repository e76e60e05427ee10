/** Check runs as any App writes them. */

import type { AppRecord, CheckRunRecord, RepositoryRecord } from "../store/records.ts";
import type { World } from "../world.ts";

/** The check suite that an App's check runs on a commit belong to: made with its first run. */
export function suiteOf(world: World, repository: RepositoryRecord, app: AppRecord, sha: string): number {
  const key = `${app.id}:${sha}`;
  const id = repository.checkSuites.get(key) ?? world.store.nextId();
  repository.checkSuites.set(key, id);
  return id;
}

/** A check run as it begins: queued, with nothing said. It is not yet on record. */
export function newCheckRun(
  world: World,
  repository: RepositoryRecord,
  input: { readonly app: AppRecord; readonly name: string; readonly sha: string },
): CheckRunRecord {
  return {
    id: world.store.nextId(),
    app: input.app,
    suiteId: suiteOf(world, repository, input.app, input.sha),
    name: input.name,
    headSha: input.sha,
    status: "queued",
    conclusion: null,
    startedAt: world.store.timestamp(),
    completedAt: null,
    externalId: "",
    detailsUrl: null,
    output: { title: null, summary: null, text: null },
    annotations: [],
  };
}
