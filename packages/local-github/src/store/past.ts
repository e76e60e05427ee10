/**
 * The repositories as they were a moment ago: what a read is given by a server that lags behind the one that wrote.
 * Before each request that may change something a copy is kept, so that an earlier moment is the copy that was made
 * before the first change since then.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Git, runGit } from "../git/exec.ts";
import type { World } from "../world.ts";
import type { Mergeability, RepositoryRecord, WorkflowRunRecord } from "./records.ts";
import { pullsOf } from "./store.ts";

export type Lag = { readonly ageMs: number } | { readonly changes: number };

export interface Past {
  /** Keeps how everything is now. `refs`: Git's refs may change next, too. */
  keep(refs: boolean): Promise<void>;
  /**
   * Everything as it was this long ago, or before the last so many changes; the very same world when nothing has changed
   * since. For reading only.
   */
  at(lag: Lag): Promise<World>;
  /** Everything as it is, but that whether a pull request merges cleanly has still to be worked out. */
  unsettled(): World;
}

/** No server lags by more: older moments are forgotten. */
const KEPT_MS = 60_000;

interface Moment {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly repositories: readonly RepositoryRecord[];
  /** Ids are given in order: what is older has a lower one. */
  readonly firstNewId: number;
  /** Refs of each repository (`<sha> <name>` a line); undefined when they did not change before the next moment. */
  readonly refs: readonly string[] | undefined;
}

export function createPast(world: World): Past {
  const moments: Moment[] = [];
  let copies = 0;

  const refsOf = async (repository: RepositoryRecord): Promise<string> => {
    const format = "--format=%(objectname) %(refname)";
    return (await runGit(world.git(repository), ["for-each-ref", format])).stdout.toString("utf8");
  };
  /** A bare repository with these refs and the objects of the real one. */
  const withRefs = async (repository: RepositoryRecord, refs: string): Promise<string> => {
    copies += 1;
    const folder = join(dirname(repository.gitDir), `.${repository.name}.past-${copies}`);
    await mkdir(join(folder, "objects", "info"), { recursive: true });
    await mkdir(join(folder, "refs"));
    await Promise.all([
      writeFile(join(folder, "HEAD"), `ref: refs/heads/${repository.defaultBranch}\n`),
      writeFile(join(folder, "config"), "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"),
      writeFile(join(folder, "objects", "info", "alternates"), `${join(repository.gitDir, "objects")}\n`),
      writeFile(join(folder, "packed-refs"), refs),
    ]);
    return folder;
  };

  return {
    async keep(refs) {
      const at = world.now().getTime();
      const { repositories } = world.store;
      const known = refs ? await Promise.all(repositories.map(refsOf)) : undefined;
      moments.push({
        at,
        repositories: repositories.map(copyOf),
        firstNewId: world.store.nextId(),
        refs: known,
      });
      while (moments[0] && moments[0].at < at - KEPT_MS) moments.shift();
    },

    async at(lag) {
      const since = "ageMs" in lag ? world.now().getTime() - lag.ageMs : 0;
      const first =
        "changes" in lag ? moments.length - lag.changes : moments.findIndex(({ at }) => at >= since);
      const moment = moments[first];
      if (!moment) return world;
      const refs = moments.slice(first).find((later) => later.refs !== undefined)?.refs;
      const repositories = await Promise.all(
        moment.repositories.map(async (repository, index) => {
          const known = refs?.[index];
          const gitDir = known === undefined ? repository.gitDir : await withRefs(repository, known);
          // Copied again: issues and pull requests refer to their repository, which has to be this one.
          return Object.assign(copyOf(repository), { gitDir });
        }),
      );
      return worldOf(world, repositories.map(settled), moment.firstNewId);
    },

    unsettled() {
      const repositories = world.store.repositories.map(copyOf);
      for (const { pull } of repositories.flatMap(pullsOf)) pull.mergeability = WORKING;
      return worldOf(world, repositories, undefined);
    },
  };
}

function worldOf(
  world: World,
  repositories: readonly RepositoryRecord[],
  firstNewId: number | undefined,
): World {
  const gits = new Map<RepositoryRecord, Git>();
  const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
  const { artifacts, store } = world;
  const byId = (id: number) => repositories.find((one) => one.id === id);
  const here = (run: WorkflowRunRecord): WorkflowRunRecord => ({
    ...run,
    repository: byId(run.repository.id) ?? run.repository,
  });
  const isOld = ({ id }: { readonly id: number }) => firstNewId === undefined || id < firstNewId;
  return {
    ...world,
    store: {
      ...store,
      repositories,
      repository: (owner, name) =>
        repositories.find((one) => isSame(one.owner.login, owner) && isSame(one.name, name)),
      repositoryById: byId,
      run(id) {
        const run = store.run(id);
        return run && here(run);
      },
      job(id) {
        const job = store.job(id);
        return job && { ...job, run: here(job.run) };
      },
    },
    artifacts: artifacts && {
      ...artifacts,
      list: (runId) => artifacts.list(runId).filter(isOld),
      listRepository: (name) => artifacts.listRepository(name).filter(isOld),
      get: (id) => (isOld({ id }) ? artifacts.get(id) : undefined),
    },
    git(repository) {
      const git = gits.get(repository) ?? world.git(repository);
      gits.set(repository, git);
      return git;
    },
  };
}

const WORKING: Mergeability = { state: "computing", done: Promise.resolve() };

/** Asked for a pull request's mergeability GitHub starts to work it out. Here nobody may: what comes of it is kept. */
function settled(repository: RepositoryRecord): RepositoryRecord {
  for (const { pull } of pullsOf(repository))
    if (pull.mergeability.state === "unknown") pull.mergeability = WORKING;
  return repository;
}

/** Who is who, what runs, and what only the setup changes: the same at any moment. */
const SHARED = new Set([
  "actor",
  "app",
  "author",
  "closedBy",
  "collaborators",
  "creator",
  "members",
  "mergedBy",
  "owner",
  "rules",
  "runs",
  "secrets",
  "teams",
  "user",
  "variables",
]);

function copyOf(repository: RepositoryRecord): RepositoryRecord {
  return copied(repository, new Map());
}

/** A copy that shares nothing but {@link SHARED} and what is no plain data; what refers to each other still does. */
function copied<T>(value: T, seen: Map<unknown, unknown>): T {
  if (typeof value !== "object" || value === null) return value;
  if (seen.has(value)) return seen.get(value) as T;
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    seen.set(value, list);
    for (const item of value) list.push(copied(item, seen));
    return list as T;
  }
  if (value instanceof Map) {
    const map = new Map();
    seen.set(value, map);
    for (const [key, item] of value) map.set(key, copied(item, seen));
    return map as T;
  }
  if (value instanceof Set) return new Set(value) as T;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const record: Record<string, unknown> = {};
  seen.set(value, record);
  for (const [key, item] of Object.entries(value)) record[key] = SHARED.has(key) ? item : copied(item, seen);
  return record as T;
}
